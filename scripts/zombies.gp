# One level's zombies over time. $data: seconds, by the counters; $kernel:
# seconds, the kernel's count. COLOUR: its number.
load 'panel.gp'
plot $data using 1:2 with lines linewidth 2 linecolor rgb HUE[COLOUR], \
	$kernel using 1:2 with points pointtype 7 pointsize 0.65 \
		linecolor rgb PAPER, \
	$kernel using 1:2 with points pointtype 7 pointsize 0.45 \
		linecolor rgb TEXT[COLOUR]
unset label
