#include "server/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t asked; /* how often */

/* For the handler alone. */
static int listener;
static pid_t parent;
static struct daemon_stats *counters;
static const volatile sig_atomic_t *counted; /* by the child itself */

static void on_stop(int signal_number)
{
	int saved = errno;

	if (getpid() != parent) {
		if (signal_number != SIGTERM && getppid() == parent)
			return;
		if (!counted || !*counted)
			counters->children_exited++;
		_exit(0);
	}
	if (!asked++)
		shutdown(listener, SHUT_RD);
	errno = saved;
}

static bool is_ignored(int signal_number)
{
	struct sigaction now;

	return sigaction(signal_number, NULL, &now) == 0 &&
	       now.sa_handler == SIG_IGN;
}

int stop_set_up(int listen_fd, struct daemon_stats *stats)
{
	/* No SA_RESTART: a sleep ends at once. */
	struct sigaction action = { .sa_handler = on_stop };

	listener = listen_fd;
	parent = getpid();
	counters = stats;
	/* Each waits for the others, so that no child is counted twice. */
	sigaddset(&action.sa_mask, SIGTERM);
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGHUP);
	if (sigaction(SIGTERM, &action, NULL) < 0 ||
	    sigaction(SIGINT, &action, NULL) < 0)
		return -1;
	return is_ignored(SIGHUP) ? 0 : sigaction(SIGHUP, &action, NULL);
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

void stop_now(void)
{
	asked = 1;
}

void stop_note_at(const volatile sig_atomic_t *note)
{
	counted = note;
}

bool stop_asked(void)
{
	return asked;
}

bool stop_asked_again(void)
{
	return asked > 1;
}
