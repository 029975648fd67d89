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
 *  4. run the load; meanwhile, where the experiment has a timeline, read its
 *     counters every ZOMBIES_STEP_NS, and the kernel's account of zombies every
 *     ZOMBIES_KERNEL_NS; once all of a held load's sessions are open, read what
 *     memory they take;
 *  5. let it come to rest; read its CPU time and its counters again, and the
 *     kernel's exact count of zombies;
 *  6. under a limit of processes, serve a few sessions more: has the server
 *     recovered?
 *  7. stop it.
 */

#include "bench/measure/cpu.h"
#include "bench/measure/pids.h"
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
	struct pids *pids; /* opened where an experiment has a limit */
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

/*
 * Measures what the open model's rates are parts of: the sessions/s that the
 * arm's first server reaches under the load of churn, median of a few fresh
 * servers. Returns 0 with the arm's load.reference_per_s set, or -1 with why.
 */
int cell_calibrate(struct bench *b, struct arm *arm, char why[CELL_WHY]);

#endif
