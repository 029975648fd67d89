#ifndef BENCH_MEASURE_WALL_H
#define BENCH_MEASURE_WALL_H

/*
 * The experiment `wall`. hyperfine times `forkbench once`: a server is started,
 * serves a fixed number of sessions, and is stopped. It times every level of
 * the block WALL_RUNS times, and its median is the cell's figure.
 */

#include "bench/measure/cell.h"

/*
 * Measures and stores the levels of a block.
 * Returns 0 with status[] filled in, or -1 with why.
 */
int wall_measure(struct bench *b, const struct arm *arm, const size_t level[],
		 size_t count, unsigned round, unsigned attempt,
		 enum validity status[], char why[CELL_WHY]);

/* What is timed; of the command line of `forkbench once`. */
struct once {
	const char *bin, *folder;
	struct subject subject;
	struct load load;
	unsigned number; /* of the server: picks its address */
	struct placement placement;
};

/*
 * Returns 0, or -1 with why. Nothing is left running, nor when the parent
 * dies.
 */
int once_run(const struct once *o, char why[CELL_WHY]);

#endif
