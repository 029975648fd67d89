# Latency by percentile, a line a mode: all rounds merged; band: the rounds'
# smallest to largest.
# Data ARG3.tsv: a block a mode of x, merged, least, most, in µs, where x is
# -log10(1 - p). Data ARG3-labels.tsv: y, mode, text colour.
# ARG7: modes, x to, from µs, to µs, a dash type for each. ARG8: a colour for each. ARG9: what is counted, as "echoes".
KIND = ARG1; OUTPUT = ARG2; TITLE = ARG4; SUBTITLE = ARG5; FOOTER = ARG6
W = 1000
H = 600
load 'style.gp'
data = ARG3 . '.tsv'
modes = word(ARG7, 1) + 0
to = word(ARG7, 2) + 0
from_us = word(ARG7, 3) + 0
to_us = word(ARG7, 4) + 0

set lmargin at screen x_px(90)
set rmargin at screen x_px(792)
set tmargin at screen y_px(TOP + 44)
set bmargin at screen y_px(H - 104)
set xrange [0:to]
set logscale y
set yrange [from_us:to_us]
set xtics ('0' 0)
do for [t in "50 75 90 95 99 99.9 99.99 99.999 99.9999"] {
	at = -log10(1 - t / 100.0)
	set xtics add (t . ' %%' at) # a tic's words are a format
}
# a tic for each decade, and finer ones where they have room
decades = log10(to_us / from_us)
set ytics ('' 1e-9)
do for [e = -3:8] {
	do for [m in decades < 0.6 ? "1 1.5 2 3 4 5 7" : decades < 2.5 ? "1 2 5" : "1"] {
		at = m * 10.0 ** e
		set ytics add (us(at) at)
	}
}
set xlabel sprintf('Percentile of %s (log scale of 1 − p)', ARG9) textcolor rgb GREY font F13
set style fill transparent solid 0.15 noborder
set multiplot
plot for [k = 0:modes - 1] data index k using 1:3:4 with filledcurves fillcolor rgb word(ARG8, k + 1), \
	for [k = 0:modes - 1] data index k using 1:2 with lines linewidth 2.2 dashtype int(word(ARG7, k + 5)) linecolor rgb word(ARG8, k + 1)
unset label
unset border
unset tics
unset xlabel
unset grid
set lmargin at screen x_px(792)
set rmargin at screen 1
set xrange [0:1]
plot ARG3 . '-labels.tsv' using (0.04):1:2:3 with labels left textcolor rgb variable font F14
unset multiplot
