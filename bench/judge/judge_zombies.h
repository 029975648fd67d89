#ifndef BENCH_JUDGE_JUDGE_ZOMBIES_H
#define BENCH_JUDGE_JUDGE_ZOMBIES_H

#include "bench/judge/judge.h"

/* Fills j->zombies, which has room for every place; never fails. */
void judge_zombies(const struct load_run *run, struct judgement *j);

#endif
