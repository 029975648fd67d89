#ifndef BENCH_JUDGE_COMPARE_H
#define BENCH_JUDGE_COMPARE_H

/*
 * Two stored runs, B against A. What is compared is the ratio of each level to
 * its baseline, as that is what two days and two machines have in common: the
 * joint interval of how it changed. The two runs' rounds are independent
 * samples; each run's ratio has its interval by aligned ranks, and the change's
 * interval has the difference of the estimates in its middle and, to either
 * side, the root of the sum of the squares of the half-widths (on logarithms).
 * All changes hold together at JOINT_LEVEL. Slopes are not compared.
 */

#include "bench/judge/judge.h"

struct change {
	const char *experiment, *level; /* of B's configuration */
	int metric;
	struct interval a, b;	/* each run's own ratio */
	struct interval b_to_a; /* change of the ratio */
	enum verdict verdict;	/* of B; withheld where one run is NOISY */
};

struct zombie_change {
	const char *experiment, *level;
	double a_max, b_max;  /* most left in a cell */
	enum verdict verdict; /* worse: only B leaks; better, same */
};

struct difference {
	char key[96];	     /* "host.kernel" */
	char a[160], b[160]; /* as text; "" where absent */
};

struct comparison {
	const struct judged *a, *b;
	/*
	 * Neither run is INVALID or INCOMPLETE, and all that A compares with
	 * its baseline, and all zombies that it counts, could be compared.
	 */
	bool sound;
	size_t changes, zombie_changes, differences, notes;
	struct change *change;
	struct zombie_change *zombie_change;
	struct difference *difference; /* of env.json and run.json */
	char note[16][REASON_BYTES];   /* what was not compared, and why */
};

/* Returns 0, or -1 with errno ENOMEM. Release with compare_release(). */
int compare_runs(struct comparison *c, const struct judged *a,
		 const struct judged *b);
void compare_release(struct comparison *c);

/* How many changes and zombie changes have that verdict. */
size_t compare_count(const struct comparison *c, enum verdict v);

#endif
