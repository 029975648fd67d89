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
 * Sends messages on a schedule, without waiting for echoes. Prints a line for
 * each as soon as it is echoed or lost, and a summary. An echo that takes
 * longer than p->timeout_ns is lost. SIGINT or SIGTERM ends it: END_STOPPED if
 * that was before plan->count.
 */
enum end ping(struct peer *p, const struct ping_plan *plan);

#endif
