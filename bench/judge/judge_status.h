#ifndef BENCH_JUDGE_JUDGE_STATUS_H
#define BENCH_JUDGE_JUDGE_STATUS_H

#include "bench/judge/judge.h"

/* Fills j->status from the cells, the effects and `finished`. */
void judge_status(const struct load_run *run, struct judgement *j);

#endif
