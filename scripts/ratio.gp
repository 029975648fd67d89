# Ratios to the baseline by percentile. $data: a block for each level of x,
# ratio, low, high. COLOURS: their numbers. SAME: what still counts as the same.
load 'panel.gp'
unset logscale y
set ytics autofreq
set object rectangle from FROM,1 / SAME to TO,SAME behind \
	fillcolor rgb BAND fillstyle solid noborder
set arrow from FROM,1 to TO,1 nohead back linecolor rgb GREY
plot for [i = 1:words(COLOURS)] $data index i - 1 using 1:2:3:4 \
	with yerrorlines pointtype 7 pointsize 0.4 linewidth 1.5 \
	linecolor rgb HUE[int(word(COLOURS, i))]
unset label
unset object
unset arrow
