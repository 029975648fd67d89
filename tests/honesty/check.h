#ifndef HONESTY_CHECK_H
#define HONESTY_CHECK_H

/*
 * What loadgen says against what is known, told in TAP; and a table of all
 * that it said.
 */

#include <stdbool.h>

#include "tests/honesty/trial.h"

/* A figure must lie in [least, most]. */
struct check {
	const char *figure; /* NULL ends a list */
	double least, most;
};

/*
 * Whether these figures of an ended trial are right, and what must be true of
 * every run, whatever the server did. Prints what is not.
 */
bool check_holds(const struct trial *t, const struct check checks[]);

/* The same, told as a test. Releases the trial. */
void check_trial(const char *name, struct trial *t,
		 const struct check checks[]);

/* A case that could not be tried at all. */
void check_lost(const char *name, const char *why);

/* Prints the plan and the table. Returns how many cases failed. */
unsigned check_summary(void);

#endif
