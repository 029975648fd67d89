#ifndef BENCH_MEASURE_CONDUCT_H
#define BENCH_MEASURE_CONDUCT_H

/*
 * Carries a plan out, cell by cell: what is measured how is the executor's
 * business, so that the order, the retries and the end can be tested without
 * measuring anything.
 */

#include "bench/measure/measurement.h"
#include "bench/measure/plan.h"

enum { CONDUCT_WHY = 512 };

struct executor {
	/*
	 * Measures cells that belong together, and stores them: a whole
	 * round's where whole_rounds() says so, else one.
	 *   attempt: 1, or 2 for cells that were invalid the first time.
	 * Returns 0 with m[] filled in; or -1 with one sentence in why, after
	 * which nothing more can be measured.
	 */
	int (*measure)(void *context, const struct plan_cell *cell,
		       size_t count, unsigned attempt, struct measurement m[],
		       char why[CONDUCT_WHY]);
	bool (*whole_rounds)(void *context, enum experiment_kind kind);
	/*
	 * Told of each cell of the plan that is done with, after its second
	 * try if it needs one.
	 */
	void (*done)(void *context, const struct plan_cell *cell,
		     const struct measurement *m);
	void *context;
};

struct conduct_end {
	size_t done; /* cells done with, valid or not, those of before too */
	char why[CONDUCT_WHY]; /* what stopped it; empty if nothing did */
};

/* How far an earlier part of the run, which was broken off, came with a cell. */
enum conduct_past {
	PAST_NONE,    /* not measured */
	PAST_INVALID, /* its second try is due */
	PAST_DONE,
};

/*
 * A round that is measured as a whole and was not is not measured at all: its
 * cells become PAST_NONE, so that those which are compared stay together.
 *   past: one for each cell of the plan.
 */
void conduct_settle(const struct plan *plan, const struct executor *executor,
		    enum conduct_past past[]);

/*
 *   past: settled. NULL: there is none.
 * Returns 0 when every cell was run, or -1 with *end telling what stopped it.
 */
int conduct(const struct plan *plan, const enum conduct_past past[],
	    const struct executor *executor, struct conduct_end *end);

#endif
