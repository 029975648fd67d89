#ifndef BENCH_MEASURE_STORE_CELLS_H
#define BENCH_MEASURE_STORE_CELLS_H

/* The folders of a run's cells. */

#include <limits.h>

#include "bench/measure/conduct.h"
#include "bench/measure/store.h"

/*
 * Makes the folder of a cell.
 *   again: for its second try; the first one is set aside.
 * What a try left that was broken off is removed. Returns 0, or -1 with errno.
 */
int store_cell(const struct store *s, const struct plan_cell *cell, bool again,
	       char folder[PATH_MAX]);

/* The folder of an experiment's cells. Returns 0, or -1 with errno. */
int store_experiment(const struct store *s, enum experiment_kind kind,
		     char folder[PATH_MAX]);

/*
 * How far the run came with a cell: its metrics.json is whole and of no other
 * cell, or it does not count.
 */
enum conduct_past store_past(const struct store *s,
			     const struct plan_cell *cell);

#endif
