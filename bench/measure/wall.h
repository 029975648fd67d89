#ifndef BENCH_MEASURE_WALL_H
#define BENCH_MEASURE_WALL_H

/*
 * A round of the experiment `wall`: hyperfine times `forkbench once` for every
 * mode, in the plan's order, one run each.
 */

#include <limits.h>

#include "bench/measure/cell.h"
#include "bench/measure/measurement.h"
#include "bench/measure/plan.h"

struct wall_round {
	const struct plan_cell *cell; /* `count` of them, one round's */
	size_t count;
	unsigned attempt; /* 1, or 2 for cells that were invalid */
	unsigned number;  /* of the first cell's daemon in the run */
	const struct load *load;
	const struct placement *placement;
	const struct cell_view *view;
	const char *self;		     /* path of forkbench */
	const char *folder;		     /* of the experiment's cells */
	const char (*cell_folder)[PATH_MAX]; /* `count` of them, that exist */
};

enum { WALL_WHY = 512 };

/*
 * Fills in m[0] to m[count - 1], and keeps hyperfine's own file in the folder
 * as <round>-hyperfine.json, that of a second attempt as
 * <round>-hyperfine-again.json.
 * Returns 0, or -1 with one sentence in why: hyperfine could not be run or
 * read (then its log stays), or the run was interrupted. Nothing is left
 * running.
 */
int wall_measure(const struct wall_round *w, struct measurement m[],
		 char why[WALL_WHY]);

#endif
