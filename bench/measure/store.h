#ifndef BENCH_MEASURE_STORE_H
#define BENCH_MEASURE_STORE_H

/*
 * The folder of a run while it is made (results/README.md has the formats). It
 * ends in `.partial` until the run has finished. Tables are appended to, one
 * write(2) a line, the cell's own line last; so a run that is killed at any
 * moment can be read, and resumed after its last line. Whoever works in the
 * folder holds a lock on its env.json, which the kernel drops however that
 * process ends.
 */

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

#include "bench/study/config.h"
#include "bench/study/validity.h"
#include "lib/hist.h"

/* Behind the folder's name until the run has finished. */
#define STORE_PARTIAL ".partial"

enum { STORE_TIME = 32, STORE_WHY = 1024 };

/* Which cell it is. Unique in a run. */
struct cell_id {
	const struct arm *arm;
	size_t level;
	unsigned round;	  /* 0: the warm-up */
	unsigned attempt; /* from 1 on */
};

struct cell_line {
	double start_s, took_s; /* since the run's start; how long it took */
	struct validity_finding validity;
	double value[METRIC_COUNT]; /* NAN: not measured */
};

/* One reading of zombies over time; NAN: not known. */
struct zombie_line {
	double t_s, forked, exited, collected, kernel;
};

struct store {
	char final[PATH_MAX];	/* the folder's name in the end */
	char partial[PATH_MAX]; /* and until then */
	char work[PATH_MAX];	/* in it: files of the cell under way */
	char started_utc[STORE_TIME];
	uint64_t started_ns;		     /* this part of the run */
	double earlier_s;		     /* how long those before it took */
	json_t *resumed;		     /* a mark for each time; owned */
	const char *cpu_source, *cpu_advice; /* or NULL; not owned */
	int lock;
	FILE *cells, *zombies, *latency;
};

/*
 * Makes the folder, `out` or a new one in place_results(), with env.json in
 * it.
 *   env: with what the doctor found; stays the caller's.
 * Returns 0, or -1 with one sentence in why; nothing is left behind then.
 * Release with store_release() in either case.
 */
int store_create(struct store *s, const char *out, const struct config *config,
		 const json_t *env, const char *commit, char why[STORE_WHY]);

/*
 * Opens a run that was broken off, to go on with it: reads its configuration,
 * and cuts a last line off that is not whole.
 *   same: whether env.json is of the same machine and build; sets why if not.
 * Returns 0; 1 if nothing is left to measure, as it has finished; or -1 with
 * one sentence in why.
 */
int store_open(struct store *s, const char *folder, struct config *config,
	       int (*same)(const json_t *env, char *why, size_t room),
	       char why[STORE_WHY]);

void store_release(struct store *s);

/* Seconds since the run began, without the pauses of one that was resumed. */
double store_elapsed_s(const struct store *s);

/* How often the run was resumed. */
size_t store_resumptions(const struct store *s);
/* Notes that it is, before the cell of that number. */
void store_mark_resumed(struct store *s, size_t at_cell);

/* How the run ended; NULL for one that goes on. */
struct store_end {
	bool finished;
	const char *interrupted_by; /* signal, "BUDGET", or NULL */
};

/* Writes run.json. Returns 0, or -1 with errno. */
int store_run(const struct store *s, const struct config *config,
	      const struct store_end *end);

/* Appends to the tables. Each returns 0, or -1 with errno. */
int store_cell(struct store *s, const struct cell_id *id,
	       const struct cell_line *line);
int store_zombies(struct store *s, const struct cell_id *id,
		  const struct zombie_line line[], size_t count);
int store_latency(struct store *s, const struct cell_id *id, const char *kind,
		  double start_s, double length_s, const struct hist *h);
/* The same, of every histogram in a log of the load generator's. */
int store_latency_log(struct store *s, const struct cell_id *id,
		      const char *path, double start_s);

/* Keeps what the cell's programs printed, in logs/; for a cell that went wrong.
 */
void store_logs(const struct store *s, const struct cell_id *id);

/* A cell that is stored already. */
struct past_cell {
	size_t arm, level;
	unsigned round, attempt;
	bool invalid;
	double took_s;
};

/* Those of cells.tsv; *out is to be freed. Returns how many, or -1. */
ssize_t store_past(const struct store *s, const struct config *config,
		   struct past_cell **out);

/* Removes the folder of a run that has measured nothing. */
void store_discard(const struct store *s);

/*
 * Gives the folder its final name, and points `latest` to it if it is
 * in place_results(). Returns 0, or -1 with errno.
 */
int store_finish(const struct store *s);

#endif
