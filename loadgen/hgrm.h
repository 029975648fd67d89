#ifndef LOADGEN_HGRM_H
#define LOADGEN_HGRM_H

#include <stdio.h>

#include "lib/hist.h"
#include "loadgen/result.h"

/*
 * Writes the percentile distribution that HdrHistogram's
 * outputPercentileDistribution() prints and its plotter reads, usually named
 * *.hgrm: values in microseconds to the nanosecond, 5 lines each time the
 * distance to 100 % halves. As there, a line's value is its bucket's highest;
 * "Max" is the largest sample, "Mean" the exact one, "StdDeviation" that of
 * the buckets' middles.
 * Returns 0, or -1 with errno ENODATA (empty; nothing is written) or that of
 * the write. Does not flush.
 */
int hgrm_write(const struct hist *h, FILE *out);

/*
 * Writes every histogram of a result into a folder, made if need be, as
 * NAME.hgrm. For an empty histogram there is no file; one of an earlier run is
 * removed.
 * Returns 0, or -1 with errno.
 */
int hgrm_write_all(const struct result *r, const char *folder);

#endif
