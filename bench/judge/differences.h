#ifndef BENCH_JUDGE_DIFFERENCES_H
#define BENCH_JUDGE_DIFFERENCES_H

/*
 * In what two stored runs differ beside their figures: what was planned, and
 * the machine, the kernel, the build and the tools, a leaf of env.json at a
 * time.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "bench/judge/load.h"

struct difference {
	char key[3 * LOAD_NAME]; /* as "build.commit" */
	const json_t *a, *b;	 /* theirs; NULL where one has no such key */
};

struct differences {
	size_t n;
	struct difference *list; /* what matters most comes first */
};

/*
 * Both runs must outlive *d. Returns 0, or -1 with errno ENOMEM. Release with
 * differences_release() in either case.
 */
int differences_find(const struct load_run *a, const struct load_run *b,
		     struct differences *d);
void differences_release(struct differences *d);

#endif
