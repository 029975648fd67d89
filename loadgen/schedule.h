#ifndef LOADGEN_SCHEDULE_H
#define LOADGEN_SCHEDULE_H

/*
 * When sessions and messages are due in the open model. The times depend on a
 * seed alone: not on answers, and not on when the sender got round to it. So
 * nobody needs to keep them: a second stream of the same seed gives the same
 * times again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/rng.h"

/* How arrivals come, in any number of streams. */
struct arrival_law {
	double mean_gap_ns;
	bool poisson; /* exponential gaps, else equal ones */
};

/* One stream of arrival times. */
struct arrival_stream {
	struct rng rng;
	uint64_t next_ns; /* and the fraction of it: nothing is cut off, */
	double fraction;  /* so nothing adds up to a drift; in [0, 1) */
};

/*
 * The first arrival is a random phase: uniform in one gap, or exponential. So
 * streams are never in lockstep.
 */
void arrival_init(struct arrival_stream *a, const struct arrival_law *law,
		  uint64_t seed);

/* Takes the next arrival: nanoseconds since the stream's start. */
uint64_t arrival_take(struct arrival_stream *a, const struct arrival_law *law);

/* A heap of what is due first. Owns its entries' memory. */
struct due {
	uint64_t at_ns;
	uint64_t id; /* whose; the heap does not look at it, nor at item */
	void *item;
};

struct due_heap {
	struct due *entry;
	size_t count, room;
};

/* Returns 0, or -1 with errno ENOMEM. */
int due_init(struct due_heap *h, size_t room);
void due_release(struct due_heap *h);

/* Makes room if there is none: returns 0, or -1 with errno ENOMEM. */
int due_push(struct due_heap *h, struct due d);

/* The earliest entry; h must not be empty. */
struct due due_pop(struct due_heap *h);

#endif
