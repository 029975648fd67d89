# Shares of a burst against time. $data: a block for each of seconds, per cent;
# $line: upright lines. COLOURS: a word for each block.
load 'panel.gp'
set logscale x
plot $line using 1:2 with lines dashtype 2 linewidth 1 linecolor rgb FRAME, \
	for [i = 1:words(COLOURS)] $data index i - 1 using 1:2 with lines \
	linewidth 1 + 0.8 * i linecolor rgb INK
unset logscale
unset label
