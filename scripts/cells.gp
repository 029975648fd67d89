# The run's cells over time. $valid, $suspect, $invalid: a short stroke each, so
# that a colour's dots are one path of the SVG. $middle: time, median.
load 'panel.gp'
set logscale y
set arrow from FROM,1 to TO,1 nohead back linecolor rgb FRAME
plot $valid using 1:2 with lines linewidth 4 linecolor rgb VALID, \
	$suspect using 1:2 with lines linewidth 5 linecolor rgb SUSPECT, \
	$invalid using 1:2 with lines linewidth 6 linecolor rgb INVALID, \
	$middle using 1:2 with lines linewidth 2 linecolor rgb INK
unset label
unset arrow
