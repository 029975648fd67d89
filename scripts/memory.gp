# A time against memory. $data: x, low, median, high; $line: x, the slope's.
# ZERO: where 0 stands, left of a gap in the axis. COLOUR: its number.
load 'panel.gp'
set logscale xy
plot $line using 1:2 with lines linewidth 1.5 linecolor rgb FRAME, \
	$data using 1:2:(0):($4 - $2) with vectors nohead linewidth 7 \
		linecolor rgb BAND, \
	$data using 1:3 with points pointtype 7 pointsize 1 \
		linecolor rgb HUE[COLOUR]
unset label
