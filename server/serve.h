#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include <stdint.h>

#include "lib/daemon_stats.h"

struct serve {
	int listen_fd;
	uint64_t max_children;	  /* 0: no limit */
	uint64_t idle_timeout_ns; /* 0: none */
	struct daemon_stats *stats;
};

/*
 * Accepts, and forks a child for each connection, until asked to stop.
 * Returns 0, or -1 with errno if the listener itself is broken.
 */
int serve(const struct serve *s);

#endif
