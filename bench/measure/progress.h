#ifndef BENCH_MEASURE_PROGRESS_H
#define BENCH_MEASURE_PROGRESS_H

/*
 * How far a run is, on stderr: one line redrawn on a terminal, otherwise a
 * plain line a cell.
 */

#include "bench/measure/measurement.h"
#include "bench/measure/plan.h"

struct progress {
	const struct plan *plan;
	const struct config *config;
	bool terminal;
	uint64_t start_ns, redraw_ns;
	size_t at; /* the cell under way */
};

/* Tells what will be run and about how long it takes. */
void progress_start(struct progress *p, const struct plan *plan,
		    const struct config *config);

/* While a cell is measured. */
void progress_cell(struct progress *p, const struct plan_cell *cell,
		   uint64_t open, uint64_t zombies);

/* After it. */
void progress_done(struct progress *p, size_t index,
		   const struct plan_cell *cell, const struct measurement *m);

/* Removes the line from a terminal. */
void progress_clear(const struct progress *p);

#endif
