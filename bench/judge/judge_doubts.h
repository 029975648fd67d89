#ifndef BENCH_JUDGE_JUDGE_DOUBTS_H
#define BENCH_JUDGE_JUDGE_DOUBTS_H

/*
 * How many of a run's cells are in doubt: what its status rests on, and what is
 * told of it.
 */

#include "bench/judge/load.h"

struct judge_doubts {
	size_t used, suspect; /* the suspect ones are among those used */
	size_t lost;	      /* measured to count, and not used */
	size_t within[LOAD_EXPERIMENTS]; /* suspect ones of each */
	const struct load_cell *first;	 /* suspect one; NULL: none is */
};

struct judge_doubts judge_doubts(const struct load_run *run);

/* Whether so many of the cells used are suspect that the run is NOISY. */
bool judge_mostly_suspect(const struct judge_doubts *d);

#endif
