#ifndef BENCH_MEASURE_PLAN_H
#define BENCH_MEASURE_PLAN_H

/*
 * The order of measurement. Rounds are paired blocks: each runs every mode
 * once, and the baseline a second time, in an order shuffled afresh from a
 * recorded seed; so that what drifts meets every mode alike.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/experiment.h"

enum { PLAN_MODES = 16, SLOT_NAME = 64 };

/* What is to be run. Plain data. */
struct config {
	const char *profile;
	unsigned rounds, warmups;
	bool aa, verdicts;
	uint64_t seed;
	size_t modes;
	char mode[PLAN_MODES][SLOT_NAME]; /* [0] is the baseline */
	bool with[EXPERIMENTS];
	struct load load[EXPERIMENTS];
	char rerun[512]; /* the line that runs the same again */
};

/* One measurement to make. */
struct plan_cell {
	enum experiment_kind experiment;
	unsigned round;
	bool warmup;
	char mode[SLOT_NAME];
	char slot[SLOT_NAME]; /* its name in the results: mode, or mode-aa */
};

struct plan {
	struct plan_cell *cell; /* owned, in the order of running */
	size_t count;
};

/* Returns 0, or -1 with errno ENOMEM. Release with plan_release(). */
int plan_make(struct plan *p, const struct config *config);
void plan_release(struct plan *p);

/* Cells from `from` on that are one experiment of one round. */
size_t plan_block(const struct plan *p, size_t from);

/* About how long cells [from, count) take, seconds. */
double plan_estimate_s(const struct plan *p, const struct config *config,
		       size_t from);

#endif
