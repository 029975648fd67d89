#ifndef BENCH_TELL_BARS_H
#define BENCH_TELL_BARS_H

/*
 * The scale of a forest plot, and a plot of characters: a ratio and its
 * interval to a line.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/judge/ranks.h"

/* What the bars of a group share. */
struct bar_scale {
	double left, right; /* ratios at the ends: better is to the right */
};

enum { BAR_LEAST = 12, BAR_MOST = 32, BAR_BYTES = 3 * BAR_MOST + 1 };

/*
 * Widens an axis of ratios until it shows one; but what is beyond 2.5, or 0.4,
 * stands at the edge.
 */
void bars_widen(double *from, double *to, double ratio);

/* The scale that shows all of them (mid 0: none), 1, and 3 % on either side. */
struct bar_scale bars_scale(const struct interval bar[], size_t count,
			    bool lower_is_better);

/*
 * Draws one, `width` columns wide, from BAR_LEAST to BAR_MOST. A bar that
 * leaves the scale ends in an arrow; blanks at the end are left out.
 *   plain: ASCII, instead of box-drawing characters.
 */
void bars_draw(const struct interval *b, const struct bar_scale *s,
	       size_t width, bool plain, char out[BAR_BYTES]);

#endif
