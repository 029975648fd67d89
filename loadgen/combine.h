#ifndef LOADGEN_COMBINE_H
#define LOADGEN_COMBINE_H

/* The results of several runs, side by side or one after another, as one. */

#include <stddef.h>

#include "loadgen/stored.h"

/*
 * Adds up counters, causes and histograms. A rate is what happened in the
 * steady phases over the time in which at least one of them lasted: the sum of
 * the rates of runs side by side, the mean of those one after another. A run in
 * which it was not measured adds nothing; if it was in none, it is -1. The
 * window spans the first start to the last end, pauses and all. The verdict is
 * the worst, its reasons preceded by their file; runs of different loads make
 * it suspect.
 * Returns 0, or -1 with errno ENOMEM, or EOVERFLOW if a sum has over 63 bits.
 * *into is to be released, with result_release(), in the first case only.
 */
int combine(const struct stored runs[], size_t count, struct result *into);

#endif
