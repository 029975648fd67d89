#ifndef TESTS_UNIT_FIXTURE_DOCTOR_H
#define TESTS_UNIT_FIXTURE_DOCTOR_H

/*
 * A machine that has everything for a run, those that lack one thing, and what
 * is to be found of each.
 */

#include "bench/measure/doctor_checks.h"

/* A run of 105 cells, and of 5000 sessions at once. */
struct config fixture_doctor_config(void);

/* All is well. */
struct doctor_facts fixture_doctor_facts(void);

/* A fact that is not so, if any. */
struct fixture_doctor_but {
	size_t offset;
	enum {
		NOTHING,
		IS_U64,
		IS_SIZE,
		IS_INT,
		IS_FLAG,
		IS_REAL,
		IS_TEXT,
		IS_ELSEWHERE,
	} kind;
	uint64_t number;
	double real;
	const char *text;
};

void fixture_doctor_set(struct doctor_facts *f,
			const struct fixture_doctor_but *but);

enum { FIXTURE_DOCTOR_CASES = 8 };

/* What a check is to find: its need is the same whatever the facts. */
struct fixture_doctor_known {
	const char *check, *need;
	struct {
		struct fixture_doctor_but but;
		enum doctor_level level;
		const char *value, *fix;
	} is[FIXTURE_DOCTOR_CASES]; /* up to one without a value */
};

/* Each check that there should be; ends with a NULL name. */
extern const struct fixture_doctor_known fixture_doctor_known[];

#endif
