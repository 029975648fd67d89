#ifndef BENCH_MEASURE_ENV_H
#define BENCH_MEASURE_ENV_H

#include <jansson.h>

/*
 * What can change a figure: machine, kernel, limits, tools, build. A value
 * that could not be read is null. Returns a new reference, or NULL if memory
 * ran out. Starts the tools to ask for their versions: not while measuring.
 */
json_t *env_read(void);

/* The commit that this program was built from, short, or "unknown". */
const char *env_commit(void);

#endif
