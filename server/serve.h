#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include <stdint.h>

#include "lib/daemon_stats.h"
#include "server/reap.h"

struct serve {
	int listen_fd;
	uint64_t max_children;	  /* 0: no limit */
	uint64_t idle_timeout_ns; /* 0: none */
	struct daemon_stats *stats;
	const struct reap *reap; /* set up */
};

/*
 * Accepts, and forks a child for each connection, until asked to stop. Where
 * the reap mode has a descriptor, it waits for that, too, and makes the
 * listener non-blocking; else it waits in accept() itself.
 * Returns 0, or -1 with errno if the listener itself is broken.
 */
int serve(const struct serve *s);

/*
 * Waits for some milliseconds, or less if a signal comes or the mode's
 * descriptor tells of dead children, who are then collected.
 */
void serve_pause(const struct serve *s);

#endif
