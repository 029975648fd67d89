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
 * the reap mode has a descriptor or a mask for it, it waits in ppoll(), and
 * makes the listener non-blocking; else it waits in accept() itself. Call
 * live_set_up() before.
 * Returns 0, or -1 with errno if the listener itself is broken.
 */
int serve(const struct serve *s);

/*
 * Waits until until_ns (CLOCK_MONOTONIC), or less if a signal comes, if a child
 * says that it exits, or if the mode's descriptor tells of dead children, who
 * are then collected.
 *   live: what daemon_stats_live() was when the caller decided to wait.
 */
void serve_wait(const struct serve *s, uint64_t live, uint64_t until_ns);

#endif
