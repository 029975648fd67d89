#include "server/reap/reap.h"

#include <signal.h>
#include <stddef.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static struct daemon_stats *counters;
static sigset_t sigchld;
static int signal_fd = -1;

/*
 * SIGCHLD stays blocked and is read from a descriptor, which the parent waits
 * for as well as for its listener. There is no handler, so nothing is
 * interrupted, and any function may be called where children are collected.
 * Who: systemd (sd-event), s6 (by skalibs) and others with an event loop, on
 * Linux.
 * Cost: one poll() per session, and a read() each time children have died.
 * Breaks: a pending signal is still one bit, not a queue: one wait call per
 * read leaks as in waitpid-once. A mask that children do not restore survives
 * exec. If SIGCHLD is ignored, nothing can be read.
 */
static int set_up(struct daemon_stats *stats)
{
	counters = stats;
	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &sigchld, NULL) < 0)
		return -1;
	signal_fd = signalfd(-1, &sigchld, SFD_NONBLOCK | SFD_CLOEXEC);
	return signal_fd < 0 ? -1 : 0;
}

static void on_wake(void)
{
	struct signalfd_siginfo info;

	/* Read first: a child that dies from here on raises it again. */
	if (read(signal_fd, &info, sizeof(info)) < 0)
		return;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		counters->reaped++;
}

static void in_child(void)
{
	sigprocmask(SIG_UNBLOCK, &sigchld, NULL);
}

static void tear_down(void)
{
	on_wake();
	close(signal_fd);
	signal_fd = -1;
}

const struct reap reap_signalfd = {
	.set_up = set_up,
	.wake_fd = &signal_fd,
	.on_wake = on_wake,
	.in_child = in_child,
	.tear_down = tear_down,
};
