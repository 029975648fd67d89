#ifndef BENCH_MEASURE_ONCE_H
#define BENCH_MEASURE_ONCE_H

/*
 * One whole piece of work: a daemon is started, serves a fixed number of
 * sessions, and is stopped. `forkbench once` is what hyperfine times.
 */

#include <stdint.h>

#include "bench/measure/placement.h"

struct once {
	const char *echod, *loadgen; /* paths of the programs */
	const char *mode;
	const char *folder; /* for the logs */
	uint64_t sessions, concurrency;
	unsigned number; /* picks the daemon's address */
	struct placement placement;
};

enum { ONCE_WHY = 512 };

/*
 * Returns 0, or -1 with one sentence in why, which stands in the folder's
 * once.log too: whoever times it may not show it. echod.log stays; so does
 * loadgen.log on failure. Nothing is left running, nor when the parent dies.
 */
int once_run(const struct once *o, char why[ONCE_WHY]);

#endif
