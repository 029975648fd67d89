#include "server/stop.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

/* For the handler alone. */
static volatile sig_atomic_t asked;
static int listener;
static pid_t parent;
static struct daemon_stats *counters;

static void on_stop(int signal_number)
{
	(void)signal_number;
	if (getpid() != parent) {
		counters->children_exited++;
		_exit(0);
	}
	asked = 1;
	shutdown(listener, SHUT_RD);
}

int stop_set_up(int listen_fd, struct daemon_stats *stats)
{
	/* No SA_RESTART: a sleep ends at once. */
	struct sigaction action = { .sa_handler = on_stop };

	listener = listen_fd;
	parent = getpid();
	counters = stats;
	if (sigaction(SIGTERM, &action, NULL) < 0)
		return -1;
	return sigaction(SIGINT, &action, NULL);
}

int stop_with_pipe(int fd)
{
	struct pollfd end = { .fd = fd };

	if (fcntl(fd, F_SETSIG, SIGTERM) < 0 ||
	    fcntl(fd, F_SETOWN, getpid()) < 0 ||
	    fcntl(fd, F_SETFL, O_ASYNC) < 0)
		return -1;
	if (poll(&end, 1, 0) == 1 && end.revents & POLLHUP)
		raise(SIGTERM);
	return 0;
}

bool stop_asked(void)
{
	return asked;
}
