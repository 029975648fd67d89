#ifndef BENCH_JUDGE_RANKS_H
#define BENCH_JUDGE_RANKS_H

/*
 * The test behind every verdict: aligned ranks under the shuffle (Hodges and
 * Lehmann, Annals of Mathematical Statistics 33, 1962). A round holds a level's
 * value and one or two of the baseline's, in shuffled order. If there is no
 * difference they are exchangeable within the round, whatever the noise looks
 * like. So: subtract the round's median from the logarithms, rank all of them
 * over all rounds (ties share their mean rank), and sum the level's ranks. Under
 * the shuffle each of a round's ranks is equally likely to be the level's,
 * independently of other rounds: this gives the sum's mean and variance, and
 * with fewer than RANKS_EXACT rounds its whole distribution, by convolution.
 */

#include <stdbool.h>
#include <stddef.h>

enum { RANKS_EXACT = 20, RANKS_ROUND_MOST = 3 };

/*
 * Values of rounds: value[r * width] is the level's, the other width - 1 are
 * the baseline's; all above 0.
 *   width: 2 or RANKS_ROUND_MOST.
 */
struct ranks {
	size_t rounds, width;
	const double *value;
};

struct interval {
	double low, mid, high; /* ratios: an open end is 0 or INFINITY */
};

/* Whether an interval of ratios has both of its ends. */
bool interval_is_closed(const struct interval *i);

/*
 * Two-sided p of "the level is `ratio` times the baseline". Returns it, or NAN
 * with errno ENOMEM or EINVAL (no round, a value that is not above 0).
 */
double ranks_p(const struct ranks *r, double ratio);

/*
 * The ratios that the test does not reject at `alpha` (two-sided), and in the
 * middle the one at which the rank sum is its mean. Where so few rounds cannot
 * reject anything at that level, the ends are open.
 * Returns 0, or -1 with errno.
 */
int ranks_interval(const struct ranks *r, double alpha, struct interval *out);

/*
 * The centre of a sample, and an interval for the centre of what it was drawn
 * from: the median of its Walsh averages (of two values each, or of one with
 * itself) and two of their order statistics, by Wilcoxon's signed ranks; exact
 * below RANKS_EXACT values, else normal. Open ends are -INFINITY and INFINITY.
 * It is for slopes, one for each round.
 * Returns 0, or -1 with errno.
 */
int ranks_centre(const double value[], size_t count, double alpha,
		 struct interval *out);

/* Quantile of the standard normal distribution; p in (0, 1). */
double ranks_normal(double p);

double ranks_median(const double value[], size_t count); /* NAN if none */

#endif
