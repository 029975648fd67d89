# Bars of two parts, a row each. $data: middle, row, from, to, low,
# high, colour's number, and 1 for the first part.
load 'panel.gp'
set border 1
unset ytics
set grid x noy
middle(part, x, is) = int(is) == part ? x : NaN
plot $data using (middle(1, $1, $8)):2:3:4:5:6:(HUE[int($7)]) with boxxyerror \
		fillstyle solid 1 noborder linecolor rgb variable, \
	'' using (middle(0, $1, $8)):2:3:4:5:6:(HUE[int($7)]) with boxxyerror \
		fillstyle solid 0.4 noborder linecolor rgb variable
unset label
