#include "server/reap/reap.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static struct daemon_stats *counters; /* for the handler alone */

/*
 * The handler calls waitpid() until no dead child is left. That is right
 * however many deaths one signal stands for. A zombie lives until the handler
 * runs. Who: OpenSSH's sshd up to version 9.7, BusyBox inetd, Stevens'
 * examples. Cost: a parent that is interrupted (before Linux 4.19 fork() too,
 * which then began anew); one wait call per child, and one more per signal.
 * Breaks: a handler that does not save errno makes accept loops exit; without
 * SA_RESTART, every call in the parent must handle EINTR.
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
	return sigaction(SIGCHLD, &action, NULL);
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
}

const struct reap reap_waitpid_loop = {
	.set_up = set_up,
	.in_child = in_child,
};
