#include "server/reap.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static struct daemon_stats *counters; /* for the handler alone */
static sigset_t sigchld;

/*
 * The handler of waitpid-loop, with SIGCHLD blocked from before fork() to
 * after it: it runs only where the parent waits for connections. So what the
 * handler and the parent share around fork() needs no other lock.
 * Who: ucspi-tcp's tcpserver, ipsvd's tcpsvd; PostgreSQL up to version 15.
 * Cost: two calls a session to set the mask.
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
	return sigaction(SIGCHLD, &action, NULL);
}

static void before_fork(void)
{
	sigprocmask(SIG_BLOCK, &sigchld, NULL);
}

static int after_fork(pid_t pid)
{
	(void)pid;
	sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
	return 0;
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
}

const struct reap reap_sigchld_blocked = {
	.set_up = set_up,
	.before_fork = before_fork,
	.after_fork = after_fork,
	.in_child = in_child,
};
