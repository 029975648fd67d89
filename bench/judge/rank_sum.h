#ifndef BENCH_JUDGE_RANK_SUM_H
#define BENCH_JUDGE_RANK_SUM_H

/*
 * The statistics of two independent samples: Hodges and Lehmann's estimate of
 * the shift between them and the interval that goes with Wilcoxon's rank-sum
 * (Mann and Whitney's) test. Both rest on all differences b_j - a_i, and
 * assume only that the samples differ by a shift. See Hollander, Wolfe and
 * Chicken, Nonparametric Statistical Methods, 4.2 and 4.3.
 */

#include <stddef.h>

#include "bench/judge/stats.h"

/*
 * The k such that the k-th smallest and k-th largest differences bound an
 * interval of at least 95 %: the largest with P(U < k) <= 2.5 %, where U is
 * the Mann-Whitney statistic of n and m values, from its exact distribution,
 * above 100 values from the normal one. *k is 0 if there is none. Returns 0, or
 * -1 with errno ENOMEM.
 */
int rank_sum_k(size_t n, size_t m, size_t *k);

/*
 * The shift from a to b, of n > 0 and m > 0 values; no interval where
 * rank_sum_k() has none. Returns 0, or -1 with errno ENOMEM.
 */
int rank_sum_shift(const double a[], size_t n, const double b[], size_t m,
		   struct stats_shift *out);

#endif
