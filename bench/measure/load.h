#ifndef BENCH_MEASURE_LOAD_H
#define BENCH_MEASURE_LOAD_H

/* Runs the load generator, and takes over what it found. */

#include <sched.h>

#include "bench/measure/server.h"
#include "bench/study/experiment.h"
#include "bench/study/validity.h"

struct load_config {
	const char *bin;    /* folder of our programs */
	const char *folder; /* for its files: load.json, load.hlog, load.log */
	const struct load *load;
	const cpu_set_t *cpus;
	/* Called every step_ns while it runs; or NULL. */
	void (*look)(void *context);
	void *context;
	uint64_t step_ns;
};

enum { LOAD_WHY = 512 };

/*
 * Serves the warm-up's sessions, which no figure comes from. Returns 0, or -1
 * with why.
 */
int load_warm(const struct load_config *c, const struct server *s,
	      char why[LOAD_WHY]);

/*
 * Runs the load to its end, and sets the metrics that the load generator
 * measures and the rules that it breaks.
 * Returns 0, or -1 with why: it could not be run, or was interrupted.
 */
int load_run(const struct load_config *c, const struct server *s,
	     double value[METRIC_COUNT], struct validity_finding *found,
	     char why[LOAD_WHY]);

#endif
