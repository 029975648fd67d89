#ifndef LOADGEN_SCHEDULE_H
#define LOADGEN_SCHEDULE_H

/*
 * When messages are due in the open model. The times of a session depend on
 * its seed alone: not on answers, and not on when the sender got round to it.
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/rng.h"

/* The arrival times of one session. */
struct arrival_stream {
	struct rng rng;
	double mean_gap_ns;
	double next_ns; /* since the window's start; kept whole, so no drift */
	int poisson;	/* exponential gaps, else equal ones */
};

/*
 * The first arrival is a random phase: uniform in one gap, or exponential. So
 * sessions are never in lockstep.
 */
void arrival_init(struct arrival_stream *a, uint64_t seed, double rate_per_s,
		  int poisson);

/* Takes the next arrival: nanoseconds since the window's start. */
uint64_t arrival_take(struct arrival_stream *a);

/* A heap of what is due first. Owns its entries' memory. */
struct due {
	uint64_t at_ns;
	void *item;
};

struct due_heap {
	struct due *entry;
	size_t count, room;
};

/* Returns 0, or -1 with errno ENOMEM; room is all it will ever hold. */
int due_init(struct due_heap *h, size_t room);
void due_release(struct due_heap *h);

/* h->count must be under h->room. */
void due_push(struct due_heap *h, uint64_t at_ns, void *item);

/* The earliest entry; h must not be empty. */
struct due due_pop(struct due_heap *h);

#endif
