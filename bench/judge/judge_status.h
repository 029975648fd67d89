#ifndef BENCH_JUDGE_JUDGE_STATUS_H
#define BENCH_JUDGE_JUDGE_STATUS_H

#include "bench/judge/judge.h"

/* Fills j->status from the cells, the effects and `finished`. */
void judge_status(const struct load_run *run, struct judgement *j);

/* Whether so many of the cells used are suspect that the run is NOISY. */
bool judge_mostly_suspect(size_t suspect, size_t used);

#endif
