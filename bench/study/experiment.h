#ifndef BENCH_STUDY_EXPERIMENT_H
#define BENCH_STUDY_EXPERIMENT_H

/*
 * The experiments, as a table. A new one whose metrics are known is one row
 * here and its prose. An experiment varies one factor, or two: then the second
 * is its series, and a level is one of the factor in one of the series. Each
 * level is measured once a round, and the first, the baseline, a second time
 * (A/A) where levels are compared with it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/study/factor.h"
#include "bench/study/metric.h"
#include "bench/study/validity.h"

/* What is told of a curve, by each primary metric. */
enum fit {
	FIT_NONE,
	FIT_SLOPE, /* what a unit more of the factor adds */
	FIT_POWER, /* the slope in log-log: 1 is in proportion */
	/*
	 * Of sessions/s: where the line offered = achieved meets what is
	 * reached beyond it, sessions/s.
	 */
	FIT_KNEE,
};
extern const char *const fit_names[]; /* "", "slope", "power", "knee" */

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
	enum factor series; /* a curve for each of its levels; or FACTOR_NONE */
	enum procedure procedure;
	enum fit fit;		       /* of a curve */
	const char *levels;	       /* by default, separated by commas */
	const char *series_levels;     /* likewise, or NULL */
	const char *subject;	       /* under test where no factor is it */
	struct load load;	       /* of one cell */
	int primary[PRIMARY_MOST + 1]; /* metrics compared; ends with -1 */
	bool counts_zombies;	       /* `zombies_left` gets a verdict */
	bool timeline;		       /* zombies over time are stored */
	bool calibrates;    /* load.reference_per_s is measured first */
	unsigned processes; /* limit of the server's; 0: none */
	unsigned aims_at;   /* rules of validity that do not apply: bits */
	bool aa;	    /* the baseline runs twice a round */
	bool warm_up;	    /* round 0 is measured, and not used */
	/*
	 * By profile: seconds for all of its rounds, and how many rounds at
	 * least and at most. 0 rounds at most: not part of the profile.
	 */
	struct share {
		double time_s;
		unsigned least, most;
	} share[PROFILES];
};

enum { EXPERIMENTS_MOST = 20 };

extern const struct experiment experiments[];
extern const size_t experiment_count;
extern const char *const experiment_names[]; /* NULL-terminated */

const struct experiment *experiment_find(const char *name);

/* Whether a curve of that metric is fitted, as the experiment's `fit` says. */
bool experiment_fits(const struct experiment *e, int metric);

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

/* Sessions that are tried after the load, under a limit of processes. */
enum { SERVED_AFTER_OF = 20 };

#endif
