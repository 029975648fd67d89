#ifndef BENCH_TELL_TELL_LIST_H
#define BENCH_TELL_TELL_LIST_H

/* The forms in which a listing is told. Each returns 0, or -1 with errno. */

#include <stdio.h>

#include "bench/judge/listing.h"

/* A table, a line a run; in colour if `out` is a terminal that may have it. */
int tell_list(const struct listing *l, FILE *out);

/* An array of objects, as in results/README.md. */
int tell_list_json(const struct listing *l, FILE *out);

#endif
