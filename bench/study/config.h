#ifndef BENCH_STUDY_CONFIG_H
#define BENCH_STUDY_CONFIG_H

/*
 * What one run measures: the experiments that were asked for, with their
 * levels. Plain data, but for the user's own subjects. It is stored in
 * run.json, and read from there by resume and by the judge.
 */

#include <jansson.h>

#include "bench/study/experiment.h"
#include "bench/study/subject.h"

enum {
	LEVELS_MOST = 96,
	CURVES_MOST = 16, /* series of an experiment */
	LEVEL_NAME = 48,
	SERVERS_MOST = 8,
	RERUN_BYTES = 4096,
	ROUNDS_MOST = 100000,
	CPU_LIST = 256,
};

/* Readers of JSON keep whole numbers up to 2^53 exact. */
#define SEED_MOST ((UINT64_C(1) << 53) - 1)
#define CONFIG_BUDGET_S (7.0 * 24 * 60 * 60) /* at most */

/* One level of an experiment. */
struct level {
	/*
	 * Unique in its experiment. A mode given twice is "sig-ign-2" the
	 * second time; the A/A level is "sig-ign-aa"; a ballast is "256MiB".
	 * In a series it stands in front: "waitpid-loop@80%".
	 */
	char name[LEVEL_NAME];
	char series[SUBJECT_NAME]; /* "waitpid-loop"; or "" */
	size_t curve;		   /* its series, counted from 0 */
	char subject[SUBJECT_NAME];
	double value; /* of an ordered factor, in its unit; else NAN */
	bool aa;      /* the baseline, measured again */
};

/* An experiment as it is run. */
struct arm {
	const struct experiment *experiment;
	struct load load;
	unsigned rounds; /* that count; 0: not known before the warm-up */
	size_t levels;	 /* [0] is the baseline; the A/A level is the last */
	size_t curves; /* series, each in levels that follow; 1: there is none */
	struct level level[LEVELS_MOST + 1];
};

/* Who may run on which CPUs. */
enum placement_kind {
	PLACEMENT_NONE,	  /* as the scheduler likes */
	PLACEMENT_SPLIT,  /* server on one half, load generator on the other */
	PLACEMENT_SHARED, /* both on one half, forkbench on the other */
};
extern const char *const placement_names[]; /* NULL-terminated */

struct config {
	size_t profile; /* index into profiles[] */
	uint64_t seed;
	uint64_t budget_ns; /* for all of the run; 0: the profile's */
	enum placement_kind placement;
	size_t arms;
	struct arm arm[EXPERIMENTS_MOST];
	size_t servers; /* the user's own */
	struct subject server[SERVERS_MOST];
	char server_text[SERVERS_MOST][SUBJECT_TEXT]; /* NAME=COMMAND */
	char rerun[RERUN_BYTES]; /* the line that runs the same again */
};

/* What a user asked for, as text; NULL or 0: the default. */
struct wish {
	const char *program; /* for config.rerun; NULL: forkbench */
	size_t profile;
	const char *experiments; /* a list, or "all"; default: the profile's */
	const char *modes;	 /* a list, or "all"; one may be given twice */
	const char *with;	 /* the levels of servers: any subjects */
	const char *levels;	 /* of an ordered factor: "0,16MiB,1GiB" */
	const char *const *server; /* NAME=COMMAND each; `servers` of them */
	size_t servers;
	/*
	 * Of a cell: of the experiment, if it is the only one; else sessions
	 * are those of hold and wall, concurrency that of churn, leak, wall
	 * and servers. hold has all of its sessions open at once.
	 */
	uint64_t sessions, concurrency;
	uint64_t warm;	 /* of churn, memory and servers */
	uint64_t rounds; /* of every experiment */
	uint64_t seed, budget_ns;
	size_t placement, close; /* close: 0 fin, 1 rst; of every experiment */
};

enum { CONFIG_WHY = 512 };

/*
 * Makes a configuration of a wish. Lists are separated by commas or blanks.
 * An option that has one experiment as its object adds it to the chosen ones:
 * `with` and `server` add servers; `levels`, where no experiment has an ordered
 * factor, adds memory; where several have one, it is refused. Servers that
 * nobody named and that cannot be started here (subject_is_there()) are left
 * out.
 * Returns 0, or -1 with one sentence in why (misuse: what, value, what to do).
 */
int config_make(struct config *c, const struct wish *w, char why[CONFIG_WHY]);

/* A subject of this run, built in or the user's; NULL if there is none. */
const struct subject *config_subject(const struct config *c, const char *name);

/* The arm of an experiment's name, or NULL. */
const struct arm *config_arm(const struct config *c, const char *experiment);

/* The level of that name, as an index; or -1. */
int arm_level(const struct arm *a, const char *name);

/* Its level within the series: "80%" of "waitpid-loop@80%". */
const char *level_word(const struct level *l);

/* The load of one level's cell. */
struct load arm_load(const struct arm *a, size_t level);

/* What a level's factors fill into the server's argv. Returns how many. */
enum { SETTINGS_MOST = 2 };
struct setting {
	const char *place; /* "ballast" */
	char value[SUBJECT_NAME];
};
size_t arm_settings(const struct arm *a, size_t level,
		    struct setting out[SETTINGS_MOST]);

/* What the level sets of its ordered factor, in bytes and so on; 0: none. */
uint64_t arm_amount(const struct arm *a, size_t level);

/* Levels that are compared with the baseline: not itself, not the A/A one. */
bool arm_is_compared(const struct arm *a, size_t level);

/* The index of the A/A level, or -1. */
int arm_aa(const struct arm *a);

/*
 * Whether a level can have the metric at all: some are read from counters that
 * only echod has.
 */
bool config_measures(const struct config *c, const struct arm *a, size_t level,
		     int metric);

/*
 * Comparisons of a run that hold together, m in METHODOLOGY: for each primary
 * metric one for each compared level that can have it, as the baseline can, or
 * where the factor is ordered one for each curve that is fitted.
 */
size_t config_comparisons(const struct config *c);

/* The part of run.json that a configuration makes; new, or NULL. */
json_t *config_json(const struct config *c);

/*
 * The reverse. Unknown keys are ignored. Returns 0, or -1 with what is wrong
 * in why: `experiments[0].levels` is no list, and so on.
 */
int config_read(struct config *c, const json_t *run, char why[CONFIG_WHY]);

/*
 * For who makes or reads a configuration: the sentence becomes plain text in
 * why (bench/json.h). Returns -1.
 */
__attribute__((format(printf, 2, 3))) int
config_refuse(char why[CONFIG_WHY], const char *sentence, ...);

#endif
