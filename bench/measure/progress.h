#ifndef BENCH_MEASURE_PROGRESS_H
#define BENCH_MEASURE_PROGRESS_H

/*
 * How far a run is, on stderr: one line redrawn on a terminal that can, else a
 * plain line every PROGRESS_PLAIN_S seconds.
 */

#include <stddef.h>
#include <stdio.h>

#include "bench/measure/plan.h"

enum { PROGRESS_PLAIN_S = 15, PROGRESS_LINE = 256 };

struct progress {
	const struct config *config;
	bool terminal; /* that can clear a line */
	uint64_t shown_ns;
	double left_s[EXPERIMENTS_MOST]; /* by arm, of a round */
	unsigned left[EXPERIMENTS_MOST]; /* rounds */
	bool measured[EXPERIMENTS_MOST]; /* a round of it; else it is a guess */
};

/*
 * Whether a line there can be redrawn, and the line itself: redrawn and cut to
 * the terminal's width, or as a line of its own.
 */
bool progress_can_redraw(FILE *out);
void progress_draw(FILE *out, bool redraw, char line[PROGRESS_LINE]);

/* Says what is measured and how long it takes, about. */
void progress_begin(struct progress *p, const struct config *config);

/* A round of an arm took so long; `left` more of it are to come. */
void progress_round(struct progress *p, size_t arm, unsigned left,
		    double took_s);

/* Before a round; redraws. */
void progress_show(struct progress *p, const struct block *b);

/* Removes the line from a terminal. */
void progress_clear(const struct progress *p);

/* The line, cut to so many columns; for tests, too. */
void progress_line(const struct progress *p, const struct block *b,
		   size_t columns, char out[PROGRESS_LINE]);

#endif
