#include "server/reap.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>

static struct daemon_stats *counters; /* for the handler alone */

/*
 * Wait calls until none is left: right however many deaths one signal stands
 * for. A zombie lives until the handler runs. The price: an interrupted
 * parent, and one wait call more than there were children.
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

const struct reap reap_waitpid_loop = { .set_up = set_up };
