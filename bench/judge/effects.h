#ifndef BENCH_JUDGE_EFFECTS_H
#define BENCH_JUDGE_EFFECTS_H

/* Ratios, fits and A/A of a run: a part of judge_run(). */

#include "bench/judge/judge.h"

/*
 * With the cells counted: the primary metrics, how many comparisons there are,
 * and every arm's aa_p. Returns 0, or -1 with errno ENOMEM.
 */
int effects_prepare(struct judged *j);

/* With every arm's `noisy` known: its effects and fits. As above. */
int effects_judge(struct judged *j);

#endif
