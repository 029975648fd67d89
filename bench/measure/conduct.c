#include "bench/measure/conduct.h"

enum { BLOCK = PLAN_MODES + 1 };

/* One experiment of one round, under way. */
struct block {
	const struct executor *x;
	const struct plan_cell *cell; /* `count` of them */
	size_t first, count;	      /* place in the plan */
	struct measurement m[BLOCK];
	struct conduct_end *end;
};

static void done(struct block *b, size_t i)
{
	b->end->done++;
	b->end->invalid += b->m[i].validity.status == VALIDITY_INVALID;
	if (b->x->done)
		b->x->done(b->x->context, b->first + i, &b->cell[i], &b->m[i]);
}

static int measure(struct block *b, const struct plan_cell *cell, size_t count,
		   unsigned attempt, struct measurement m[])
{
	return b->x->measure(b->x->context, cell, count, attempt, m,
			     b->end->why);
}

/* Every cell once. Those that turn out invalid are not done with yet. */
static int first_tries(struct block *b, size_t batch)
{
	for (size_t at = 0; at < b->count; at += batch) {
		if (measure(b, &b->cell[at], batch, 1, &b->m[at]) < 0)
			return -1;
		for (size_t i = at; i < at + batch; i++)
			if (b->m[i].validity.status != VALIDITY_INVALID)
				done(b, i);
	}
	return 0;
}

/*
 * Then the invalid ones once more: still in their round, but a little later,
 * since what disturbed them may have passed.
 */
static int second_tries(struct block *b, size_t batch)
{
	struct plan_cell again[BLOCK];
	struct measurement m[BLOCK];
	size_t place[BLOCK], n = 0;

	for (size_t i = 0; i < b->count; i++) {
		if (b->m[i].validity.status != VALIDITY_INVALID)
			continue;
		again[n] = b->cell[i];
		place[n++] = i;
	}
	if (n < batch)
		batch = n;
	for (size_t at = 0; at < n; at += batch) {
		if (measure(b, &again[at], batch, 2, &m[at]) < 0)
			return -1;
		for (size_t i = at; i < at + batch; i++) {
			b->m[place[i]] = m[i];
			done(b, place[i]);
		}
	}
	return 0;
}

int conduct(const struct plan *plan, const struct executor *x,
	    struct conduct_end *end)
{
	struct block b = { .x = x, .end = end };

	*end = (struct conduct_end){ 0 };
	for (; b.first < plan->count; b.first += b.count) {
		size_t batch;

		b.cell = &plan->cell[b.first];
		b.count = plan_block(plan, b.first);
		batch = x->whole_rounds(x->context, b.cell->experiment) ?
				b.count :
				1;
		if (first_tries(&b, batch) < 0 || second_tries(&b, batch) < 0)
			return -1;
	}
	return 0;
}
