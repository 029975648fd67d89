#ifndef BENCH_MEASURE_CONDUCT_H
#define BENCH_MEASURE_CONDUCT_H

/*
 * Carries a plan out, block by block: what is measured how is the executor's
 * business, so that order, retries and end can be tested without measuring.
 */

#include "bench/measure/plan.h"
#include "bench/study/validity.h"

enum { CONDUCT_WHY = 512 };

struct executor {
	/*
	 * Measures and stores levels of a block, in this order. The whole
	 * block's where whole_blocks() says so, else one.
	 * Returns 0 with status[] filled in; or -1 with one sentence in why,
	 * after which nothing more is measured.
	 */
	int (*measure)(void *context, const struct block *block,
		       const size_t level[], size_t count, unsigned attempt,
		       enum validity status[], char why[CONDUCT_WHY]);
	bool (*whole_blocks)(void *context, const struct block *block);
	/* After each block. */
	void (*done)(void *context, const struct block *block);
	void *context;
};

/*
 * Measures every block that is not complete. Cells that are invalid are tried
 * once more at the end of their block.
 *   complete: by block, whether an earlier part of the run has all of it; one
 *   that was broken off is measured anew, so that what is compared was
 *   measured together. NULL: there was none.
 *   attempt: number of the first attempts; second ones have the next.
 * Returns 0 when all is measured, or -1 with what stopped it in why.
 */
int conduct(const struct plan *plan, const bool complete[], unsigned attempt,
	    const struct executor *executor, char why[CONDUCT_WHY]);

#endif
