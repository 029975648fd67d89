# Zombies over time, a panel a mode, the other modes in grey behind it.
# Data ARG3.tsv: a block for each mode of seconds, zombies.
# Data ARG3-panels.tsv: mode, text colour, load from, load to, note.
# ARG7: panels, time to, zombies to, 1 for lines behind. ARG8: a colour for each.
KIND = ARG1; OUTPUT = ARG2; TITLE = ARG4; SUBTITLE = ARG5; FOOTER = ARG6
panels = word(ARG7, 1) + 0
columns = panels == 1 ? 1 : 2
rows = (panels + columns - 1) / columns
W = 1000
HIGH = panels == 1 ? 330 : 190 # of a panel, pixels
H = 96 + (strstrt(TITLE, "\n") ? 22 : 0) + (HIGH + 56) * rows + 46
load 'style.gp'
data = ARG3 . '.tsv'
about = ARG3 . '-panels.tsv'
to = word(ARG7, 3) + 0
behind = int(word(ARG7, 4)) ? panels : 0
high(z) = log10(1 + z)
left(i) = 72 + (i % columns) * (W - 44) / columns
right(i) = left(i) + (W - 44) / columns - 72
top(i) = TOP + 62 + (HIGH + 56) * (i / columns)

set multiplot
set ytics ('0' 0)
do for [e = 0:7] {
	n = 10 ** e
	name = e < 3 ? sprintf('%d', n) : e < 6 ? sprintf('%d,000', n / 1000) : \
		sprintf('%d,000,000', n / 1000000)
	at = high(n)
	set ytics add (name at)
}
set xrange [0:(word(ARG7, 2) + 0) * 1.02]
set yrange [0:high(to) * 1.06]
set style fill solid 1 noborder
do for [i = 0:panels - 1] {
	set lmargin at screen x_px(left(i))
	set rmargin at screen x_px(right(i))
	set tmargin at screen y_px(top(i))
	set bmargin at screen y_px(top(i) + HIGH)
	if (i + columns >= panels) {
		set xlabel 'Time since the daemon was ready (s)' textcolor rgb GREY font F13
	} else {
		unset xlabel
	}
	plot about every ::i::i using ($3):(0):3:4:(0):(high(to) * 1.06) with boxxyerror fillcolor rgb SHADE, \
		for [k = 0:behind - 1] data index k using 1:(k == i ? NaN : high($2)) with lines linewidth 1 linecolor rgb FAINT, \
		data index i using 1:(high($2)) with linespoints linewidth 2 pointtype 7 pointsize 0.45 linecolor rgb word(ARG8, i + 1)
	unset label
}
# the words above the panels, on a sheet over the whole picture
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:W]
set yrange [H:0]
unset border
unset tics
unset grid
unset xlabel
plot about using (left(int($0)) + 6):(top(int($0)) - 12):1:2 with labels left textcolor rgb variable font BOLD14, \
	'' using (right(int($0))):(top(int($0)) - 12):5 with labels right textcolor rgb GREY font F13
unset multiplot
