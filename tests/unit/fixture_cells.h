#ifndef TESTS_UNIT_FIXTURE_CELLS_H
#define TESTS_UNIT_FIXTURE_CELLS_H

/*
 * Stored runs with figures of the test's choice, for tests of the judge: they
 * are written to a folder, read by run_read(), and removed.
 */

#include "bench/judge/judge.h"

struct made {
	struct config config;
	bool finished;
	const char *interrupted_by, *cpu_source; /* or NULL */
	const char *env; /* JSON; NULL: {"schema_version": 2} */
	size_t cells;
	struct cell *cell; /* owned */
	/* What made_read() read and judged. */
	struct run run;
	struct judged *judged;
};

/*
 * A finished run of quick with the named experiments, of sig-ign, waitpid-loop,
 * waitpid-once and none. Release with made_free().
 */
struct made *made_new(const char *names);
void made_free(struct made *m);

/*
 * Rounds 0 to `rounds` of every arm and level: every metric that is a ratio
 * is 100, times exp() of `spread` as a standard deviation; `sessions` and
 * `forks` are 300, and `zombies_left` is 0.
 */
void made_fill(struct made *m, unsigned rounds, double spread, uint64_t seed);

/* An empty cell more; valid, as attempt 1. Good until the next call. */
struct cell *made_cell(struct made *m, size_t arm, size_t level,
		       unsigned round);

/* The first cell of that place. */
struct cell *made_find(struct made *m, size_t arm, size_t level,
		       unsigned round);

/* Sets or multiplies a metric in all cells of a level. */
void made_set(struct made *m, size_t arm, size_t level, int metric,
	      double value);
void made_times(struct made *m, size_t arm, size_t level, int metric,
		double factor);

/* Writes, reads and judges it, and fails the test if that goes wrong. */
const struct judged *made_judge(struct made *m);

#endif
