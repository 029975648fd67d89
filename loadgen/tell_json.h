#ifndef LOADGEN_TELL_JSON_H
#define LOADGEN_TELL_JSON_H

#include "loadgen/result.h"

/*
 * Writes the results to a file, which is complete or absent. What was not
 * measured is null. Returns 0, or -1 with errno.
 */
int tell_json(const struct result *r, const char *path);

#endif
