#ifndef CLIENT_PING_H
#define CLIENT_PING_H

#include <stddef.h>
#include <stdint.h>

#include "client/peer.h"

struct ping_plan {
	uint64_t count; /* messages, or 0: until told to stop */
	uint64_t interval_ns;
	uint64_t size_bytes; /* of a message, 8 or more */
};

/*
 * Sends messages on a schedule that waits for no echo, tells of each as it is
 * decided, and of all in the end. p->timeout_ns says how long an echo is
 * awaited. SIGINT or SIGTERM ends it: END_STOPPED if that was before
 * plan->count.
 */
enum end ping(struct peer *p, const struct ping_plan *plan);

#endif
