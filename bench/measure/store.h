#ifndef BENCH_MEASURE_STORE_H
#define BENCH_MEASURE_STORE_H

/*
 * The folder of a run while it is being made. It has `.partial` behind its
 * name until the run has finished.
 */

#include <limits.h>

#include "bench/measure/plan.h"
#include "bench/status.h"

struct store {
	char final[PATH_MAX];	/* the folder's name in the end */
	char partial[PATH_MAX]; /* and until then */
	bool chosen;		/* by the user, not under results/ */
	char started_utc[32];
	uint64_t started_ns;
};

enum { STORE_WHY = 512 };

/*
 * Makes the folder: `out`, or one under results/ if that is NULL, and
 * env.json in it. Returns 0, or -1 with one sentence in why; nothing is left
 * behind then.
 */
int store_create(struct store *s, const char *out, const struct config *config,
		 char why[STORE_WHY]);

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

/*
 * Makes the folder of a cell, and sets aside what an earlier try left there if
 * `again`. Returns 0, or -1 with errno.
 */
int store_cell(const struct store *s, const struct plan_cell *cell, bool again,
	       char folder[PATH_MAX]);

/* The folder of an experiment's cells. Returns 0, or -1 with errno. */
int store_experiment(const struct store *s, enum experiment_kind kind,
		     char folder[PATH_MAX]);

/* Removes the folder of a run that has measured nothing. */
void store_discard(const struct store *s);

/*
 * Gives the folder its final name, and points results/latest to it. Returns
 * 0, or -1 with errno.
 */
int store_finish(const struct store *s);

#endif
