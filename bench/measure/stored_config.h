#ifndef BENCH_MEASURE_STORED_CONFIG_H
#define BENCH_MEASURE_STORED_CONFIG_H

/*
 * What is to be run, as keys of run.json: written, and read back when a run is
 * resumed. What one writes, the other makes equal.
 */

#include <jansson.h>

#include "bench/measure/plan.h"

enum { STORED_CONFIG_WHY = 256 };

/* An object with those keys, or NULL if memory ran out. To be released. */
json_t *stored_config_make(const struct config *config);

/*
 * From the whole of run.json. Only the loads of experiments that are run are
 * filled in. Returns 0, or -1 with what is wrong in why.
 */
int stored_config_read(const json_t *run, struct config *config,
		       char why[STORED_CONFIG_WHY]);

#endif
