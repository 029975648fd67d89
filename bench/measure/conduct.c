#include "bench/measure/conduct.h"

enum { BLOCK = PLAN_MODES + 1 };

/* One experiment of one round, under way. */
struct block {
	const struct executor *x;
	const struct plan_cell *cell;  /* `count` of them */
	size_t first, count;	       /* place in the plan */
	size_t batch;		       /* so many are measured together */
	const enum conduct_past *past; /* `count` of them */
	struct measurement m[BLOCK];
	struct conduct_end *end;
};

static void done(struct block *b, size_t i)
{
	b->end->done++;
	if (b->x->done)
		b->x->done(b->x->context, &b->cell[i], &b->m[i]);
}

static int measure(struct block *b, const struct plan_cell *cell, size_t count,
		   unsigned attempt, struct measurement m[])
{
	return b->x->measure(b->x->context, cell, count, attempt, m,
			     b->end->why);
}

/* Every cell once. Those that turn out invalid are not done with yet. */
static int first_tries(struct block *b)
{
	for (size_t at = 0; at < b->count; at += b->batch) {
		if (b->past[at] != PAST_NONE)
			continue;
		if (measure(b, &b->cell[at], b->batch, 1, &b->m[at]) < 0)
			return -1;
		for (size_t i = at; i < at + b->batch; i++)
			if (b->m[i].validity.status != VALIDITY_INVALID)
				done(b, i);
	}
	return 0;
}

static bool is_due_again(const struct block *b, size_t i)
{
	return b->past[i] == PAST_INVALID ||
	       (b->past[i] == PAST_NONE &&
		b->m[i].validity.status == VALIDITY_INVALID);
}

/*
 * Then the invalid ones once more: still in their round, but a little later,
 * since what disturbed them may have passed.
 */
static int second_tries(struct block *b)
{
	struct plan_cell again[BLOCK];
	struct measurement m[BLOCK];
	size_t place[BLOCK], n = 0, batch;

	for (size_t i = 0; i < b->count; i++) {
		if (!is_due_again(b, i))
			continue;
		again[n] = b->cell[i];
		place[n++] = i;
	}
	batch = n < b->batch ? n : b->batch;
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

/* Sets the block's place and size. Returns false behind the last one. */
static bool next_block(struct block *b, const struct plan *plan)
{
	b->first += b->count;
	if (b->first == plan->count)
		return false;
	b->cell = &plan->cell[b->first];
	b->count = plan_block(plan, b->first);
	b->batch = b->x->whole_rounds(b->x->context, b->cell->experiment) ?
			   b->count :
			   1;
	return true;
}

void conduct_settle(const struct plan *plan, const struct executor *x,
		    enum conduct_past past[])
{
	struct block b = { .x = x };

	while (next_block(&b, plan)) {
		enum conduct_past *at = &past[b.first];
		bool broken_off = false;

		for (size_t i = 0; i < b.count; i++)
			broken_off |= b.batch > 1 && at[i] == PAST_NONE;
		for (size_t i = 0; broken_off && i < b.count; i++)
			at[i] = PAST_NONE;
	}
}

int conduct(const struct plan *plan, const enum conduct_past past[],
	    const struct executor *x, struct conduct_end *end)
{
	static const enum conduct_past no_past[BLOCK];
	struct block b = { .x = x, .end = end };

	*end = (struct conduct_end){ 0 };
	while (next_block(&b, plan)) {
		b.past = past ? &past[b.first] : no_past;
		for (size_t i = 0; i < b.count; i++)
			end->done += b.past[i] == PAST_DONE;
		if (first_tries(&b) < 0 || second_tries(&b) < 0)
			return -1;
	}
	return 0;
}
