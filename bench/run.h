#ifndef BENCH_RUN_H
#define BENCH_RUN_H

/* forkbench run and resume: plan, run, store; then judge and tell. */

#include "bench/measure/plan.h"

struct run_programs {
	char echod[4096], loadgen[4096], least[4096], self[4096];
};

/*
 * The programs beside this one. Returns 0, or -1 with errno if its own path
 * can't be told.
 */
int run_find_programs(struct run_programs *p);

/*
 * Carries out a whole run and prints its report. Prints errors on stderr.
 * Returns the exit status: 0, 1 (invalid cells left, or the budget was spent
 * before the end), 2 (a budget that it does not fit), 3 (environment), or 128
 * and the number of the signal that interrupted it.
 */
int run(const struct config *config, const char *out,
	const struct run_programs *programs);

/*
 * Goes on with a run that was broken off, at the first cell that is not
 * measured. Returns as run() does; 0 if nothing was left to do.
 *   folder: of the run, with or without `.partial`.
 */
int run_resume(const char *folder, const struct run_programs *programs);

#endif
