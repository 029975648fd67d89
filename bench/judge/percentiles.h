#ifndef BENCH_JUDGE_PERCENTILES_H
#define BENCH_JUDGE_PERCENTILES_H

/*
 * A latency of a level against that of the baseline, percentile by percentile:
 * where in the distribution a difference is. Each is judged as every other
 * ratio (ranks.h), from the percentiles of single cells, but each by itself
 * at 95 %: they explain a verdict and are none.
 */

#include "bench/judge/cells.h"
#include "bench/judge/ranks.h"

enum { PERCENTILES = 7 };
extern const double percentiles[PERCENTILES]; /* from 10 to 90 */

/*
 *   kind: as run_latency().   out: mid is NAN where a cell had fewer than
 *   HIST_MIN_BEYOND samples beyond.
 * Returns the number of rounds, 0 if there are none; -1 without memory, or if
 * the file cannot be read.
 */
long percentiles_judge(const struct run *r, size_t arm, size_t level,
		       const char *kind, struct interval out[PERCENTILES]);

#endif
