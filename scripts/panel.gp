# Where a panel stands, and its axes: LEFT, RIGHT, TOP, BOTTOM in pixels; FROM,
# TO and LOW, HIGH, the ends of the axes; XLABEL.
set lmargin at screen x_px(LEFT)
set rmargin at screen x_px(RIGHT)
set tmargin at screen y_px(TOP)
set bmargin at screen y_px(BOTTOM)
set xrange [FROM:TO]
set yrange [LOW:HIGH]
set xlabel XLABEL textcolor rgb GREY font F12 offset 0,0.3
