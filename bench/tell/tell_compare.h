#ifndef BENCH_TELL_TELL_COMPARE_H
#define BENCH_TELL_TELL_COMPARE_H

/* The forms in which a comparison is told. Each returns 0, or -1 with errno. */

#include <stdio.h>

#include "bench/judge/compare.h"

/*
 * For people: what both runs are worth and where they differ, then a table of
 * the primary metrics and one of zombies, then what follows. In colour if
 * `out` is a terminal and NO_COLOR is unset.
 */
int tell_compare(const struct comparison *c, FILE *out);

/* All of it, with the metrics that are not primary: see results/README.md. */
int tell_compare_json(const struct comparison *c, FILE *out);

#endif
