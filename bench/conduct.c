#include "bench/conduct.h"

enum { BATCH = PLAN_MODES + 1 };

/* Once more for those that were invalid, together. */
static int retry(const struct executor *x, const struct plan_cell *cell,
		 size_t count, struct measurement m[], char why[CONDUCT_WHY])
{
	struct plan_cell again[BATCH];
	struct measurement second[BATCH];
	size_t place[BATCH], n = 0;

	for (size_t i = 0; i < count; i++) {
		if (m[i].validity.status != VALIDITY_INVALID)
			continue;
		again[n] = cell[i];
		place[n++] = i;
	}
	if (!n)
		return 0;
	if (x->measure(x->context, again, n, 2, second, why) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		m[place[i]] = second[i];
	return 0;
}

int conduct(const struct plan *plan, const struct executor *x,
	    struct conduct_end *end)
{
	struct measurement m[BATCH];
	size_t count;

	*end = (struct conduct_end){ 0 };
	for (size_t at = 0; at < plan->count; at += count) {
		const struct plan_cell *cell = &plan->cell[at];

		count = x->whole_rounds(x->context, cell->experiment) ?
				plan_block(plan, at) :
				1;
		if (x->measure(x->context, cell, count, 1, m, end->why) < 0 ||
		    retry(x, cell, count, m, end->why) < 0)
			return -1;
		for (size_t i = 0; i < count; i++) {
			end->invalid += m[i].validity.status ==
					VALIDITY_INVALID;
			end->done++;
			if (x->done)
				x->done(x->context, at + i, &cell[i], &m[i]);
		}
	}
	return 0;
}
