#ifndef LOADGEN_STORED_JSON_H
#define LOADGEN_STORED_JSON_H

/*
 * Checked reading of a stored result's JSON. Every function returns 0, or -1
 * with one line in why: the path, what, what to do. A key is named WITHIN.KEY
 * there.
 */

#include <jansson.h>
#include <stdint.h>

enum { STORED_WHY = 512 };

struct stored_json {
	const char *path;
	char *why; /* STORED_WHY bytes */
};

/* Says what is wrong. Always returns -1. */
__attribute__((format(printf, 2, 3))) int
stored_refuse(const struct stored_json *from, const char *format, ...);

/* The same, of a value that is not what is wanted ("an object"). */
int stored_refuse_key(const struct stored_json *from, const char *within,
		      const char *key, const char *wanted);

/* The whole file. Release *out, NULL on failure, with json_decref(). */
int stored_root(const struct stored_json *from, json_t **out);

/* An object, borrowed. */
int stored_part(const struct stored_json *from, const json_t *object,
		const char *within, const char *key, json_t **out);
int stored_count(const struct stored_json *from, const json_t *object,
		 const char *within, const char *key, uint64_t *out);
/* A number from 0, or null, which leaves *out as it is. */
int stored_number(const struct stored_json *from, const json_t *object,
		  const char *within, const char *key, double *out);

#endif
