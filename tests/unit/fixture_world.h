#ifndef TESTS_FIXTURE_WORLD_H
#define TESTS_FIXTURE_WORLD_H

/*
 * A run in memory, without a file: one experiment, churn, of 6 rounds and a
 * warm-up, in which every mode does as well as the baseline but for wobbles
 * that leave intervals about 1 % wide. For tests only.
 */

#include "bench/judge/judge.h"
#include "bench/tell/findings.h"

enum { WORLD_ROUNDS = 6 };

struct world {
	struct load_run run;
	struct judgement j;
	struct load_cell cells[LOAD_SLOTS * (WORLD_ROUNDS + 1)];
};

/*
 * The modes, sig-ign first; NULL-terminated. With A/A. Aborts without memory.
 * To be freed with world_free().
 */
struct world *world_new(const char *const modes[]);
void world_free(struct world *w);

/* Round 0 is the warm-up. */
struct load_cell *world_cell(struct world *w, size_t slot, unsigned round);

/* Multiplies a slot's figure in every round. */
void world_scale(struct world *w, size_t slot, enum metric_id metric,
		 double factor);

/* Sets it in every round. */
void world_set(struct world *w, size_t slot, enum metric_id metric,
	       double value);

/* A slot's children: forks, handler calls and zombies left, in every round. */
void world_children(struct world *w, size_t slot, double forks, double calls,
		    double left);

/* Judges it, once more if it was judged before. */
void world_judge(struct world *w);

/* The finding that begins so, or NULL; valid until the next call. */
const char *world_finding(const struct world *w, const char *beginning);

#endif
