#include "server/reap/reap.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/pidfd.h"

enum { BATCH = 64, FEW = 64 };

#define SWEEP_NS (50 * NS_PER_MS)

static struct daemon_stats *counters;
static struct rlimit inherited; /* of descriptors */
static int watched = -1;	/* an epoll set: a pidfd a child, and: */
static int timer = -1;		/* runs while some children have none */
static pid_t *others;		/* those */
static size_t others_count, others_room;

/*
 * A descriptor a child, readable when the child has died. It stands for that
 * child alone, even if its process ID is used again. Unlike waitpid(-1) it never
 * takes another child by mistake, and SIGCHLD plays no part.
 * Who: systemd, GLib, Python's asyncio and Go, on Linux from 5.4 on.
 * Cost: five calls per session. fork() copies every descriptor, so each session
 * costs more the more there are; and the child must close them all.
 * Breaks: descriptors run out before processes do. Children without one are
 * checked in turn, every 50 ms. A descriptor that a child has inherited stays
 * in the epoll set after the parent has closed it, and wakes the parent for
 * ever: so the parent removes it first. Before Linux 5.4 one cannot wait by
 * pidfd. As PID 1 the daemon would never collect the orphans of others.
 */
static int set_up(struct daemon_stats *stats)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct rlimit raised;

	counters = stats;
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR ||
	    getrlimit(RLIMIT_NOFILE, &inherited) < 0)
		return -1;
	raised = inherited;
	raised.rlim_cur = raised.rlim_max;
	watched = epoll_create1(EPOLL_CLOEXEC);
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	event.data.fd = timer;
	if (watched < 0 || timer < 0 ||
	    epoll_ctl(watched, EPOLL_CTL_ADD, timer, &event) < 0)
		return -1;
	return setrlimit(RLIMIT_NOFILE, &raised);
}

static int watch(pid_t pid)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = pidfd_of(pid);

	if (fd < 0)
		return -1;
	event.data.fd = fd;
	if (epoll_ctl(watched, EPOLL_CTL_ADD, fd, &event) == 0)
		return 0;
	close(fd);
	return -1;
}

static void run_timer(uint64_t every_ns)
{
	const struct timespec every = { .tv_nsec = (long)every_ns };
	const struct itimerspec spec = { every, every };

	timerfd_settime(timer, 0, &spec, NULL);
}

static int remember(pid_t pid)
{
	if (others_count == others_room) {
		size_t room = others_room ? 2 * others_room : FEW;
		pid_t *larger = realloc(others, room * sizeof(*larger));

		if (!larger)
			return -1;
		others = larger;
		others_room = room;
	}
	if (!others_count)
		run_timer(SWEEP_NS);
	others[others_count++] = pid;
	return 0;
}

static int after_fork(pid_t *pid)
{
	int status = 0;

	if (*pid < 0 || watch(*pid) == 0 || remember(*pid) == 0)
		return 0;
	/* There is not even memory to remember it: it would stay a zombie. */
	kill(*pid, SIGKILL);
	while (waitpid(*pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status))
		return ENOMEM;
	counters->reaped++; /* it has served already */
	return 0;
}

static void sweep(void)
{
	for (size_t i = 0; i < others_count;) {
		pid_t dead = waitpid(others[i], NULL, WNOHANG);

		if (dead == 0) {
			i++;
			continue;
		}
		counters->reaped += dead > 0;
		others[i] = others[--others_count];
	}
	if (!others_count)
		run_timer(0);
}

static void collect(int fd)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)fd, &info, WEXITED | WNOHANG) == 0) {
		if (!info.si_pid)
			return; /* it lives: woken for nothing */
		counters->reaped++;
	}
	epoll_ctl(watched, EPOLL_CTL_DEL, fd, NULL);
	close(fd);
}

/* Returns how many of the set were readable. */
static int collect_batch(void)
{
	struct epoll_event events[BATCH];
	int count = epoll_wait(watched, events, BATCH, 0);
	uint64_t times;

	for (int i = 0; i < count; i++) {
		if (events[i].data.fd != timer)
			collect(events[i].data.fd);
		else if (read(timer, &times, sizeof(times)) > 0)
			sweep();
	}
	return count;
}

/* One batch at a time: clients wait to be accepted meanwhile. */
static void on_wake(void)
{
	collect_batch();
}

static void in_child(void)
{
	setrlimit(RLIMIT_NOFILE, &inherited);
}

static void tear_down(void)
{
	while (collect_batch() == BATCH)
		;
	sweep();
	close(timer);
	close(watched);
	free(others);
}

const struct reap reap_pidfd = {
	.set_up = set_up,
	.after_fork = after_fork,
	.wake_fd = &watched,
	.on_wake = on_wake,
	.in_child = in_child,
	.tear_down = tear_down,
	.not_as_init = true,
};
