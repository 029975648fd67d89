# Percentile curves. $data: a block for each level of x, microseconds.
# COLOURS: their numbers.
load 'panel.gp'
set logscale y
plot for [i = 1:words(COLOURS)] $data index i - 1 using 1:2 with lines \
	linewidth 2 linecolor rgb HUE[int(word(COLOURS, i))]
unset label
