#ifndef BENCH_JUDGE_STATS_H
#define BENCH_JUDGE_STATS_H

/*
 * The statistics of paired differences: Hodges and Lehmann's estimate and the
 * interval that goes with Wilcoxon's signed-rank test. Both rest on the
 * pairwise ("Walsh") averages (d_i + d_j) / 2, i <= j, and assume nothing of
 * the differences but symmetry.
 */

#include <stdbool.h>
#include <stddef.h>

struct stats_shift {
	double estimate; /* median of the pairwise averages */
	bool interval;	 /* false if n is too small for one: below 6 */
	double low, high;
};

/* Median of n > 0 values, which it sorts. */
double stats_median(double values[], size_t n);

/*
 * The k such that the k-th smallest and k-th largest pairwise averages bound
 * an interval of at least 95 %: the largest with P(T < k) <= 2.5 %, where T is
 * the signed-rank statistic of n pairs, from its exact distribution.
 * *k is 0 if there is none. Returns 0, or -1 with errno ENOMEM.
 */
int stats_signed_rank_k(size_t n, size_t *k);

/* Of n > 0 paired differences. Returns 0, or -1 with errno ENOMEM. */
int stats_paired(const double d[], size_t n, struct stats_shift *out);

#endif
