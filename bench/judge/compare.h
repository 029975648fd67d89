#ifndef BENCH_JUDGE_COMPARE_H
#define BENCH_JUDGE_COMPARE_H

/*
 * Two stored runs: is B better or worse than A? They were not interleaved, so
 * this is weaker evidence than that between the modes of one run.
 *
 * A mode's ratio to its run's baseline carries over: what slows a whole machine
 * slows both. d_A and d_B are the logarithms of that ratio in each round of
 * either run (see judge.h); the effect is exp of the Hodges-Lehmann shift from
 * d_A to d_B, its interval that of the exact rank-sum test at 95 %, given from
 * 4 rounds on each side. The margin is the larger of both runs' margins, and
 * the verdict follows by judge_interval(). Where either margin is unknown, or
 * either run has no verdicts of its own, there is none.
 *
 * The baseline has no ratio. Its values themselves are compared, in the same
 * way, for the primary metrics: else what slows every mode alike would show
 * nowhere. Nothing says that the machine was the same on both days, so the
 * margin here is at least 10 %.
 *
 * A mode that left zombies in B and none in A is worse, the other way round
 * better, and else what it is in both: leaks or clean.
 *
 * An experiment is compared only if both ran it under the same load; ratios
 * only if both have the same baseline.
 */

#include "bench/judge/differences.h"
#include "bench/judge/judged.h"

#define COMPARE_BASELINE 1.10

enum {
	COMPARE_ROUNDS = 4, /* fewer on either side have no interval */
	COMPARE_NOTES = 2 * (LOAD_EXPERIMENTS + LOAD_SLOTS) + 1,
	COMPARE_NOTE = 400,
};

struct compare_effect {
	const struct judge_effect *a, *b; /* slot 0: the baseline itself */
	bool has_interval;
	double ratio, low, high; /* B's figure over A's */
	double margin;		 /* a factor above 1; 0 if none is known */
	enum verdict verdict;
};

struct compare_zombies {
	const struct judge_zombies *a, *b;
	enum verdict verdict;
};

struct comparison {
	const struct judged *a, *b;
	struct differences differences;
	size_t n_notes; /* what was not compared, and why; a sentence each */
	char notes[COMPARE_NOTES][COMPARE_NOTE];
	size_t n_effects; /* by experiment, then metric, then slot */
	struct compare_effect *effects;
	size_t n_zombies; /* by experiment, then slot */
	struct compare_zombies *zombies;
};

/*
 * Both runs must outlive *c. Returns 0, or -1 with errno ENOMEM. Release with
 * compare_release() in either case.
 */
int compare_runs(const struct judged *a, const struct judged *b,
		 struct comparison *c);
void compare_release(struct comparison *c);

/* Whether its metric is one that its experiment is there for. */
bool compare_is_primary(const struct comparison *c,
			const struct compare_effect *e);

/*
 * How many primary effects and zombie counts have that verdict. The others
 * are too many for the chance of 5 % that each has.
 */
size_t compare_count(const struct comparison *c, enum verdict verdict);

/* The run holds what it planned: it is neither INCOMPLETE nor INVALID. */
bool compare_is_whole(const struct judged *in);

/* Both runs are whole, and something could be compared. */
bool compare_is_sound(const struct comparison *c);

#endif
