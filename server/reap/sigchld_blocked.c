#include "server/reap/reap.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static struct daemon_stats *counters; /* for the handler alone */
static sigset_t sigchld;
static sigset_t waiting; /* the mask while the parent waits */

/*
 * The handler of waitpid-loop, with SIGCHLD blocked except in ppoll(): it runs
 * only where the parent waits. So data that the handler and the parent share
 * needs no other lock.
 * Who: ucspi-tcp's tcpserver and ipsvd's tcpsvd, which unblock it around
 * accept(); PostgreSQL up to version 15, around select().
 * Cost: one ppoll() per session, and one interrupted call per signal.
 * Breaks: a child that does not restore the mask hands it to what it starts,
 * as exec keeps it; that program then never hears of its own children.
 */
static void collect_all(int signal_number)
{
	int saved = errno;

	(void)signal_number;
	counters->sigchld_calls++;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		counters->reaped++;
	errno = saved;
}

static int set_up(struct daemon_stats *stats)
{
	struct sigaction action = {
		.sa_handler = collect_all,
		.sa_flags = SA_RESTART | SA_NOCLDSTOP,
	};

	counters = stats;
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &sigchld, &waiting) < 0)
		return -1;
	sigdelset(&waiting, SIGCHLD);
	return sigaction(SIGCHLD, &action, NULL);
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
}

/* If SIGCHLD is pending, its handler runs now and collects all. */
static void tear_down(void)
{
	sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
}

const struct reap reap_sigchld_blocked = {
	.set_up = set_up,
	.wait_mask = &waiting,
	.in_child = in_child,
	.tear_down = tear_down,
};
