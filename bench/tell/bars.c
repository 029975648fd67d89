#include "bench/tell/bars.h"

#include <math.h>

#include "bench/judge/judge.h"
#include "bench/tell/words.h"

/* Ratios beyond stand at the edge. */
#define FARTHEST 2.5

enum mark { BLANK, ONE, LINE, LINE_AT_ONE, DOT, LEFTWARDS, RIGHTWARDS };

static const char *const plain_marks[] = { " ", "|", "-", "+", "o", "<", ">" };
static const char *const box_marks[] = { " ", "│", "─", "┼", "●", "◂", "▸" };

void bars_widen(double *from, double *to, double ratio)
{
	if (!(ratio > 0) || isinf(ratio))
		return;
	ratio = fmin(fmax(ratio, 1 / FARTHEST), FARTHEST);
	*from = fmin(*from, ratio);
	*to = fmax(*to, ratio);
}

struct bar_scale bars_scale(const struct interval bar[], size_t count,
			    bool lower_is_better)
{
	double from = 1 / SAME_WITHIN, to = SAME_WITHIN;

	for (size_t i = 0; i < count; i++) {
		bars_widen(&from, &to, bar[i].low);
		bars_widen(&from, &to, bar[i].mid);
		bars_widen(&from, &to, bar[i].high);
	}
	return (struct bar_scale){ lower_is_better ? to : from,
				   lower_is_better ? from : to };
}

/* The column of a ratio: -1 or `width` where it is beyond. */
static long column_of(double ratio, const struct bar_scale *s, size_t width)
{
	double at = log(ratio / s->left) / log(s->right / s->left);
	double column = rint(at * (double)(width - 1));

	return column < 0	       ? -1 :
	       column >= (double)width ? (long)width :
					 (long)column;
}

void bars_draw(const struct interval *b, const struct bar_scale *s,
	       size_t width, bool plain, char out[BAR_BYTES])
{
	const char *const *marks = plain ? plain_marks : box_marks;
	enum mark mark[BAR_MOST] = { BLANK };
	long last = (long)width - 1, one = column_of(1, s, width);

	mark[one] = ONE;
	if (b->mid > 0) {
		long mid = column_of(b->mid, s, width), from = mid, to = mid;

		if (interval_is_closed(b)) {
			from = column_of(b->low, s, width);
			to = column_of(b->high, s, width);
		}
		if (from > to) {
			long swapped = from;

			from = to;
			to = swapped;
		}
		for (long c = from < 0 ? 0 : from; c <= to && c <= last; c++)
			mark[c] = c == one ? LINE_AT_ONE : LINE;
		if (from < 0)
			mark[0] = LEFTWARDS;
		if (to > last)
			mark[last] = RIGHTWARDS;
		if (mid >= 0 && mid <= last)
			mark[mid] = DOT;
	}
	while (width && mark[width - 1] == BLANK)
		width--;
	*out = '\0';
	for (size_t c = 0; c < width; c++)
		words_add(out, BAR_BYTES, "%s", marks[mark[c]]);
}
