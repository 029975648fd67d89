#include "server/reap/reap.h"

#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static struct daemon_stats *counters;

/*
 * No signal at all: after each accept and fork, those that have died meanwhile
 * are collected. Simple, portable, and nothing is ever interrupted.
 * Who: git daemon (with a handler that only ends its poll), the ForkingMixIn
 * of Python 2.
 * Cost: one wait call per session, and one more per child.
 * Breaks: when traffic stops. Children that died after the last accept stay
 * zombies until the next one, even for days. They are at most as many as were
 * alive at once, so --max-children limits them too.
 */
static int set_up(struct daemon_stats *stats)
{
	counters = stats;
	return signal(SIGCHLD, SIG_DFL) == SIG_ERR ? -1 : 0;
}

/* After the fork, so that the new client does not wait for it. */
static int after_fork(pid_t *pid)
{
	(void)pid;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		counters->reaped++;
	return 0;
}

const struct reap reap_accept_sweep = {
	.set_up = set_up,
	.after_fork = after_fork,
};
