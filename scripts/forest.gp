# Every mode's ratio to the baseline, an interval a line.
# Data ARG3-groups.tsv: top, bottom, metric, note, margin low, high.
# Data ARG3.tsv: y, ratio, low, high, shape, colour, text colour, mode, ratio
# in words, verdict. Shape: 0 a point, 1 an interval, 2 and 3 off to the right
# and left. ARG7: x from, x to, rows, what counts as the same. ARG8: the
# baseline.
KIND = ARG1; OUTPUT = ARG2; TITLE = ARG4; SUBTITLE = ARG5; FOOTER = ARG6
rows = word(ARG7, 3) + 0
W = 1106
H = 108 + (strstrt(TITLE, "\n") ? 22 : 0) + 21 * rows + 88
load 'style.gp'
from = word(ARG7, 1) + 0
to = word(ARG7, 2) + 0
same = word(ARG7, 4) + 0
data = ARG3 . '.tsv'
groups = ARG3 . '-groups.tsv'

set multiplot
set tmargin at screen y_px(TOP + 60)
set bmargin at screen y_px(H - 88)
set yrange [rows:0]
set lmargin at screen x_px(0)
set rmargin at screen x_px(W)
set xrange [0:W]
unset border
unset tics
unset grid
set label 1 'mode' at screen x_px(700), y_px(TOP + 46) textcolor rgb GREY font F12
set label 2 'ratio [95 % CI]' at screen x_px(818), y_px(TOP + 46) textcolor rgb GREY font F12
set label 3 'verdict' at screen x_px(952), y_px(TOP + 46) textcolor rgb GREY font F12
plot groups using (32):2:(W - 64):(0) with vectors nohead linecolor rgb GRID, \
	'' using (128):(($1 + $2) / 2 - 0.35):3 with labels right textcolor rgb INK font F14, \
	'' using (128):(($1 + $2) / 2 + 0.55):4 with labels right textcolor rgb GREY font F11, \
	data using (700):1:8:7 with labels left textcolor rgb variable font F13, \
	'' using (818):1:9 with labels left textcolor rgb INK font F13, \
	'' using (952):1:10 with labels left textcolor rgb INK font F13

unset label
set lmargin at screen x_px(152)
set rmargin at screen x_px(680)
set logscale x 2
set xrange [from:to]
set border 1
set grid x
set xtics ('' 1e-9)
set xtics nomirror scale 0.5 textcolor rgb GREY font F13
do for [t in "0.01 0.02 0.05 0.1 0.2 0.3 0.5 0.7 0.8 0.9 0.95 1 1.05 1.1 1.2 1.5 2 3 5 10 20 50 100"] {
	v = t + 0
	near = log(to / from)
	# fine tics only where they have room, in the middle of a narrow range
	if (v == 1 || near < 0.45 || (near < 1.2 && v != 0.95 && v != 1.05) || \
	    (near < 2.5 && abs(log(v)) > 0.3) || abs(log(v)) > 0.65) {
		set xtics add (t . '×' v)
	}
}
set xlabel sprintf('Ratio to %s (log scale)', ARG8) textcolor rgb GREY font F13 offset 0,-0.2
set style fill solid 1 noborder
shape(s) = (int($5) == s ? $2 : NaN)
plot groups using (1):(($1 + $2) / 2):5:6:1:2 with boxxyerror fillcolor rgb '#e3e7ee', \
	groups using (1):(($1 + $2) / 2):(1 / same):(same):1:2 with boxxyerror fillcolor rgb '#cdd4de', \
	groups using (1):1:(0):($2 - $1) with vectors nohead linecolor rgb GREY, \
	data using (shape(1)):1:3:4:6 with xerrorbars pointtype 7 pointsize 0.9 linewidth 2 linecolor rgb variable, \
	data using (shape(0)):1:6 with points pointtype 6 pointsize 1 linewidth 2 linecolor rgb variable, \
	data using (int($5) == 2 ? to / 1.12 : NaN):1:(to - to / 1.12):(0):6 with vectors filled head linewidth 2 linecolor rgb variable, \
	data using (int($5) == 3 ? from * 1.12 : NaN):1:(from - from * 1.12):(0):6 with vectors filled head linewidth 2 linecolor rgb variable
unset multiplot
