#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include "lib/daemon_stats.h"
#include "server/options.h"
#include "server/reap/reap.h"

/* What start() sets up and the rest of the program uses. */
struct server {
	const struct options *options;
	const struct reap *reap;
	struct daemon_stats *stats;
	int listen_fd;
	int pidfile_fd; /* -1: none */
};

/*
 * Accepts connections and forks a child for each, until a signal asks to stop.
 * sessions_set_up() must have succeeded.
 * Returns 0, or -1 with errno if the listening socket is broken.
 */
int serve(const struct server *s);

#endif
