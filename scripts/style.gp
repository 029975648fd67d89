# The look that all pictures share. Needs KIND (svg, png), NAME of the
# picture, and its size W and H in pixels.
reset
set encoding utf8
PNG = KIND eq 'png'
# gnuplot puts a font's name into the SVG as it is, up to a comma: so that
# character's code separates the fall-backs, and the weight is one more
# attribute.
FONT = PNG ? 'DejaVu Sans' : 'DejaVu Sans&#44; Verdana&#44; sans-serif'
BOLD = FONT . (PNG ? ':Bold' : '" font-weight="bold')
pt(px) = PNG ? px * 0.75 : px
size(px) = sprintf(',%g', pt(px))
F11 = size(11); F12 = size(12); F13 = size(13)
B13 = sprintf('%s,%g', BOLD, pt(13)); B18 = sprintf('%s,%g', BOLD, pt(18))

PAPER = '#ffffff'; INK = '#1f2933'; GREY = '#5f6773'
FRAME = '#9aa0a8'; GRID = '#e4e7ea'; BAND = '#e3e7ec'
VALID = '#9fb3c8'; SUSPECT = '#b87400'; INVALID = '#c22f10'
if (PNG) {
	set terminal pngcairo size W,H font FONT . ',10' background PAPER \
		noenhanced rounded
} else {
	set terminal svg size W,H font FONT . ',13' background PAPER \
		noenhanced rounded dynamic
}
set output NAME . '.' . KIND

# Pixels, from the top left, as shares of the picture.
x_px(px) = (px + 0.0) / W
y_px(px) = 1 - (px + 0.0) / H

unset key
set datafile separator tab
set border 3 linecolor rgb FRAME linewidth 1
set tics nomirror scale 0.5 textcolor rgb GREY font F12
set grid x y linetype 1 linecolor rgb GRID linewidth 1
set style fill solid 1 noborder
set multiplot
