#ifndef BENCH_ONCE_H
#define BENCH_ONCE_H

/*
 * One whole piece of work: a daemon is started, serves a fixed number of
 * sessions, and is stopped. `forkbench once` is what hyperfine times.
 */

#include <stdint.h>

struct once {
	const char *echod, *loadgen; /* paths of the programs */
	const char *mode;
	const char *scratch; /* a folder for the daemon's files; not kept */
	uint64_t sessions, concurrency;
	unsigned number; /* picks the daemon's address */
};

enum { ONCE_WHY = 512 };

/*
 * Returns 0, or -1 with one sentence in why. Nothing is left running.
 */
int once_run(const struct once *o, char why[ONCE_WHY]);

#endif
