#ifndef BENCH_JUDGE_LOAD_JSON_H
#define BENCH_JUDGE_LOAD_JSON_H

/*
 * Checked reading of stored files. A key that is absent or null leaves *out as
 * it is; one of the wrong type is an error, as is a required one's absence.
 * Every function returns 0, or -1 with one sentence in why.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/judge/load.h"

struct load_source {
	char path[PATH_MAX];
	char *why; /* LOAD_WHY bytes */
};

enum load_need { LOAD_OPTIONAL, LOAD_REQUIRED };

/* Sets the path. Returns 0, or -1 if it is too long for the system. */
__attribute__((format(printf, 2, 3))) int load_at(struct load_source *from,
						  const char *format, ...);

/*
 * Says what is wrong in which file, on one line, whatever it was given to
 * quote. Always returns -1.
 */
__attribute__((format(printf, 2, 3))) int
load_fail(const struct load_source *from, const char *format, ...);

/* Opens the file at from->path; *in is NULL if it is optional and absent. */
int load_open(const struct load_source *from, enum load_need need, FILE **in);

/*
 * Reads the file at from->path: an object whose schema_version is no newer
 * than LOAD_SCHEMA, NULL if it is optional and absent. Its texts are plain.
 * Release *out with json_decref().
 */
int load_json(const struct load_source *from, enum load_need need,
	      json_t **out);

int load_text(const struct load_source *from, const json_t *object,
	      const char *key, enum load_need need, const char **out);
int load_count(const struct load_source *from, const json_t *object,
	       const char *key, enum load_need need, uint64_t *out);
/* What can be measured, so that no ratio of two overflows: 1e-15 to 1e15. */
int load_number(const struct load_source *from, const json_t *object,
		const char *key, enum load_need need, double *out);
int load_truth(const struct load_source *from, const json_t *object,
	       const char *key, enum load_need need, bool *out);
/* An array or an object. */
int load_part(const struct load_source *from, const json_t *object,
	      const char *key, enum load_need need, json_type type,
	      json_t **out);

#endif
