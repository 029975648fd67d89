#include "server/reap/reap.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

static struct daemon_stats *counters;
static int ends[2] = { -1, -1 }; /* of the pipe: to read, to write */

/*
 * The handler only writes a byte to a pipe. The parent waits for the pipe and
 * its listener, and collects the children outside of the handler, where it may
 * call any function. Works on every UNIX (D. J. Bernstein).
 * Who: xinetd, Dovecot; s6 where there is no signalfd.
 * Cost: an interrupted parent as with any handler; one poll() per
 * session, one write() per signal, and a read() each time children have died.
 * Breaks: a pipe that blocks: a full one would stop the parent in its own
 * handler for ever. Collecting before the pipe is emptied: a child that dies
 * in between is missed.
 */
static void tell(int signal_number)
{
	int saved = errno;
	ssize_t written;

	(void)signal_number;
	counters->sigchld_calls++;
	/* If the pipe is full it is readable, which is all that is needed. */
	written = write(ends[1], "", 1);
	(void)written;
	errno = saved;
}

static int set_up(struct daemon_stats *stats)
{
	struct sigaction action = {
		.sa_handler = tell,
		.sa_flags = SA_RESTART | SA_NOCLDSTOP,
	};

	counters = stats;
	if (pipe2(ends, O_NONBLOCK | O_CLOEXEC) < 0)
		return -1;
	return sigaction(SIGCHLD, &action, NULL);
}

static void on_wake(void)
{
	char bytes[64];

	while (read(ends[0], bytes, sizeof(bytes)) == sizeof(bytes))
		;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		counters->reaped++;
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
}

static void tear_down(void)
{
	on_wake();
	signal(SIGCHLD, SIG_DFL);
	close(ends[0]);
	close(ends[1]);
}

const struct reap reap_self_pipe = {
	.set_up = set_up,
	.wake_fd = &ends[0],
	.on_wake = on_wake,
	.in_child = in_child,
	.tear_down = tear_down,
};
