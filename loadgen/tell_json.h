#ifndef LOADGEN_TELL_JSON_H
#define LOADGEN_TELL_JSON_H

#include <jansson.h>

#include "loadgen/result.h"

struct run;

/* Writes what a run came to, as loadgen(1) documents. 0, or -1 with errno. */
int tell_json_run(const struct run *r, const char *path);

/* The keys that several runs have, too; NULL: no memory. */
json_t *tell_json_result(const struct result *r);

/* The figures of a histogram; null if it is empty. */
json_t *tell_json_latency(const struct hist *h);

/*
 * A text that may not be UTF-8, such as a file's name: if it is not, its bytes
 * beyond ASCII are shown as \xNN.
 */
json_t *tell_json_text(const char *text);

/* Adds the schema's version and writes to a file. Takes over root. */
int tell_json_write(json_t *root, const char *path);

#endif
