#ifndef BENCH_JUDGE_JUDGE_TREND_H
#define BENCH_JUDGE_JUDGE_TREND_H

/*
 * Whether the machine changed while the run went on: the baseline's cells of
 * the last third of the rounds against those of the first, by the exact
 * rank-sum test at 95 %. It needs 4 cells on either side, as 6 rounds with A/A
 * have. An interval that lies wholly outside 3 % is a trend.
 */

#include "bench/judge/judge.h"

/* Fills j->trend. Returns 0, or -1 with errno ENOMEM. */
int judge_trend(const struct load_run *run, struct judgement *j);

#endif
