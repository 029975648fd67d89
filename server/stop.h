#ifndef SERVER_STOP_H
#define SERVER_STOP_H

/*
 * Being told to stop. On SIGTERM or SIGINT the parent shuts its listening
 * socket down, after which accept() fails: so no signal can be missed between
 * a check and the call, and the loop needs no poll. A child that gets the
 * signal exits.
 */

#include <stdbool.h>

#include "lib/daemon_stats.h"

/* Call in the parent, once it listens. Returns 0, or -1 with errno. */
int stop_set_up(int listen_fd, struct daemon_stats *stats);

/*
 * Stops this process, as by SIGTERM, when the last writer of the pipe closes
 * it, or if that has happened already. Returns 0, or -1 with errno.
 */
int stop_with_pipe(int fd);

bool stop_asked(void);

#endif
