#include "server/serve.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "server/live.h"
#include "server/log.h"
#include "server/session.h"
#include "server/stop.h"

#define BACK_OFF_NS (100 * NS_PER_MS)
#define RECHECK_NS (5 * NS_PER_MS)

static void fork_session(const struct serve *s, int fd)
{
	struct daemon_stats *stats = s->stats;
	uint64_t start_ns = clock_now_ns();
	uint64_t live;
	pid_t pid = fork();

	if (pid == 0)
		session_serve(fd, start_ns, s->idle_timeout_ns, stats);
	if (pid < 0) {
		stats->fork_failures++;
		log_limited("cannot fork: %s; connection dropped",
			    strerror(errno));
		return;
	}
	hist_record(&stats->fork, clock_now_ns() - start_ns);
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
static void find_killed(struct daemon_stats *stats)
{
	int running = live_count();
	uint64_t live = daemon_stats_live(stats);

	if (running >= 0 && live > (uint64_t)running)
		stats->children_killed += live - (uint64_t)running;
}

/* Full: the backlog holds the rest until a child has ended. */
static void wait_for_room(const struct serve *s)
{
	uint64_t next_look_ns = clock_now_ns() + BACK_OFF_NS;

	while (daemon_stats_live(s->stats) >= s->max_children &&
	       !stop_asked()) {
		clock_sleep_until(clock_now_ns() + RECHECK_NS);
		if (clock_now_ns() < next_look_ns)
			continue;
		find_killed(s->stats);
		next_look_ns = clock_now_ns() + BACK_OFF_NS;
	}
}

/* Children that die meanwhile interrupt the sleep, and change nothing. */
static void back_off(void)
{
	uint64_t until_ns = clock_now_ns() + BACK_OFF_NS;

	while (clock_sleep_until(until_ns) < 0 && !stop_asked())
		;
}

/* A failed accept: true if it concerns that one connection, or passes. */
static bool survive(struct daemon_stats *stats, int error)
{
	switch (error) {
	case EINTR:
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
	while (!stop_asked()) {
		int fd;

		if (s->max_children)
			wait_for_room(s);
		fd = accept(s->listen_fd, NULL, NULL);
		if (fd < 0) {
			int error = errno;

			if (stop_asked() || survive(s->stats, error))
				continue;
			errno = error;
			return -1;
		}
		s->stats->accepted++;
		fork_session(s, fd);
		close(fd);
	}
	return 0;
}
