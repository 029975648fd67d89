# Curves. $data: a block for each of x, y; $line: a guide, dashed. COLOURS: the
# numbers of their colours. LOGY: whether y is logarithmic.
load 'panel.gp'
if (LOGY) set logscale y
plot $line using 1:2 with lines dashtype 2 linewidth 1.5 linecolor rgb FRAME, \
	for [i = 1:words(COLOURS)] $data index i - 1 using 1:2 with linespoints \
	pointtype 7 pointsize 0.8 linewidth 2 \
	linecolor rgb HUE[int(word(COLOURS, i))]
unset logscale
unset label
