#ifndef LOADGEN_TELL_JSON_H
#define LOADGEN_TELL_JSON_H

#include "loadgen/run.h"

/* Writes what a run came to, as loadgen(1) documents. 0, or -1 with errno. */
int tell_json_run(const struct run *r, const char *path);

#endif
