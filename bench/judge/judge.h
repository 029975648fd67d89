#ifndef BENCH_JUDGE_JUDGE_H
#define BENCH_JUDGE_JUDGE_H

/*
 * A stored run, judged. Everything that forkbench says of a run is said from
 * this structure and from struct run. Nothing here is ever stored but in
 * summary.json.
 */

#include "bench/judge/cells.h"
#include "bench/judge/ranks.h"

/* Within so much of 1 a level is the same as the baseline. */
#define SAME_WITHIN 1.03
/* All primary intervals of a run hold together in so many of 100 runs. */
#define JOINT_LEVEL 0.95
/* All A/A comparisons together wrongly call so many runs NOISY. */
#define AA_ALPHA 0.01
/* Of an experiment's cells: more suspect ones make it NOISY. */
#define SUSPECT_SHARE 0.5

enum verdict {
	VERDICT_NONE,	  /* none is due, or there are too few rounds */
	VERDICT_BASELINE, /* it is what the others are compared with */
	VERDICT_BETTER,
	VERDICT_WORSE,
	VERDICT_SAME,
	VERDICT_UNCLEAR,
	VERDICT_WITHHELD, /* the experiment is NOISY */
};
/* "", "baseline", "better", "worse", "same", "unclear", "withheld" */
extern const char *const verdict_names[];

/* One level of one experiment by one metric. */
struct effect {
	size_t n; /* rounds that were compared; where there is no ratio: cells */
	double median; /* of the level's used cells; NAN: not measured */
	/*
	 * To the baseline, at 1 - 0.05 / m; NAN: none. The A/A level has one
	 * too, which is none of the m.
	 */
	struct interval ratio;
	/*
	 * The wider half of the interval, as a share: 0.02 is 2 %. NAN: none;
	 * INFINITY: too few rounds for any.
	 */
	double resolution;
	enum verdict verdict;
	bool primary;
};

/* What is told of a curve by its experiment's fit; of ordered factors. */
struct fit_result {
	size_t n; /* rounds */
	/*
	 * Of FIT_SLOPE: the metric's unit per unit of the factor; of FIT_POWER
	 * the exponent. Jointly.
	 */
	struct interval is;
};

struct zombie_count {
	size_t cells;
	double left_min, left_max, left_median; /* NAN: not counted */
	double share;	 /* of all children that were forked, left; 0 to 1 */
	double peak_max; /* NAN: not known */
	/* Sums over the used cells; NAN: the server has no such counter. */
	double forks, exits, collected, handler_calls, wakeups;
	bool leaks; /* any cell ended above 0 */
};

/* Doubt about an experiment's cells by one validity rule. */
struct doubt {
	enum validity_id rule;
	size_t cells;	  /* used cells with that finding */
	double low, high; /* of the figures in their details; NAN: none */
	char example[VALIDITY_DETAIL];
};

struct judged_arm {
	const struct arm *arm;
	/*
	 * Without the warm-up. Suspect ones are used ones; excluded are those
	 * that are not used: invalid, or measured again.
	 */
	size_t cells, used, suspect, invalid, excluded;
	unsigned rounds; /* in which at least one cell was used */
	/*
	 * Speeds get no verdict: over SUSPECT_SHARE of its cells are suspect,
	 * or its baseline differs from itself. Never in a profile without
	 * verdicts.
	 */
	bool noisy;
	size_t doubts;
	struct doubt doubt[VALIDITY_RULE_COUNT];
	/* By metric, then level. */
	struct effect effect[METRIC_COUNT][LEVELS_MOST + 1];
	struct fit_result fit[METRIC_COUNT][CURVES_MOST];
	double aa_p[METRIC_COUNT]; /* of the A/A comparison; NAN: none */
	/* Of `churn`: CPU per session over its floor (shares.h); NAN: none. */
	struct interval of_floor[LEVELS_MOST + 1];
	struct zombie_count zombies[LEVELS_MOST + 1];
};

enum run_state { RUN_VALID, RUN_NOISY, RUN_INCOMPLETE, RUN_INVALID };
extern const char *const run_state_names[]; /* "VALID", ... */

enum { REASONS_MOST = 8, REASON_BYTES = 256 };

struct judged {
	const struct run *run;
	enum run_state state;
	size_t reasons;
	char reason[REASONS_MOST][REASON_BYTES];
	/*
	 * m: each primary interval is at 1 - 0.05 / m. As config_comparisons(),
	 * of the arms that have a cell.
	 */
	size_t comparisons;
	size_t arms;
	struct judged_arm arm[EXPERIMENTS_MOST];
};

/*
 * Judges a run, which must outlive it. Returns a structure to be freed by
 * judge_free(), or NULL with errno.
 */
struct judged *judge_run(const struct run *r);
void judge_free(struct judged *j);

/* The worst resolution of a primary metric over the levels; NAN: none. */
double judge_resolution(const struct judged_arm *a, int metric);

/*
 * A level's ratio to the baseline, from the rounds in which both, and the A/A
 * cell if there is one, were used with values above 0.
 *   *rounds: how many they were; 0: none, and *out is NAN.
 * Returns 0, or -1 with errno ENOMEM.
 */
int judge_ratio(const struct run *r, size_t arm, size_t level, int metric,
		double alpha, struct interval *out, size_t *rounds);

/* What an interval says: VERDICT_BETTER, _WORSE, _SAME, or _UNCLEAR. */
enum verdict judge_verdict(const struct interval *i, enum metric_better better);

#endif
