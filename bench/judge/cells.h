#ifndef BENCH_JUDGE_CELLS_H
#define BENCH_JUDGE_CELLS_H

/*
 * A stored run, read: run.json, env.json, cells.tsv, and on demand
 * zombies.tsv and latency.hlog. Of these only run.json must be there: a run
 * may have been killed before it wrote more. Ignored are a last line without a
 * newline, unknown columns and keys, lines without a place and a time, and
 * cells whose experiment or level run.json does not name. Of two lines of the
 * same cell and attempt the last one counts. A figure that is no number from 0
 * up has not been measured.
 */

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>

#include "bench/study/config.h"
#include "bench/study/validity.h"
#include "lib/hist.h"

enum {
	CELLS_WHY = 512,
	CELLS_MOST = 1 << 17, /* cells of a run; a larger one is refused */
	RUN_UTC = 32,
};

struct cell {
	unsigned arm, level, round, attempt; /* of config.arm[], its level[] */
	double start_s;			     /* since the run's start */
	double took_s;			     /* with its overhead */
	bool used; /* round above 0, not invalid, no later attempt */
	struct validity_finding validity;
	double value[METRIC_COUNT]; /* NAN: not measured */
};

struct run {
	char folder[PATH_MAX]; /* as given */
	/* The folder's own name, links resolved, plain, without .partial. */
	char id[256];
	struct config config;
	char started_utc[RUN_UTC], interrupted_by[16], cpu_source[64];
	char cpu_advice[256]; /* why there is none, and what to do; or "" */
	bool finished;
	double elapsed_s;  /* stored; of a killed run, to its last cell's end */
	json_t *run, *env; /* objects; env is empty if there is none */
	size_t cells;
	struct cell *cell;	 /* owned, in the order of cells.tsv */
	struct run_index *index; /* private */
};

/*
 * Reads all but the zombies and the latencies.
 * Returns 0, or -1 with one sentence in why: the file, what is wrong, what to
 * do. Release in the first case; releasing a zeroed one is harmless.
 */
int run_read(struct run *r, const char *folder, char why[CELLS_WHY]);
void run_close(struct run *r);

/*
 * The rounds of an arm, in rising order, in which every level of `levels`
 * (indices, `count` of them) has a used cell with the metric measured: values[i
 * * count + k] is round i's of levels[k]. Returns how many rounds; *values is
 * to be freed, NULL without memory.
 */
size_t run_rounds(const struct run *r, size_t arm, int metric,
		  const size_t levels[], size_t count, double **values);

/* The values of one level's used cells, by round; as above. */
size_t run_values(const struct run *r, size_t arm, size_t level, int metric,
		  double **values);

/*
 * The histograms of a kind ("fork", "first_echo", "child_start", "connect",
 * "echo", "close") of a level's used cells, added up, from latency.hlog.
 *   round: of this one alone; 0: of all.
 * Returns the number of cells that had one, 0 if none did, or -1 with why.
 * *sum is overwritten.
 */
int run_latency(const struct run *r, size_t arm, size_t level, unsigned round,
		const char *kind, struct hist *sum, char why[CELLS_WHY]);

/* One line of zombies.tsv. NAN: not read, or not counted by this server. */
struct zombie_sample {
	double t_s, forked, exited, collected;
	double zombies; /* exited less collected */
	double kernel;	/* by the kernel's account */
};

/*
 * The samples of one level in one round, last attempt, in rising order of
 * time. Returns how many; *samples is to be freed.
 */
size_t run_zombies(const struct run *r, size_t arm, size_t level,
		   unsigned round, struct zombie_sample **samples);

#endif
