#ifndef BENCH_TELL_TELL_JSON_H
#define BENCH_TELL_TELL_JSON_H

#include "bench/tell/tell.h"

/*
 * summary.json: what summary.tsv holds, with the status, the findings and
 * the zombies.
 */
int tell_json(const struct tell *t, FILE *out);

#endif
