#ifndef TESTS_UNIT_FIXTURE_TALLY_H
#define TESTS_UNIT_FIXTURE_TALLY_H

/*
 * How often the judge is right about runs whose truth is known.
 *
 * Comparisons that share cells are no independent tries. So those counted are
 * of one mode, the middle one, and of one metric of each experiment: three a
 * run. What a whole run says is counted by runs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/judge/judge.h"
#include "tests/unit/fixture_simulated.h"

enum { TALLY_SLOT = 2 }; /* of the mode that is counted */

struct tally {
	size_t n;	/* independent comparisons */
	size_t missed;	/* their intervals that miss the true ratio */
	size_t differs; /* their intervals that exclude 1 */
	size_t same;	/* so many verdicts */
	size_t right;	/* the verdict that the true ratio deserves, not 1 */
	size_t wrong;	/* better or worse, which it is not */

	size_t runs;
	size_t noisy;	   /* NOISY */
	size_t wrong_runs; /* wrong for any mode, in any primary metric */
};

/* Adds a judged run, whose modes' true ratio to the baseline is given. */
void tally_add(struct tally *t, const struct load_run *run,
	       const struct judgement *j, double ratio);

/* Draws and judges so many. Returns 0, or -1 with errno ENOMEM. */
int tally_runs(struct tally *t, const struct simulated *s, uint64_t seed,
	       size_t runs);

/*
 * Whether its effect is the next of those that are independent, of which
 * *last is the last one, or NULL; which it then becomes.
 */
bool tally_counts(const struct load_run *run, const struct judge_effect *e,
		  const struct judge_effect **last);

/* Whether better or worse is what the ratio makes the metric. */
bool tally_is_right(enum verdict verdict, double ratio, enum metric_id metric);
/* Whether it is better or worse, and the ratio does not make it so. */
bool tally_is_wrong(enum verdict verdict, double ratio, enum metric_id metric);

/*
 * Whether so many hits can come of n tries with that chance each, by the
 * binomial distribution: fewer or more has a chance of 1 in 100,000.
 */
bool tally_fits(size_t hits, size_t n, double chance);

/* The same for more alone. */
bool tally_at_most(size_t hits, size_t n, double chance);

/* Of a hundred. */
double tally_pct(size_t hits, size_t n);

#endif
