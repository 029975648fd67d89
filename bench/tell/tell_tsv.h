#ifndef BENCH_TELL_TELL_TSV_H
#define BENCH_TELL_TELL_TSV_H

#include "bench/tell/tell.h"

/*
 * summary.tsv: a line for each metric of each slot in each experiment.
 */
int tell_tsv(const struct tell *t, FILE *out);

#endif
