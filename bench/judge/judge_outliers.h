#ifndef BENCH_JUDGE_JUDGE_OUTLIERS_H
#define BENCH_JUDGE_JUDGE_OUTLIERS_H

/*
 * Cells that stray from the other rounds of their place. They are named and
 * used like any other: what is odd is a fact of the machine, and leaving it
 * out would make every verdict bolder than its evidence.
 *
 * A cell is an outlier in a figure that its experiment is there for, one that
 * is judged by ratio, if the figure's logarithm lies more than 8 standard
 * deviations from the median of the rounds, and the figure more than 10 % off.
 * The deviation is estimated as 1.4826 times the median distance from the
 * median, so that the odd cell itself does not widen it. Of 6 rounds without
 * any outlier 2 in 100 have one by this rule.
 */

#include "bench/judge/judge.h"

#define OUTLIER_DEVIATIONS 8.0
#define OUTLIER_FACTOR 1.10

enum { OUTLIER_ROUNDS = 5 }; /* fewer do not tell what is usual */

/* Fills j->outliers. Returns 0, or -1 with errno ENOMEM. */
int judge_outliers(const struct load_run *run, struct judgement *j);

#endif
