#ifndef BENCH_MEASURE_CELL_H
#define BENCH_MEASURE_CELL_H

/*
 * One cell measured: a fresh daemon, one run of the load generator, and the
 * sampler beside them; then silence, the exact count, and the end of all.
 */

#include "bench/measure/measurement.h"
#include "bench/measure/plan.h"

struct cell_tools {
	const char *echod, *loadgen; /* paths of the programs */
	const struct placement *placement;
};

/* What is to be seen while it runs. */
struct cell_now {
	uint64_t open, zombies, forked;
};

struct cell_view {
	/* `now` is NULL where nothing is known. */
	void (*show)(void *context, const struct cell_now *now);
	void *context;
};

enum { CELL_WHY = 512 };

/*
 * Measures the cell and writes timeline.tsv, loadgen.json, the histograms and
 * the logs into its folder, which exists.
 *   number: of the cell in the run.
 * Returns 0 with *m filled in, valid or not; or -1 with one sentence in why:
 * the cell could not be run, or (spawn_interrupted()) was interrupted.
 * Nothing is left running in either case.
 */
int cell_measure(const struct plan_cell *cell, const struct load *load,
		 const struct cell_tools *tools, const char *folder,
		 unsigned number, const struct cell_view *view,
		 struct measurement *m, char why[CELL_WHY]);

#endif
