#ifndef BENCH_MEASURE_SAME_ENV_H
#define BENCH_MEASURE_SAME_ENV_H

#include <jansson.h>

enum { SAME_ENV_WHY = 256 };

/*
 * Whether cells measured under both contents of env.json belong together: one
 * kernel, one CPU, one build. Returns 0, or -1 with the first difference in
 * why.
 */
int same_env(const json_t *before, const json_t *now, char why[SAME_ENV_WHY]);

#endif
