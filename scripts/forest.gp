# One metric's ratios, a row each. $data: y, low, ratio, high, colour's number.
# SAME: the ratio that still counts as the same.
load 'panel.gp'
set logscale x
set border 1
unset ytics
set grid x noy
set object rectangle from 1 / SAME,LOW to SAME,HIGH behind \
	fillcolor rgb BAND fillstyle solid noborder
set arrow from 1,LOW to 1,HIGH nohead back linecolor rgb GREY
plot $data using 2:1:($4 - $2):(0):(HUE[int($5)]) with vectors nohead \
		linewidth 2 linecolor rgb variable, \
	'' using 3:1:(HUE[int($5)]) with points pointtype 7 pointsize 0.8 \
		linecolor rgb variable, \
	'' every ::0::0 using (1):1 with points pointtype 7 pointsize 0.4 \
		linecolor rgb PAPER
unset label
unset object
unset arrow
