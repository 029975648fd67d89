#ifndef BENCH_JUDGE_JUDGE_H
#define BENCH_JUDGE_JUDGE_H

/*
 * What a stored run shows. Rounds are the replicates: every mode is compared
 * with the baseline of the same round, and a round without a usable cell of
 * either drops out of that comparison. The warm-up never counts.
 *
 * d_r = ln(mode_r / baseline_r). The ratio is exp of the Hodges-Lehmann
 * estimate of d, its interval that of the exact signed-rank test at 95 %.
 *
 * The margin is the larger of 3 % and the farthest end from 1 of the same
 * metric's A/A interval. An interval wholly outside the margin is better or
 * worse; one within 3 %, whatever the margin, is the same; any other is too
 * close to call. So noise makes every verdict harder to get, and none easier.
 * Where the run has A/A and the metric's has no interval, the noise is
 * unknown: no verdict and no margin. The A/A interval itself is noisy if it
 * excludes 1, the same if it lies within 3 %, and else says nothing.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/judge/load.h"
#include "bench/metric.h"
#include "bench/status.h"

/* What counts as no difference, and the least that counts as one. */
#define JUDGE_SAME 1.03

enum verdict {
	VERDICT_NONE,
	VERDICT_BASELINE,
	VERDICT_SAME,
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_CLOSE,
	VERDICT_NO_CI, /* too few rounds */
	VERDICT_NO_AA, /* too few A/A rounds to know the noise */
	VERDICT_NOISY, /* the baseline differs from itself */
	VERDICT_LEAKS,
	VERDICT_CLEAN,
};

struct judge_effect {
	size_t experiment, slot; /* indices into the run's lists */
	enum metric_id metric;
	size_t n;      /* rounds that count */
	double median; /* over them; NAN if n is 0 */
	bool has_ratio, has_interval;
	double ratio, low, high;
	double margin; /* a factor above 1; 0 if none is known */
	enum verdict verdict;
};

struct judge_zombies {
	size_t experiment, slot;
	size_t n;    /* rounds whose count is known */
	double peak; /* largest over the rounds; NAN if unknown */
	double left_min, left_max;
	double left_sum, forks_sum; /* over the rounds that know both */
	double lifetime_ms;	    /* mean over the rounds; NAN if unknown */
	const struct load_cell *worst; /* the round that left most */
};

/* A cell that strays from its other rounds: see judge_outliers.h. */
struct judge_outlier {
	const struct load_cell *cell;
	enum metric_id metric;
	double median; /* of the rounds */
};

/* How the baseline changed from first to last: see judge_trend.h. */
struct judge_trend {
	bool found; /* the largest change, of those that are sure */
	size_t experiment;
	enum metric_id metric;
	double ratio, low, high;
};

struct judgement {
	struct run_status status;
	size_t n_effects; /* by experiment, then metric, then slot */
	struct judge_effect *effects;
	size_t n_zombies; /* by experiment, then slot, A/A left out */
	struct judge_zombies *zombies;
	size_t n_outliers; /* by experiment, then metric, then slot */
	struct judge_outlier *outliers;
	struct judge_trend trend;
};

/*
 * Judges a run, which must outlive *j. Returns 0, or -1 with errno ENOMEM.
 * Release with judge_release() in either case.
 */
int judge_run(const struct load_run *run, struct judgement *j);
void judge_release(struct judgement *j);

/* "too close to call" and so on; "-" for none. */
const char *verdict_name(enum verdict verdict);

/*
 * What an interval of ratios means: the rule above, wherever it is from.
 *   margin: a factor above 1.
 */
enum verdict judge_interval(double low, double high, double margin,
			    enum metric_id metric);

/*
 * What an effect rests on, a figure for each round that counts: its values
 * and, if it has a ratio, the logarithms d_r. Both have room for run->n_cells.
 * Returns how many.
 */
size_t judge_rounds(const struct load_run *run, const struct judge_effect *e,
		    double values[], double d[]);

/* Whether its interval excludes 1. */
bool judge_differs(const struct judge_effect *e);

/* The effect of that place, or NULL. */
const struct judge_effect *judge_find(const struct judgement *j,
				      size_t experiment, enum metric_id metric,
				      size_t slot);

const struct judge_zombies *judge_find_zombies(const struct judgement *j,
					       size_t experiment, size_t slot);

#endif
