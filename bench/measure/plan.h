#ifndef BENCH_MEASURE_PLAN_H
#define BENCH_MEASURE_PLAN_H

/*
 * The order of measurement. A block is one round of one experiment: every
 * level once, the baseline a second time, in an order shuffled afresh. The
 * order depends on the seed, the experiment and the round alone, so a run that
 * is resumed goes on in the same order. Blocks of all experiments are spread
 * evenly over the run, so that what drifts meets all of them alike.
 */

#include "bench/study/config.h"

struct block {
	size_t arm;
	unsigned round;
	size_t count;		       /* of levels */
	size_t order[LEVELS_MOST + 1]; /* their indices */
};

struct plan {
	struct block *block; /* owned, in the order of running */
	size_t count, cells;
};

/*
 * The warm-up's blocks: round 0 of each experiment that has one; none where
 * nothing is judged. Returns 0, or -1 with errno ENOMEM. Release with
 * plan_release().
 */
int plan_warm_up(struct plan *p, const struct config *config);

/*
 * All other rounds; every arm's number of them is known by now. Returns as
 * above.
 */
int plan_rounds(struct plan *p, const struct config *config);

void plan_release(struct plan *p);

/*
 * Sets how many rounds each arm has, where that is not fixed: as many as fit
 * into its share of the time, and no fewer than its least. What that least
 * takes beyond the share, the other arms have less. It is done once, after the
 * warm-up and before anything that counts.
 *   round_s: by arm, how long its warm-up round took; NAN: it had none.
 *   budget_s: for all rounds together; 0: what the profile gives.
 */
void plan_fit(struct config *config, const double round_s[], double budget_s);

/* Seconds that one round of an arm takes, where it has not been measured. */
double plan_guess_s(const struct arm *a);

#endif
