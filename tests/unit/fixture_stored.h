#ifndef TESTS_UNIT_FIXTURE_STORED_H
#define TESTS_UNIT_FIXTURE_STORED_H

/* Results of runs that never ran, and their files. */

#include "loadgen/stored.h"

/* An empty result. Returns 0, or -1 with errno. */
int fixture_stored(struct stored *s, const char *path);

/*
 * Writes the file s->path as --json writes it, but for one key, if any: it has
 * a value of its own, or is left out if that is NULL.
 *   within: the key's object, or NULL.
 * Returns 0, or -1.
 */
int fixture_store(const struct stored *s, const char *within, const char *key,
		  const char *value);

#endif
