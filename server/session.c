#include "server/session.h"

#include <errno.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/sock.h"
#include "server/detach.h"
#include "server/log.h"
#include "server/tuning.h"

static int limit_idling(int fd, uint64_t timeout_ns)
{
	struct timeval timeout = {
		.tv_sec = (time_t)(timeout_ns / NS_PER_S),
		.tv_usec = (suseconds_t)(timeout_ns % NS_PER_S / NS_PER_US),
	};

	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)))
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout,
			  sizeof(timeout));
}

/*
 * Sends back exactly the bytes that came, until the client ends or is lost.
 * Returns how many came back, not counting a last write that failed.
 */
static uint64_t echo(struct session *s)
{
	uint64_t bytes = 0;

	for (;;) {
		ssize_t n = read(s->fd, s->buffer, sizeof(s->buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || sock_write_all(s->fd, s->buffer, (size_t)n) < 0)
			return bytes;
		bytes += (uint64_t)n;
	}
}

static void log_session(const struct session *s, uint64_t bytes)
{
	char name[SOCK_NAME];

	sock_name(&s->client, name);
	log_line("session of %s: %.3f s, %llu bytes", name,
		 (double)(tuning_now_ns() - s->forked_ns) / (double)NS_PER_S,
		 (unsigned long long)bytes);
}

/* Also wakes the parent, if it sleeps until a session ends. */
static void count_exit(struct daemon_stats *stats)
{
	stats->children_exited++;
	if (!stats->awaited)
		return;
	stats->awaited = 0;
	syscall(SYS_futex, &stats->awaited, FUTEX_WAKE, 1, NULL, NULL, 0);
}

_Noreturn void session_run(struct session *s, const struct options *o,
			   struct daemon_stats *stats)
{
	uint64_t bytes = 0;

	hist_record_shared(&stats->child_start, tuning_now_ns() - s->forked_ns);
	stats->children_started++;

	/* Above all the listener: it would keep the port taken. */
	detach_close_others((int[]){ s->fd, o->log_sessions ? log_fd() : -1 },
			    2);

	if (!o->idle_timeout_ns || limit_idling(s->fd, o->idle_timeout_ns) == 0)
		bytes = echo(s);
	if (o->log_sessions) {
		log_begin_child();
		log_session(s, bytes);
	}
	peers_leave(s->place);
	count_exit(stats);
	_exit(0);
}
