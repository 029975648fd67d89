#ifndef BENCH_STUDY_EXPERIMENT_H
#define BENCH_STUDY_EXPERIMENT_H

/*
 * The experiments, as a table. A new one whose metrics are known is one row
 * here and its prose. An experiment varies one factor; each of its levels is
 * measured once a round, and the first, the baseline, a second time (A/A).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/study/metric.h"

/* What an experiment varies. */
enum factor {
	FACTOR_MODE,	/* the subject: one of echod's reap modes */
	FACTOR_SUBJECT, /* the subject: any server */
	FACTOR_BALLAST, /* memory that the parent has touched, bytes */
};

struct factor_kind {
	const char *name, *unit; /* "reap mode", ""; "ballast", "MiB" */
	bool ordered;		 /* levels are numbers: a curve and a slope */
	double scale;		 /* of the unit: bytes of a MiB */
};

extern const struct factor_kind factors[]; /* by enum factor */

/* What one run of the load generator is asked for. */
struct load {
	uint64_t sessions; /* that are counted; held ones: all at once */
	uint64_t warm;	   /* sessions served before those, and not counted */
	uint64_t concurrency;
	bool hold; /* all open, one echo each, then closed at once */
	bool rst;  /* sessions end by RST, not by FIN */
};

/* "fin", "rst": by load.rst; NULL-terminated. */
extern const char *const load_close_names[];

enum { PRIMARY_MOST = 4, PROFILES = 3 };

/* How a cell of the experiment is measured. */
enum procedure {
	PROCEDURE_LOAD,	   /* server, load, counts */
	PROCEDURE_COUNTED, /* the same; what the kernel does is counted, too */
	PROCEDURE_WALL,	   /* hyperfine times a fixed piece of work */
};

struct experiment {
	const char *name;
	const char *title;    /* for a heading: "Churn" */
	const char *question; /* one line: what it shows */
	enum factor factor;
	enum procedure procedure;
	const char *levels;  /* by default, separated by commas */
	const char *subject; /* under test where that is not the factor */
	struct load load;    /* of one cell */
	int primary[PRIMARY_MOST + 1]; /* metrics compared; ends with -1 */
	bool counts_zombies;	       /* `zombies_left` gets a verdict */
	bool timeline;		       /* zombies over time are stored */
	bool aa;		       /* the baseline runs twice a round */
	bool warm_up;		       /* round 0 is measured, and not used */
	/*
	 * By profile: seconds for all of its rounds, and how many rounds at
	 * least and at most. 0 rounds at most: not part of the profile.
	 */
	struct share {
		double time_s;
		unsigned least, most;
	} share[PROFILES];
};

enum { EXPERIMENTS_MOST = 8 };

extern const struct experiment experiments[];
extern const size_t experiment_count;
extern const char *const experiment_names[]; /* NULL-terminated */

const struct experiment *experiment_find(const char *name);

/*
 * What an experiment gets in a profile. One that is not part of it and was
 * asked for by name gets what the next larger profile gives it.
 */
const struct share *experiment_share(const struct experiment *e,
				     size_t profile);

struct profile {
	const char *name;
	bool verdicts; /* enough to judge by */
};

extern const struct profile profiles[PROFILES];
extern const char *const profile_names[]; /* NULL-terminated */

/* hyperfine's runs of one cell. */
enum { WALL_RUNS = 3 };

#endif
