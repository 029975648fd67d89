#ifndef HONESTY_TRIAL_H
#define HONESTY_TRIAL_H

/*
 * One run of loadgen against a server, and what it said.
 */

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/spawn.h"

/* Where the programs are, and where files may be left for a moment. */
struct site {
	const char *build;
	char folder[PATH_MAX / 2];
};

struct trial {
	struct spawn loadgen;
	char json[PATH_MAX];
	json_t *said;
};

/*
 * Starts loadgen with options, which are parted by blanks. Returns 0, or -1
 * with errno.
 */
int trial_start(struct trial *t, const struct site *at, const char *options,
		const char *address, const char *port);

/*
 * Waits for its end, 30 s at most, and reads its results. Adds three figures to
 * them: "exit" (-1 if it did not end by itself), "sessions/failures", the sum
 * of all causes, and "verdict/gravity": 0 valid, 1 suspect, 2 invalid. Release
 * with trial_release().
 */
void trial_end(struct trial *t);
void trial_release(struct trial *t);

/*
 * One figure of the results by its path ("latency_us/echo/p90"), or NAN if it
 * is null or not there.
 */
double trial_figure(const struct trial *t, const char *path);

/*
 * Whether loadgen was late by its own account, by over 1 ms: on a busy machine
 * it is, and may then call the run invalid.
 */
bool trial_lagged(const struct trial *t);

#endif
