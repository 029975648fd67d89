#include "server/session.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sock.h"
#include "server/detach.h"

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

/* Sends back exactly the bytes that came, until the client ends or is lost. */
static void echo(int fd, struct session_memory *memory)
{
	for (;;) {
		ssize_t n = read(fd, memory->buffer, sizeof(memory->buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || sock_write_all(fd, memory->buffer, (size_t)n) < 0)
			return;
	}
}

void session_count_exit(struct daemon_stats *stats)
{
	stats->children_exited++;
	if (!stats->awaited)
		return;
	stats->awaited = 0;
	syscall(SYS_futex, &stats->awaited, FUTEX_WAKE, 1, NULL, NULL, 0);
}

_Noreturn void session_serve(int fd, uint64_t forked_ns,
			     uint64_t idle_timeout_ns,
			     struct daemon_stats *stats,
			     struct session_memory *memory)
{
	hist_record_shared(&stats->child_start,
			   clock_call_ns(CLOCK_MONOTONIC) - forked_ns);
	stats->children_started++;

	/* Only 0 to 2 and the connection; above all, not the listener. */
	detach_close(3, (unsigned)fd - 1);
	detach_close((unsigned)fd + 1, UINT_MAX);

	if (!idle_timeout_ns || limit_idling(fd, idle_timeout_ns) == 0)
		echo(fd, memory);
	memory->counted = 1;
	session_count_exit(stats);
	_exit(0);
}
