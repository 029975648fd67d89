#ifndef SERVER_STOP_H
#define SERVER_STOP_H

/*
 * Being told to stop, by SIGTERM, SIGINT or SIGHUP. The parent shuts its
 * listening socket down, after which accept() fails: so no signal can be
 * missed between a check and the call, and the loop needs no poll. A child
 * exits on SIGTERM; the others, which a terminal sends to it too, are its
 * parent's to decide on, as long as there is one.
 */

#include <signal.h>
#include <stdbool.h>

#include "lib/daemon_stats.h"

/*
 * Call in the parent, once it listens. A SIGHUP or SIGINT that the starter
 * ignores, as nohup(1) or a shell's "&" does, stays ignored. Returns 0, or -1
 * with errno.
 */
int stop_set_up(int listen_fd);

/*
 * Stops this process, as by one SIGTERM, when the last writer of the pipe
 * closes it, or if that has happened already. Returns 0, or -1 with errno,
 * EINVAL if it is not the read end of a pipe.
 */
int stop_with_pipe(int fd);

/* The same without a signal: what ends by itself, one signal then hurries. */
void stop_now(void);

/*
 * Where a child that a signal ends counts its exit, unless it has noted in
 * *counted that it has done so itself. In the parent, before it forks.
 */
void stop_counts(struct daemon_stats *stats,
		 const volatile sig_atomic_t *counted);

bool stop_asked(void);

/* More than once: enough of patience. */
bool stop_asked_again(void);

#endif
