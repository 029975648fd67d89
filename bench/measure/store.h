#ifndef BENCH_MEASURE_STORE_H
#define BENCH_MEASURE_STORE_H

/*
 * The folder of a run while it is being made. It has `.partial` behind its
 * name until the run has finished. Whoever works in it holds a lock on its
 * env.json, which the kernel drops however that process ends.
 */

#include <jansson.h>
#include <limits.h>

#include "bench/measure/plan.h"
#include "bench/status.h"

/* Behind the folder's name until the run has finished. */
#define STORE_PARTIAL ".partial"

enum { STORE_SCHEMA = 1, STORE_TIME = 32, STORE_WHY = 1024 };

struct store {
	char final[PATH_MAX];	/* the folder's name in the end */
	char partial[PATH_MAX]; /* and until then */
	char started_utc[STORE_TIME];
	uint64_t started_ns;	/* this part of the run */
	double earlier_s;	/* how long those before it took */
	json_t *interrupted_by; /* what ended the last one; owned */
	json_t *resumed;	/* a mark for each time; owned */
	int lock;
};

/*
 * Makes the folder: `out`, or one under results/ if that is NULL, and
 * env.json in it.
 *   doctor: what was found before the run, for env.json.
 * Returns 0, or -1 with one sentence in why; nothing is left
 * behind then. Release with store_release() in either case.
 */
int store_create(struct store *s, const char *out, const struct config *config,
		 json_t *doctor, char why[STORE_WHY]);

void store_release(struct store *s);

/* Returns 0, or -1 with errno, EWOULDBLOCK if another process holds it. */
int store_lock(struct store *s);

/* Returns 0, or -1 with why if something has the folder's name already. */
int store_refuse_occupied(const struct store *s, char why[STORE_WHY]);

/* The time, UTC, as 2026-05-01T12:00:00Z. */
void store_tell_now(char out[STORE_TIME]);

/* How the run ended, so far. */
struct run_end {
	bool finished;
	const char *interrupted_by;	 /* or NULL */
	const struct run_status *status; /* NULL: still running */
	size_t cells;			 /* planned */
};

/* Writes run.json. Returns 0, or -1 with errno. */
int store_run(const struct store *s, const struct config *config,
	      const struct run_end *end);

/* Removes the folder of a run that has measured nothing. */
void store_discard(const struct store *s);

/*
 * Gives the folder its final name, and points results/latest to it if it is
 * there. Returns 0, or -1 with errno.
 */
int store_finish(const struct store *s);

#endif
