#ifndef BENCH_MEASURE_CELL_H
#define BENCH_MEASURE_CELL_H

/*
 * One cell: a fresh server, one run of the load generator, one line of
 * figures. What a cell does, in order:
 *
 *  1. start the server, and wait until it listens;
 *  2. serve the warm-up's sessions, if the experiment has any, and let the
 *     server come to rest;
 *  3. read its CPU time and its counters;
 *  4. run the load; meanwhile, in `leak` and `hold`, read its counters every
 *     SAMPLE_NS, and the kernel's account of zombies every KERNEL_NS;
 *  5. let it come to rest; read its CPU time and its counters again, and the
 *     kernel's exact count of zombies;
 *  6. stop it.
 */

#include "bench/measure/cpu.h"
#include "bench/measure/placement.h"
#include "bench/measure/store.h"
#include "bench/measure/watch.h"
#include "bench/study/config.h"

/* What all cells of a run share. */
struct bench {
	const struct config *config;
	const char *bin; /* folder of our programs */
	struct placement placement;
	struct cpu *cpu;
	struct watch *watch;
	struct store *store;
	unsigned servers; /* started so far: picks addresses */
};

enum { CELL_WHY = 512 };

/*
 * Measures a cell and stores its line, its histograms and its time line.
 * Returns 0 with *status, valid or not; or -1 with one sentence in why: the
 * cell could not be run or stored, or (spawn_interrupted()) was interrupted.
 * Nothing is left running in either case.
 */
int cell_measure(struct bench *b, const struct cell_id *id,
		 enum validity *status, char why[CELL_WHY]);

#endif
