# A time against an ordered factor, a panel. $data: x, low, median, high,
# colour's number; $line: x, the slope's, colour's number.
load 'panel.gp'
set logscale xy
plot $line using 1:2:(HUE[int($3)]) with lines linewidth 1.5 \
		linecolor rgb variable, \
	$data using 1:2:(0):($4 - $2) with vectors nohead linewidth 7 \
		linecolor rgb BAND, \
	$data using 1:3:(HUE[int($5)]) with points pointtype 7 pointsize 1 \
		linecolor rgb variable
unset label
