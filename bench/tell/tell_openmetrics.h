#ifndef BENCH_TELL_TELL_OPENMETRICS_H
#define BENCH_TELL_TELL_OPENMETRICS_H

#include "bench/tell/tell.h"

/*
 * The summary as OpenMetrics text, for those who keep results in Prometheus: a
 * gauge for each metric, its median by experiment and mode, in base units; the
 * ratios with their intervals; verdicts; what the run is worth.
 */
int tell_openmetrics(const struct tell *t, FILE *out);

#endif
