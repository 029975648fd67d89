#include "server/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/ballast.h"
#include "server/live.h"
#include "server/log.h"
#include "server/session.h"
#include "server/stop.h"

#define BACK_OFF_NS (100 * NS_PER_MS)

/*
 * By _Fork(), which runs none of the handlers that fork() has, libc's own among
 * them: what these write, a child would have to copy. So a child may make
 * async-signal-safe calls alone, as POSIX asks of any child of threads.
 */
static void fork_session(const struct serve *s, int fd,
			 struct session_memory *memory)
{
	const struct reap *reap = s->reap;
	struct daemon_stats *stats = s->stats;
	uint64_t start_ns, took_ns, live;
	int error, lost;
	pid_t pid;

	start_ns = clock_call_ns(CLOCK_MONOTONIC);
	pid = _Fork();
	if (pid == 0) {
		if (reap->in_child)
			reap->in_child();
		session_serve(fd, start_ns, s->idle_timeout_ns, stats, memory);
	}
	error = pid < 0 ? errno : 0;
	took_ns = clock_call_ns(CLOCK_MONOTONIC) - start_ns;
	if (pid > 0 && reap->sessions == LIVE_CHILDREN)
		live_add(pid);
	lost = reap->after_fork ? reap->after_fork(pid) : 0;
	if (error || lost) {
		stats->fork_failures++;
		log_limited("cannot fork: %s; connection dropped",
			    strerror(error ? error : lost));
		return;
	}
	hist_record(&stats->fork, took_ns);
	stats->forked++;
	live = daemon_stats_live(stats);
	if (live > stats->live_max)
		stats->live_max = live;
}

/*
 * Counts the children that died without saying so, by kill -9 for instance:
 * else each would hold its place for ever. The kernel's list is read before
 * our own counters: a child that exits in between is then still in the list,
 * and never counted twice.
 */
static void find_killed(const struct serve *s)
{
	int running = live_count(s->reap->sessions);
	uint64_t live = daemon_stats_live(s->stats);

	if (running >= 0 && live > (uint64_t)running)
		s->stats->children_killed += live - (uint64_t)running;
}

/* Whether the parent waits in ppoll() and not in accept(). */
static bool polls(const struct reap *reap)
{
	return reap->wake_fd || reap->wait_mask;
}

/* What the reap mode waits for; ppoll() passes over a -1. */
static struct pollfd reap_pollfd(const struct serve *s)
{
	return (struct pollfd){
		.fd = s->reap->wake_fd ? *s->reap->wake_fd : -1,
		.events = POLLIN,
	};
}

static void wake(const struct serve *s)
{
	s->stats->wakeups++;
	s->reap->on_wake();
}

void serve_wait(const struct serve *s, uint64_t live, uint64_t until_ns)
{
	uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);
	uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	struct timespec left = { .tv_sec = (time_t)(left_ns / NS_PER_S),
				 .tv_nsec = (long)(left_ns % NS_PER_S) };
	struct pollfd wait = reap_pollfd(s);

	if (polls(s->reap)) {
		if (ppoll(&wait, 1, &left, s->reap->wait_mask) > 0)
			wake(s);
		return;
	}
	s->stats->awaited = 1;
	/* Whoever has exited since does not wake us. */
	if (daemon_stats_live(s->stats) == live)
		syscall(SYS_futex, &s->stats->awaited, FUTEX_WAIT, 1, &left,
			NULL, 0);
	s->stats->awaited = 0;
}

/*
 * Full: the backlog holds the rest until a child has ended. However short these
 * waits are, killed children are looked for from time to time.
 */
static void wait_for_room(const struct serve *s)
{
	static uint64_t next_look_ns;
	uint64_t live;

	while ((live = daemon_stats_live(s->stats)) >= s->max_children &&
	       !stop_asked()) {
		uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);

		if (!next_look_ns)
			next_look_ns = now_ns + LIVE_LOOK_NS;
		if (now_ns < next_look_ns) {
			serve_wait(s, live, next_look_ns);
			continue;
		}
		find_killed(s);
		next_look_ns = live_next_look_ns(now_ns);
	}
}

/* Children that die meanwhile interrupt the sleep, and change nothing. */
static void back_off(void)
{
	uint64_t until_ns = clock_call_ns(CLOCK_MONOTONIC) + BACK_OFF_NS;

	while (clock_sleep_until(until_ns) < 0 && !stop_asked())
		;
}

/*
 * Waits for a connection and accepts it. Most modes need no call for that but
 * accept().
 */
static int next_connection(const struct serve *s)
{
	struct pollfd wait[] = {
		{ .fd = s->listen_fd, .events = POLLIN },
		reap_pollfd(s),
	};

	while (polls(s->reap) && !wait[0].revents) {
		if (ppoll(wait, 2, NULL, s->reap->wait_mask) < 0)
			return -1;
		if (wait[1].revents)
			wake(s);
	}
	return accept(s->listen_fd, NULL, NULL);
}

/* A failed accept: true if it concerns that one connection, or passes. */
static bool survive(struct daemon_stats *stats, int error)
{
	switch (error) {
	case EINTR:
	case EAGAIN: /* after ppoll(): the connection has gone */
		return true;
	case EBADF:
	case EFAULT:
	case EINVAL:
	case ENOTSOCK:
	case EOPNOTSUPP:
		return false;
	case ECONNABORTED:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETDOWN:
	case ENETUNREACH:
	case ENONET:
	case ENOPROTOOPT:
	case EPROTO:
		/* accept(2): the connection's own. The next may be well. */
		log_limited("connection lost before it was accepted: %s",
			    strerror(error));
		return true;
	default:
		/*
		 * Descriptors or memory are wanting, or a security module says
		 * no. The connection stays in the backlog; trying at once
		 * spins.
		 */
		stats->accept_failures++;
		log_limited("cannot accept: %s; waiting", strerror(error));
		back_off();
		return true;
	}
}

int serve(const struct serve *s)
{
	/*
	 * The children's. It begins in the page of the stack that each of them
	 * copies anyway, as fork returns there: a page fault less.
	 */
	struct session_memory memory;

	memory.counted = 0;
	stop_counts(s->stats, &memory.counted);
	if (polls(s->reap) && fcntl(s->listen_fd, F_SETFL, O_NONBLOCK) < 0)
		return -1;
	while (!stop_asked()) {
		int fd;

		if (s->max_children)
			wait_for_room(s);
		fd = next_connection(s);
		if (fd < 0) {
			int error = errno;

			if (stop_asked() || survive(s->stats, error))
				continue;
			errno = error;
			return -1;
		}
		s->stats->accepted++;
		ballast_dirty();
		fork_session(s, fd, &memory);
		close(fd);
	}
	return 0;
}
