#ifndef BENCH_TELL_FINDINGS_H
#define BENCH_TELL_FINDINGS_H

/* What a run shows, in sentences computed from its data. */

#include "bench/judge/judge.h"

enum { FINDINGS = 48, FINDING = 800 };

struct findings {
	size_t n;
	char list[FINDINGS][FINDING];
};

/* One for each primary metric, each leak, the noise floor, suspect cells. */
void findings_make(const struct load_run *run, const struct judgement *j,
		   struct findings *f);

/*
 * The widest of the baseline's intervals against itself, or NULL.
 *   *reach: its farther end from 1, as a factor of 1 or more.
 */
const struct judge_effect *findings_noise(const struct load_run *run,
					  const struct judgement *j,
					  double *reach);

#endif
