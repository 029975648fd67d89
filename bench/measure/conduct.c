#include "bench/measure/conduct.h"

/* Measures levels, all at once or one by one. */
static int measure(const struct executor *x, const struct block *block,
		   const size_t level[], size_t count, unsigned attempt,
		   enum validity status[], char why[CONDUCT_WHY])
{
	size_t batch = x->whole_blocks(x->context, block) ? count : 1;

	for (size_t i = 0; i < count; i += batch)
		if (x->measure(x->context, block, level + i, batch, attempt,
			       status + i, why) < 0)
			return -1;
	return 0;
}

/*
 * Every level once; then the invalid ones once more: still in their round, but
 * a little later, since what disturbed them may have passed.
 */
static int run_block(const struct executor *x, const struct block *block,
		     unsigned attempt, char why[CONDUCT_WHY])
{
	enum validity status[LEVELS_MOST + 1];
	size_t again[LEVELS_MOST + 1], n = 0;

	if (measure(x, block, block->order, block->count, attempt, status,
		    why) < 0)
		return -1;
	for (size_t i = 0; i < block->count; i++)
		if (status[i] == VALIDITY_INVALID)
			again[n++] = block->order[i];
	return measure(x, block, again, n, attempt + 1, status, why);
}

int conduct(const struct plan *plan, const bool complete[], unsigned attempt,
	    const struct executor *x, char why[CONDUCT_WHY])
{
	for (size_t i = 0; i < plan->count; i++) {
		if (complete && complete[i])
			continue;
		if (run_block(x, &plan->block[i], attempt, why) < 0)
			return -1;
		x->done(x->context, &plan->block[i]);
	}
	return 0;
}
