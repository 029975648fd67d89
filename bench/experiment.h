#ifndef BENCH_EXPERIMENT_H
#define BENCH_EXPERIMENT_H

/*
 * What is run: the experiments and their loads, and the profiles that say
 * how much of each.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum experiment_kind {
	EXPERIMENT_CHURN, /* one message a session, as fast as it goes */
	EXPERIMENT_HOLD,  /* thousands held open, then closed at once */
	EXPERIMENT_WALL, /* fixed work from daemon start to end, by hyperfine */
	EXPERIMENTS,
};

struct load {
	uint64_t concurrency;
	uint64_t sessions;    /* 0: as many as fit in the time */
	uint64_t duration_ns; /* 0: until the sessions are done */
	double message_rate;  /* a second on each held session; 0: none */
	uint64_t most;	      /* sessions that the process table has room for */
};

struct profile {
	const char *name;
	unsigned rounds;  /* that count */
	unsigned warmups; /* rounds before them, stored and not used */
	bool aa;	  /* the baseline runs a second time each round */
	bool verdicts;	  /* enough to judge by */
	struct load load[EXPERIMENTS];
};

extern const struct profile profiles[];
extern const char *const profile_names[];    /* same order; NULL-terminated */
extern const char *const experiment_names[]; /* by kind; NULL-terminated */

/* The mode that every other one is compared with. */
#define BASELINE_MODE "sig-ign"

/* Every mode that the daemon has, and those run unless asked; NULL-terminated. */
extern const char *const experiment_modes[];
extern const char *const experiment_default_modes[];

/*
 * About how long one cell takes, seconds: for the plan and the time left, and
 * for nothing that is measured.
 */
double experiment_estimate_s(enum experiment_kind kind,
			     const struct load *load);

#endif
