#include "server/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile sig_atomic_t orders;

/* For the handlers alone. */
static int listener, null_fd = -1, lifeline, connection = -1;
static pid_t parent;
static void (*hangup)(void);

void stop_accepting(void)
{
	dup3(null_fd, listener, O_CLOEXEC);
}

static void stop(void)
{
	if (!orders++)
		stop_accepting();
}

static void on_stop(int signal_number)
{
	int saved = errno;

	if (getpid() == parent) {
		if (signal_number == SIGHUP && hangup)
			hangup();
		else
			stop();
	} else if (signal_number == SIGTERM || getppid() != parent) {
		shutdown(connection, SHUT_RDWR);
	}
	errno = saved;
}

static bool is_cut(void)
{
	struct pollfd end = { .fd = lifeline };

	return poll(&end, 1, 0) == 1 && end.revents & POLLHUP;
}

/* A starter that sends SIGTERM and then closes the pipe counts once. */
static void on_lifeline(int signal_number)
{
	int saved = errno;

	(void)signal_number;
	if (getpid() == parent && !orders && is_cut())
		stop();
	errno = saved;
}

/* No handler interrupts another, so that each signal counts once. */
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

int stop_set_up(int listen_fd, void (*on_hangup)(void))
{
	listener = listen_fd;
	hangup = on_hangup;
	parent = getpid();
	null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null_fd < 0 || handle(SIGTERM, on_stop) < 0 ||
	    (!is_ignored(SIGINT) && handle(SIGINT, on_stop) < 0))
		return -1;
	if (!hangup && is_ignored(SIGHUP))
		return 0;
	return handle(SIGHUP, on_stop);
}

/* Of other files the kernel sends no SIGIO when the other end closes. */
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

void stop_set_connection(int fd)
{
	/* Nearly always the same; a write would copy the page. */
	if (connection != fd)
		connection = fd;
}

int stop_times(void)
{
	return orders;
}
