# Every mode's ratio to the baseline, an interval a line.
# Data ARG3-groups.tsv: top, bottom, metric, note, margin low, high.
# Data ARG3.tsv: y, ratio, low, high, shape, colour, text colour, mode, ratio
# in words, verdict. Shape: 0 a point, 1 an interval, 2 and 3 off to the right
# and left. ARG7: x from, x to, rows, what counts as the same. ARG8: the
# baseline. ARG9: whole; or page, smaller and without the words that stand
# beside it in report.html: its data are those of ARG3 without "-page".
KIND = ARG1; OUTPUT = ARG2; TITLE = ARG4; SUBTITLE = ARG5; FOOTER = ARG6
page = ARG9 eq 'page'
rows = word(ARG7, 3) + 0
W = page ? 640 : 1106
BELOW = page ? 54 : 88
ABOVE = page ? 8 : 108 + (strstrt(TITLE, "\n") ? 22 : 0)
H = ABOVE + (page ? 14 : 21) * rows + BELOW
load 'style.gp'
LEFT = page ? 154 : 178 # of the axis
RIGHT = page ? 534 : 680
MODE = page ? 544 : 700
METRIC_FONT = page ? F12 : F14
AXIS_FONT = page ? F12 : F13
from = word(ARG7, 1) + 0
to = word(ARG7, 2) + 0
same = word(ARG7, 4) + 0
stem = page ? ARG3[1:strlen(ARG3) - strlen('-page')] : ARG3
data = stem . '.tsv'
groups = stem . '-groups.tsv'

set multiplot
set tmargin at screen y_px(ABOVE)
set bmargin at screen y_px(H - BELOW)
set yrange [rows:0]
set lmargin at screen x_px(0)
set rmargin at screen x_px(W)
set xrange [0:W]
unset border
unset tics
unset grid
if (!page) {
	set label 1 'mode' at screen x_px(MODE), y_px(ABOVE - 14) textcolor rgb GREY font F12
	set label 2 'ratio [95 % CI]' at screen x_px(818), y_px(ABOVE - 14) textcolor rgb GREY font F12
	set label 3 'verdict' at screen x_px(952), y_px(ABOVE - 14) textcolor rgb GREY font F12
}
words_in(column) = page ? '' : stringcolumn(column)
plot groups using (page ? 0 : 32):2:(W - (page ? 0 : 64)):(0) with vectors nohead linecolor rgb GRID, \
	'' using (LEFT - 22):(($1 + $2) / 2 - (page ? 0.5 : 0.35)):3 with labels right textcolor rgb INK font METRIC_FONT, \
	'' using (LEFT - 22):(($1 + $2) / 2 + 0.55):4 with labels right textcolor rgb GREY font F11, \
	data using (MODE):1:8:7 with labels left textcolor rgb variable font AXIS_FONT, \
	'' using (818):1:(words_in(9)) with labels left textcolor rgb INK font F13, \
	'' using (952):1:(words_in(10)) with labels left textcolor rgb INK font F13

unset label
set lmargin at screen x_px(LEFT)
set rmargin at screen x_px(RIGHT)
set logscale x 2
set xrange [from:to]
set border 1
set grid x
set xtics ('' 1e-9)
set xtics nomirror scale 0.5 textcolor rgb GREY font AXIS_FONT
do for [t in "0.01 0.02 0.05 0.1 0.2 0.3 0.5 0.7 0.8 0.9 0.95 1 1.05 1.1 1.2 1.5 2 3 5 10 20 50 100"] {
	v = t + 0
	near = log(to / from)
	# fine tics only where they have room, in the middle of a narrow range
	if (v == 1 || near < 0.45 || (near < 1.2 && v != 0.95 && v != 1.05) || \
	    (near < 2.5 && abs(log(v)) > 0.3) || abs(log(v)) > 0.65) {
		set xtics add (t . '×' v)
	}
}
set xlabel sprintf('Ratio to %s (log scale)', ARG8) textcolor rgb GREY font AXIS_FONT offset 0,(page ? 0.2 : -0.2)
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
