#ifndef TESTS_UNIT_FIXTURE_JUDGED_H
#define TESTS_UNIT_FIXTURE_JUDGED_H

/*
 * A judged run made by hand: profile quick with churn, leak, hold, and memory,
 * of sig-ign, waitpid-loop, waitpid-once and none. For tests of what is said of
 * a run.
 */

#include "bench/judge/judge.h"

enum { CHURN, LEAK, HOLD, MEMORY };
enum { SIG_IGN, LOOP, ONCE, NONE, AA };

struct judged_fixture {
	struct run run;
	struct judged j;
};

/* Aborts without memory. Release with judged_fixture_free(). */
struct judged_fixture *judged_fixture(void);
void judged_fixture_free(struct judged_fixture *f);

/* Renames a level of the arms that compare modes, as another subject's. */
void judged_rename(struct judged_fixture *f, size_t level, const char *name,
		   const char *subject);

/* Sets an interval, and with it verdict and resolution. */
void judged_ratio(struct judged_fixture *f, size_t arm, size_t level,
		  int metric, double low, double mid, double high);

/* Sets the share of its children that a level left as zombies. */
void judged_left(struct judged_fixture *f, size_t arm, size_t level,
		 double share);

/* Lets an arm's other figures and verdicts be as of a noisy experiment. */
void judged_noisy(struct judged_fixture *f, size_t arm);

/*
 * Adds an arm of an experiment, of which nothing has been measured.
 *   levels: names, of its series where it has one; NULL-terminated.
 */
struct judged_arm *judged_add(struct judged_fixture *f, const char *experiment,
			      const char *const levels[]);

/* An arm with floor's figures, and what churn's levels are of their sum. */
void judged_floor(struct judged_fixture *f);

/* An arm with what the modes make the kernel do. */
void judged_counts(struct judged_fixture *f);

/* An arm of pages or descriptors: slopes of fork() and of the CPU. */
void judged_pages(struct judged_fixture *f);
void judged_descriptors(struct judged_fixture *f);

/* Takes the last arm away. */
void judged_drop(struct judged_fixture *f);

#endif
