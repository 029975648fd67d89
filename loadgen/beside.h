#ifndef LOADGEN_BESIDE_H
#define LOADGEN_BESIDE_H

/*
 * Sessions that stand beside the load from its beginning to its end, and keep
 * the server busy by doing little:
 *
 *	held	one whole echo, and then nothing
 *	silent	connected, and not a byte
 *	half	half a message, and never the rest
 *	unread	messages as long as the server takes them, no answer read
 *
 * Nothing of them is in a latency or a rate. The tally counts those that are
 * up and those that are lost.
 */

#include <stdint.h>

#include "loadgen/launch.h"

struct event_base;

struct beside {
	const struct load *load;
	struct event_base *base;
	uint64_t opening;      /* so many on their way at once, at most */
	uint64_t count, begun; /* of this worker */
	struct one *one;       /* owned */
};

/* This worker's share of them. Returns 0, or -1 with errno ENOMEM. */
int beside_set_up(struct beside *all, const struct launch *l,
		  struct event_base *base);

/* Begins them; the event loop does the rest. */
void beside_begin(struct beside *all);

/* Closes them, before the loop goes. */
void beside_tear_down(struct beside *all);

#endif
