#ifndef BENCH_MEASURE_DOCTOR_CHECKS_H
#define BENCH_MEASURE_DOCTOR_CHECKS_H

/*
 * What the machine must have for a run: the one table of checks, and what it
 * makes of the facts.
 */

#include <jansson.h>

#include "bench/measure/doctor_facts.h"
#include "bench/measure/plan.h"

enum doctor_level {
	DOCTOR_OK,
	DOCTOR_WARN, /* it may disturb the run, which goes on */
	DOCTOR_FAIL, /* the run can't go well, and is refused */
};

/* "ok", "warn", "FAIL". */
extern const char *const doctor_levels[];

enum { DOCTOR_CHECKS = 32, DOCTOR_SAY = 320 };

struct doctor_finding {
	const char *check; /* its name */
	enum doctor_level level;
	char value[DOCTOR_SAY];
	char need[DOCTOR_SAY]; /* "" for what is only told */
	char fix[DOCTOR_SAY];  /* what to do, or "" */
};

struct doctor {
	size_t count;
	struct doctor_finding finding[DOCTOR_CHECKS];
};

/* What a check is made from, and what it finds. */
struct doctor_case {
	const struct doctor_facts *f;
	const struct config *c;
	struct doctor_finding *d; /* DOCTOR_OK and empty, but for its name */
};

/* One of a finding's texts, as by printf: for the checks. */
__attribute__((format(printf, 2, 3))) void doctor_say(char out[DOCTOR_SAY],
						      const char *format, ...);

struct doctor_check {
	const char *name;
	const char *reads; /* where its value is from */
	/* Finds the value, what the plan needs, and what to do about it. */
	void (*judge)(const struct doctor_case *k);
};

extern const struct doctor_check doctor_checks[]; /* ends with a NULL name */

/* Every check, for a run of this configuration. */
void doctor_judge(struct doctor *d, const struct doctor_facts *f,
		  const struct config *config);

/* The worst of all. */
enum doctor_level doctor_worst(const struct doctor *d);

/* A list of {check, reads, level, value, need, fix}; NULL: out of memory. */
json_t *doctor_json(const struct doctor *d);

#endif
