#ifndef LOADGEN_TELL_JSON_H
#define LOADGEN_TELL_JSON_H

#include <jansson.h>

#include "loadgen/run.h"

/* Writes what a run came to, as loadgen(1) documents. 0, or -1 with errno. */
int tell_json_run(const struct run *r, const char *path);

/* The keys that several runs have, too; NULL: no memory. */
json_t *tell_json_result(const struct result *r);

/* Adds the schema's version and writes to a file. Takes over root. */
int tell_json_write(json_t *root, const char *path);

#endif
