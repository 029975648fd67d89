#ifndef BENCH_MEASURE_STORE_OPEN_H
#define BENCH_MEASURE_STORE_OPEN_H

/* The folder of a run that was broken off, taken up again. */

#include "bench/measure/store.h"

/*
 * Takes up a run that was broken off, to go on with it; what was half-written
 * there is removed.
 *   run: its folder, with or without `.partial`, or a link to it.
 * Returns 0 with *config read; 1 if it has finished already; or -1 with one
 * sentence in why: it can't be read, another process is at work there, or the
 * machine or the program is another one. Release with store_release().
 */
int store_open(struct store *s, const char *run, struct config *config,
	       char why[STORE_WHY]);

/* How often the run was resumed. */
size_t store_resumptions(const struct store *s);

/* Notes that the run goes on at a cell, counted from 1. */
void store_mark_resumed(struct store *s, size_t at_cell);

#endif
