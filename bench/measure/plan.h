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
#include "bench/measure/placement.h"
#include "bench/slot.h"

enum { PLAN_MODES = SLOT_MODES };

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
	struct placement placement;
	uint64_t budget_ns; /* for all of the run; 0: as long as it takes */
	char rerun[512];    /* the line that runs the same again */
};

/* One measurement to make. */
struct plan_cell {
	enum experiment_kind experiment;
	unsigned round;
	bool warmup;
	char mode[SLOT_NAME];
	char slot[SLOT_NAME]; /* its name in the results, see bench/slot.h */
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
