#ifndef TESTS_UNIT_FIXTURE_MEMORY_H
#define TESTS_UNIT_FIXTURE_MEMORY_H

/*
 * A run made in memory: churn, with the baseline, one other mode and A/A, all
 * of whose rounds count. For tests of what is made of two runs.
 */

#include "bench/judge/judged.h"

enum { MEMORY_BASE, MEMORY_MODE, MEMORY_AGAIN, MEMORY_SLOTS };
enum { MEMORY_ROUNDS = 6 };

struct memory_run {
	struct judged in;
	struct load_cell cells[MEMORY_SLOTS * MEMORY_ROUNDS];
};

/*
 * A run that is not judged yet: every figure of the mode's cells is `mode`
 * times the baseline's, with a wobble of at most 0.5 % that differs by round.
 * Aborts when out of memory. Release with memory_free().
 */
struct memory_run *memory_new(double mode);
void memory_free(struct memory_run *m);

/* The cell of a slot in a round, from 1. */
struct load_cell *memory_cell(struct memory_run *m, size_t slot,
			      unsigned round);

/* Sets a figure in every round of a slot. */
void memory_set(struct memory_run *m, size_t slot, enum metric_id metric,
		double value);

/* All figures of a slot by a factor. */
void memory_scale(struct memory_run *m, size_t slot, double factor);

/* Keeps the first `rounds` of them. */
void memory_cut(struct memory_run *m, unsigned rounds);

/* Without A/A. */
void memory_drop_again(struct memory_run *m);

/* Judges it anew. Aborts when out of memory. */
void memory_judge(struct memory_run *m);

#endif
