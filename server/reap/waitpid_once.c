#include "server/reap/reap.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static struct daemon_stats *counters; /* for the handler alone */

/*
 * One wait call per signal: the classic mistake. A pending SIGCHLD is one bit,
 * not a queue: all children that die while it is pending, or while the handler
 * runs, raise it only once. One of them is collected, the others stay zombies.
 * So zombies = dead children - handler calls.
 * Who: countless examples, and what was copied from them.
 * Cost: an interrupted parent, and a process table that fills.
 */
static void collect_one(int signal_number)
{
	int saved = errno;

	(void)signal_number;
	counters->sigchld_calls++;
	if (waitpid(-1, NULL, WNOHANG) > 0)
		counters->reaped++;
	errno = saved;
}

static int set_up(struct daemon_stats *stats)
{
	struct sigaction action = {
		.sa_handler = collect_one,
		.sa_flags = SA_RESTART | SA_NOCLDSTOP,
	};

	counters = stats;
	return sigaction(SIGCHLD, &action, NULL);
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
}

const struct reap reap_waitpid_once = {
	.set_up = set_up,
	.in_child = in_child,
};
