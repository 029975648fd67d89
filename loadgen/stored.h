#ifndef LOADGEN_STORED_H
#define LOADGEN_STORED_H

/*
 * The result of a run, read back from the file that --json wrote.
 */

#include <jansson.h>

#include "loadgen/result.h"

struct stored {
	const char *path;     /* the caller's */
	struct result result; /* owned; sum has what is counted below */
	json_t *config;	      /* owned; an object */
};

enum { STORED_WHY = 512 };

/*
 * Reads the counters and causes under "sessions" and "messages", the
 * histograms with their exact sums and maxima, the window, the rates, and from
 * these the events within the window, and the verdict. Keys it doesn't know
 * are ignored; anything else that isn't as it was written is refused.
 * Returns 0, or -1 with one line in why: the path, what, what to do.
 * Release with stored_release().
 */
int stored_read(const char *path, struct stored *out, char why[STORED_WHY]);
void stored_release(struct stored *s);

#endif
