#include "server/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/session.h"

static volatile sig_atomic_t asked; /* how often */

/* For the handler alone. */
static int listener, lifeline;
static pid_t parent;
static struct daemon_stats *counters;
static const volatile sig_atomic_t *counted; /* by the child itself */

static void stop(void)
{
	if (!asked++)
		shutdown(listener, SHUT_RD);
}

static void on_stop(int signal_number)
{
	int saved = errno;

	if (getpid() != parent) {
		if (signal_number != SIGTERM && getppid() == parent)
			return;
		if (counters && !*counted)
			session_count_exit(counters);
		_exit(0);
	}
	stop();
	errno = saved;
}

static bool is_cut(void)
{
	struct pollfd end = { .fd = lifeline };

	return poll(&end, 1, 0) == 1 && end.revents & POLLHUP;
}

/* Whoever told it to stop and goes then does not tell it once more. */
static void on_lifeline(int signal_number)
{
	int saved = errno;

	(void)signal_number;
	if (getpid() == parent && !asked && is_cut())
		stop();
	errno = saved;
}

/* Each handler waits for the others, so that nothing is counted twice. */
static int handle(int signal_number, void (*handler)(int))
{
	/* No SA_RESTART: a sleep ends at once. */
	struct sigaction action = { .sa_handler = handler };

	sigaddset(&action.sa_mask, SIGTERM);
	sigaddset(&action.sa_mask, SIGINT);
	sigaddset(&action.sa_mask, SIGHUP);
	sigaddset(&action.sa_mask, SIGIO);
	return sigaction(signal_number, &action, NULL);
}

static bool is_ignored(int signal_number)
{
	struct sigaction now;

	return sigaction(signal_number, NULL, &now) == 0 &&
	       now.sa_handler == SIG_IGN;
}

int stop_set_up(int listen_fd)
{
	listener = listen_fd;
	parent = getpid();
	if (handle(SIGTERM, on_stop) < 0 ||
	    (!is_ignored(SIGINT) && handle(SIGINT, on_stop) < 0))
		return -1;
	return is_ignored(SIGHUP) ? 0 : handle(SIGHUP, on_stop);
}

/* No other file tells of the end by a signal. */
static bool is_read_end(int fd, int flags)
{
	struct stat st;

	return (flags & O_ACCMODE) == O_RDONLY && fstat(fd, &st) == 0 &&
	       S_ISFIFO(st.st_mode);
}

int stop_with_pipe(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0 && !is_read_end(fd, flags)) {
		errno = EINVAL;
		return -1;
	}
	lifeline = fd;
	if (flags < 0 || handle(SIGIO, on_lifeline) < 0 ||
	    fcntl(fd, F_SETOWN, getpid()) < 0 ||
	    fcntl(fd, F_SETFL, flags | O_ASYNC) < 0)
		return -1;
	if (is_cut())
		raise(SIGIO);
	return 0;
}

void stop_now(void)
{
	asked = 1;
}

void stop_counts(struct daemon_stats *stats, const volatile sig_atomic_t *note)
{
	counters = stats;
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
