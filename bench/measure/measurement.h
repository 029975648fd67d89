#ifndef BENCH_MEASURE_MEASUREMENT_H
#define BENCH_MEASURE_MEASUREMENT_H

/* What one cell came to: the figures, and whether they may be used. */

#include "bench/drift.h"
#include "bench/metric.h"
#include "bench/validity.h"

struct measurement {
	double value[METRIC_COUNT]; /* NAN: not measured */
	double load_start_s, load_end_s;
	struct drift drift;
	struct validity_finding validity;
};

/* Nothing measured yet. */
void measurement_init(struct measurement *m);

#endif
