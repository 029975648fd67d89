#ifndef LOADGEN_RESULT_JSON_H
#define LOADGEN_RESULT_JSON_H

/*
 * A result as JSON, as loadgen(1) documents it. Every json_t is the caller's;
 * NULL: no memory.
 */

#include <jansson.h>

#include "loadgen/result.h"

/* The keys that one run and several have. */
json_t *result_json(const struct result *r);

/* The figures of a histogram; null if it is empty. */
json_t *result_json_latency(const struct hist *h);

/* A count; a number, or null if it is below 0. */
json_t *result_json_count(uint64_t value);
json_t *result_json_number(double value);

/*
 * A text that may not be UTF-8, such as a file's name: if it is not, its bytes
 * beyond ASCII are shown as \xNN.
 */
json_t *result_json_text(const char *text);

/*
 * Adds the schema's version and writes to a file. Takes over root.
 * Returns 0, or -1 with errno.
 */
int result_json_write(json_t *root, const char *path);

#endif
