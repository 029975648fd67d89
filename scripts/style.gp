# The look that all pictures share. Needs W and H, the size in pixels, and the
# script's arguments by name, as they do not reach into a loaded file: KIND,
# svg or png; OUTPUT, the file; TITLE, of one or two lines; SUBTITLE; FOOTER.
set encoding utf8
# gnuplot puts a font's name into the SVG as it is, up to a comma: so the
# fall-backs are parted by that character's code, and the weight follows as
# one more attribute.
FONT = KIND eq 'svg' ? 'DejaVu Sans&#44; Verdana&#44; sans-serif' : 'DejaVu Sans'
BOLD = KIND eq 'svg' ? FONT . '" font-weight="bold' : FONT . ':Bold'
if (KIND eq 'svg') {
	set terminal svg size W,H font FONT . ',13' background '#ffffff' \
		noenhanced dynamic
} else {
	set terminal pngcairo size W,H font FONT . ',10' \
		background '#ffffff' noenhanced
}
set output OUTPUT
points(px) = KIND eq 'svg' ? px : px * 0.75
F11 = sprintf(',%g', points(11)); F12 = sprintf(',%g', points(12))
F13 = sprintf(',%g', points(13)); F14 = sprintf(',%g', points(14))
BOLD14 = sprintf(BOLD . ',%g', points(14))
BOLD18 = sprintf(BOLD . ',%g', points(18))

INK = '#1f2933'; GREY = '#5f6773'; FRAME = '#9aa0a8'; GRID = '#e4e7ea'
SHADE = '#f2f4f6'; FAINT = '#c4c9cf'

lines(text) = strstrt(text, "\n") ? 2 : 1
TOP = 26 + 22 * lines(TITLE) # where the picture may begin, below the subtitle
x_px(px) = (px + 0.0) / W
y_px(px) = 1 - (px + 0.0) / H # from the top

set label 1001 TITLE at screen x_px(30), y_px(27) left textcolor rgb INK \
	font BOLD18
set label 1002 SUBTITLE at screen x_px(30), y_px(10 + 22 * lines(TITLE) + 22) \
	left textcolor rgb GREY font F13
set label 1003 FOOTER at screen x_px(W - 14), y_px(H - 13) right \
	textcolor rgb GREY font F11

unset key
set datafile separator tab
set border 3 linecolor rgb FRAME linewidth 1
set tics nomirror scale 0.5 textcolor rgb GREY
set xtics font F13
set ytics font F13
set grid x y linetype 1 linecolor rgb GRID linewidth 1

# 45000 as "45 µs"
us(v) = v < 1 ? sprintf('%g ns', v * 1000) : v < 1000 ? sprintf('%g µs', v) : \
	v < 1e6 ? sprintf('%g ms', v / 1e3) : sprintf('%g s', v / 1e6)
