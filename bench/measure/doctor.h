#ifndef BENCH_MEASURE_DOCTOR_H
#define BENCH_MEASURE_DOCTOR_H

/*
 * Whether this machine has what a run needs: one table of checks, made of the
 * machine's facts and of the run's configuration. Nothing is read or changed
 * here; what is wrong, the user mends.
 */

#include <jansson.h>
#include <stdio.h>

#include "bench/measure/machine.h"
#include "bench/study/config.h"

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_WARN, /* it may disturb the run, which goes on */
	DOCTOR_FAIL, /* the run can't go well, and is refused: exit 3 */
};

/* "ok", "warn", "FAIL". */
extern const char *const doctor_levels[];

enum { DOCTOR_CHECKS = 40, DOCTOR_SAY = 400 };

struct doctor_finding {
	const char *check; /* its name */
	const char *reads; /* where its value is from */
	enum doctor_level level;
	char value[DOCTOR_SAY];
	char need[DOCTOR_SAY]; /* "" for what is only told */
	char fix[DOCTOR_SAY];  /* what to do, or "" */
};

struct doctor {
	size_t count;
	struct doctor_finding finding[DOCTOR_CHECKS];
};

/* Every check, for a run of this configuration. */
void doctor_look(struct doctor *d, const struct config *c,
		 const struct machine *m);

/* The worst of all. */
enum doctor_level doctor_worst(const struct doctor *d);

/* A list of {check, reads, level, value, need, fix}; NULL: out of memory. */
json_t *doctor_json(const struct doctor *d);

/* All of them, as a table or as JSON. */
void doctor_tell(const struct doctor *d, bool json, FILE *out);

#endif
