#ifndef LOADGEN_RATE_H
#define LOADGEN_RATE_H

/*
 * A rate over time, in stages, as people type it:
 *
 *	100			always
 *	100:5000/60s		from 100 to 5000 a second over a minute, then
 *5000 100/10s,1000/10s,0/5s	in steps; the last rate stays
 *
 * An arrival process at a rate that varies is one of rate 1 on a bent clock: by
 * when so many arrivals are expected, the inverse of the rate's integral
 * (Cinlar, "Introduction to Stochastic Processes", 1975).
 */

#include <stddef.h>
#include <stdint.h>

#include "lib/parse.h"

enum { RATE_STAGES = 16 };

struct rate {
	size_t stages; /* the last one has no end */
	struct rate_stage {
		double from, to; /* a second */
		double length_s; /* of the last: 0 */
	} stage[RATE_STAGES];
};

/* Returns 0, or -1 with why. */
int rate_parse(const char *text, struct rate *out, char why[PARSE_WHY]);

/* The highest rate, a second. */
double rate_most(const struct rate *r);

/* How long the stages with an end take. */
uint64_t rate_length_ns(const struct rate *r);

/*
 * By when so many arrivals are expected: nanoseconds since the start;
 * UINT64_MAX: never.
 */
uint64_t rate_when_ns(const struct rate *r, double arrivals);

#endif
