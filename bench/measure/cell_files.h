#ifndef BENCH_MEASURE_CELL_FILES_H
#define BENCH_MEASURE_CELL_FILES_H

/* The files of one cell, as results/README.md explains them. */

#include "bench/measure/measurement.h"
#include "bench/measure/plan.h"
#include "bench/measure/sampler.h"
#include "lib/daemon_stats.h"

/*
 * Takes the load generator's figures out of loadgen.json. A figure that it
 * lacks, though such a load has it, is NAN in the evidence. Returns 0, or -1 if
 * the file is missing or can't be read: then there was no result.
 */
int cell_files_load(const char *folder, const struct load *load,
		    struct measurement *m, struct evidence *e);

/*
 * Writes timeline.tsv and the daemon's histograms, and takes their figures.
 * Returns 0, or -1 with errno.
 */
int cell_files_store(const char *folder, const struct sampler *s,
		     const struct daemon_stats *stats, struct measurement *m);

/*
 * Writes metrics.json, which makes the cell complete. Returns 0, or -1 with
 * errno.
 */
int cell_files_finish(const char *folder, const struct plan_cell *cell,
		      unsigned attempt, const struct measurement *m);

#endif
