#ifndef LOADGEN_TIMETABLE_H
#define LOADGEN_TIMETABLE_H

/*
 * What is due next in the open model: when sessions and messages come. The
 * times depend on a seed alone: not on answers, and not on when the sender got
 * round to it. So nobody needs to keep them: a second stream of the same seed
 * gives the same times again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/rng.h"
#include "loadgen/rate.h"

/* How arrivals come, in any number of streams. */
struct arrival_law {
	double mean_gap_ns; /* between arrivals, or between bursts */
	bool poisson;	    /* exponential gaps, else equal ones */
	uint64_t burst;	    /* so many at one moment; 0 and 1: one */
	/* A rate that varies; gaps are of `every` of its arrivals. Or NULL. */
	const struct rate *rate;
	double every;
};

/* One stream of arrival times. */
struct arrival_stream {
	struct rng rng;
	uint64_t next_ns; /* and the fraction of it: nothing is cut off, */
	double fraction;  /* so nothing adds up to a drift; in [0, 1) */
	double expected;  /* with a rate that varies: its arrivals so far */
	uint64_t taken;	  /* of this burst */
};

/*
 * The first arrival is a random phase: uniform in one gap, or exponential. So
 * streams are never in lockstep.
 */
void arrival_init(struct arrival_stream *a, const struct arrival_law *law,
		  uint64_t seed);

/*
 * Takes the next arrival: nanoseconds since the stream's start; UINT64_MAX:
 * there is none any more.
 */
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

/* Takes the earliest entry, if it is due by now. */
bool due_take(struct due_heap *h, uint64_t now_ns, struct due *out);

/* When the earliest entry is due; UINT64_MAX: there is none. */
uint64_t due_next_ns(const struct due_heap *h);

#endif
