#ifndef BENCH_MEASURE_PROGRESS_H
#define BENCH_MEASURE_PROGRESS_H

/*
 * How far a run is, on stderr: one line redrawn on a terminal, otherwise a
 * plain line a cell. Every now_ns is of clock_now_ns().
 */

#include "bench/measure/cell.h"
#include "bench/measure/conduct.h"
#include "bench/measure/measurement.h"
#include "bench/measure/plan.h"

enum { PROGRESS_LAST = 31, PROGRESS_LINE = 256 };

struct progress {
	const struct plan *plan;
	const struct config *config;
	bool terminal; /* that can clear a line */
	uint64_t start_ns, redraw_ns;
	size_t done, left[EXPERIMENTS]; /* cells */
	/* How long the last cells of each experiment took, in a ring. */
	struct {
		double s[PROGRESS_LAST];
		size_t count;
	} took[EXPERIMENTS];
	/* What is under way. */
	const struct plan_cell *cell;
	size_t cells; /* measured together */
	uint64_t begin_ns;
	/* The daemon's forks a second or two ago, and later; 0: not known. */
	struct progress_mark {
		uint64_t at_ns, forked;
	} older, newer;
	/* Time left as it was told last, and when. */
	double told_s;
	uint64_t told_ns;
};

/*
 * Tells what will be run and about how long it takes.
 *   past: what an earlier part of the run has done of each cell; or NULL.
 */
void progress_start(struct progress *p, const struct plan *plan,
		    const struct config *config, const enum conduct_past past[],
		    uint64_t now_ns);

/* Before `cells` of them are measured together, the first or the second time. */
void progress_begin(struct progress *p, const struct plan_cell *cell,
		    size_t cells, uint64_t now_ns);

/* While they are; `now` is NULL where nothing is known. */
void progress_cell(struct progress *p, const struct cell_now *now,
		   uint64_t now_ns);

/* After each. */
void progress_done(struct progress *p, const struct plan_cell *cell,
		   const struct measurement *m, uint64_t now_ns);

/* Removes the line from a terminal. */
void progress_clear(const struct progress *p);

/*
 * Time left for all cells, seconds: each is taken to last as long as the median
 * of its experiment's last ones in this run, before the first as long as
 * planned. It does not jump: from one call to the next it changes by the time
 * between and at most twice as much for what was learnt since.
 */
double progress_left_s(struct progress *p, uint64_t now_ns);

/* The line that a terminal shows, cut to `columns`. */
void progress_line(struct progress *p, const struct cell_now *now,
		   uint64_t now_ns, size_t columns, char out[PROGRESS_LINE]);

#endif
