#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdint.h>

#include "lib/daemon_stats.h"
#include "server/options.h"
#include "server/peers.h"

/* One connection, as its parent hands it to the child. */
struct session {
	int fd;
	uint64_t forked_ns;	/* CLOCK_MONOTONIC, before fork() */
	struct peer *place;	/* of --max-per-address, or NULL */
	struct address client;	/* set for --log-sessions, --max-per-address */
	char buffer[16 * 1024]; /* see "buffer" in server/tuning.h */
};

/*
 * The child's whole life: closes all descriptors but its connection (and 0 to
 * 2, and the log for --log-sessions), echoes until the client has closed or
 * has been idle for too long, counts its exit, and exits.
 */
_Noreturn void session_run(struct session *s, const struct options *o,
			   struct daemon_stats *stats);

#endif
