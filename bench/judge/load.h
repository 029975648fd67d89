#ifndef BENCH_JUDGE_LOAD_H
#define BENCH_JUDGE_LOAD_H

/*
 * A stored run in memory: what its files say, checked, without a judgement.
 * results/README.md explains every file and key. Strict: what is there must
 * be right; what the format lets be absent (a figure, a histogram, a cell
 * that was never run) is absent here too.
 */

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/drift.h"
#include "bench/metric.h"
#include "bench/slot.h"
#include "lib/hist.h"

enum {
	LOAD_SCHEMA = 1, /* newest schema_version understood */
	LOAD_MODES = SLOT_MODES,
	LOAD_SLOTS = LOAD_MODES + 2, /* baseline first, A/A last */
	LOAD_EXPERIMENTS = 16,
	LOAD_ROUNDS = 1000,
	LOAD_NAME = SLOT_NAME,
	LOAD_WHY = 512,
};

/* The histograms that are shown, of those that a cell stores. */
enum load_hist { LOAD_FIRST_ECHO, LOAD_ECHO, LOAD_FORK, LOAD_HISTS };

extern const char *const load_hist_names[LOAD_HISTS];

struct load_timeline {
	size_t n;
	double *t_s;
	double *zombies;
};

enum load_validity { CELL_VALID, CELL_SUSPECT, CELL_INVALID };

struct load_cell {
	size_t experiment, slot; /* indices into the run's lists */
	unsigned round, attempt;
	bool warmup;
	bool excluded; /* a first try that another one replaced */
	enum load_validity validity;
	const json_t *reasons; /* array of strings; NULL if none */
	const json_t *rules;   /* names of those broken; NULL if not said */
	struct drift drift;
	double load_start_s, load_end_s;
	double value[METRIC_COUNT];	       /* NAN: not measured */
	struct hist *hist[LOAD_HISTS];	       /* NULL: no samples */
	struct load_timeline timeline;	       /* n 0: none */
	char folder[LOAD_NAME + NAME_MAX + 2]; /* within cells/ */
	json_t *source;
};

/* A place in a round. */
struct load_slot {
	char name[LOAD_NAME]; /* see bench/slot.h */
	const char *mode;
	bool again; /* the baseline's second cell, A/A */
};

struct load_experiment {
	const char *name;
	uint64_t concurrency, sessions;	 /* 0: not said */
	double duration_s, message_rate; /* 0: not said */
};

struct load_run {
	char path[PATH_MAX];	 /* of its folder, as given */
	char name[NAME_MAX + 1]; /* of its folder, resolved, without .partial */
	const char *profile, *started_utc, *baseline, *rerun;
	const char *interrupted_by; /* or NULL */
	uint64_t rounds, planned_cells;
	size_t n_resumed;    /* how often it went on after a break */
	uint64_t resumed_at; /* the first cell after the last one, from 1 */
	double elapsed_s;
	bool finished, verdicts;
	size_t n_slots; /* the baseline first, its second cell last */
	struct load_slot slots[LOAD_SLOTS];
	size_t n_experiments;
	struct load_experiment experiments[LOAD_EXPERIMENTS];
	size_t n_cells;
	struct load_cell *cells; /* by experiment, then by round and slot */
	json_t *source, *env;
};

/*
 * Reads the folder at path. Returns 0, or -1 with one sentence in why: the
 * file, what is wrong with it, what to do. Release with load_release() in
 * either case.
 */
int load_run(const char *path, struct load_run *run, char why[LOAD_WHY]);
void load_release(struct load_run *run);

/* The same of run.json alone: no cells, and no env. */
int load_head(const char *path, struct load_run *run, char why[LOAD_WHY]);

/* Whether its figures count: measured, valid or suspect, not replaced. */
bool load_usable(const struct load_cell *cell);

/* The usable cell of a place, or NULL. */
const struct load_cell *load_find(const struct load_run *run, size_t experiment,
				  size_t slot, unsigned round);

/* A text of env.json, or NULL if it is not there. */
const char *load_env(const struct load_run *run, const char *group,
		     const char *key);

#endif
