#include "server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"

enum { LINE_BYTES = 512 };

static int descriptor = -1;
static bool to_syslog;
static const char *path; /* NULL unless a file */
static volatile sig_atomic_t reopen_error;

/* Leaves the descriptor at -1 if no daemon takes datagrams there. */
static void connect_syslog(void)
{
	const struct sockaddr_un at = { .sun_family = AF_UNIX,
					.sun_path = "/dev/log" };

	if (descriptor >= 0)
		close(descriptor);
	descriptor =
		socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (descriptor >= 0 &&
	    connect(descriptor, (const struct sockaddr *)&at, sizeof(at)) < 0) {
		close(descriptor);
		descriptor = -1;
	}
}

/* A pipe without a reader is an error, and a full one loses lines. */
static int open_file(void)
{
	return open(path,
		    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK |
			    O_NOFOLLOW,
		    0644);
}

int log_open(const char *where)
{
	to_syslog = !strcmp(where, "syslog");
	if (to_syslog) {
		connect_syslog();
		return 0;
	}
	if (!strcmp(where, "stderr")) {
		descriptor = STDERR_FILENO;
		return 0;
	}
	path = where;
	descriptor = open_file();
	return descriptor < 0 ? -1 : 0;
}

void log_reopen(void)
{
	int fd = path ? open_file() : -1;

	if (fd >= 0) {
		dup3(fd, descriptor, O_CLOEXEC);
		close(fd);
	} else if (path) {
		reopen_error = errno;
	}
}

int log_fd(void)
{
	return descriptor;
}

/* As syslog(3) does (RFC 3164), which would wait for room. */
static bool write_syslog(const char *text, time_t now)
{
	char line[LINE_BYTES + 64], stamp[32];
	struct tm local;
	int length;

	strftime(stamp, sizeof(stamp), "%b %e %T", localtime_r(&now, &local));
	length = snprintf(line, sizeof(line), "<%d>%s echod[%d]: %s",
			  LOG_DAEMON | LOG_NOTICE, stamp, (int)getpid(), text);
	if (descriptor >= 0) {
		if (send(descriptor, line, (size_t)length, MSG_NOSIGNAL) >= 0)
			return true;
		if (errno == EAGAIN)
			return false;
	}
	/* It may have been started again. */
	connect_syslog();
	return descriptor >= 0 &&
	       send(descriptor, line, (size_t)length, MSG_NOSIGNAL) >= 0;
}

static uint64_t lost; /* lines since one was taken */

void log_begin_child(void)
{
	lost = 0;
	reopen_error = 0;
}

/* One write a line, so that lines of several writers do not mix. */
static bool write_line(const char *text)
{
	struct pollfd room = { .fd = descriptor, .events = POLLOUT };
	char line[LINE_BYTES + 64], stamp[32];
	time_t now = (time_t)(clock_call_ns(CLOCK_REALTIME) / NS_PER_S);
	struct tm utc;
	int length;

	if (to_syslog)
		return write_syslog(text, now);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	length = snprintf(line, sizeof(line), "%s echod[%d]: %s\n", stamp,
			  (int)getpid(), text);
	return poll(&room, 1, 0) > 0 &&
	       write(descriptor, line, (size_t)length) == length;
}

/*
 * A log that takes nothing must not stop the service: the line is lost, and
 * the next one that is written is preceded by the number of those.
 */
static void put(const char *text)
{
	char words[64];

	if (reopen_error) {
		int error = reopen_error;

		reopen_error = 0;
		log_line("the log cannot be opened anew: %s", strerror(error));
	}
	snprintf(words, sizeof(words), "%llu lines lost: the log took none",
		 (unsigned long long)lost);
	if (lost && write_line(words))
		lost = 0;
	if (lost || !write_line(text))
		lost++;
}

void log_line(const char *format, ...)
{
	char text[LINE_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	put(text);
}

void log_limited(const char *format, ...)
{
	static uint64_t next_ns, left_out;
	char text[LINE_BYTES];
	uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);
	va_list args;
	int used;

	if (now_ns < next_ns) {
		left_out++;
		return;
	}
	va_start(args, format);
	used = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (left_out && used < LINE_BYTES)
		snprintf(text + used, sizeof(text) - (size_t)used,
			 " (%llu lines left out)",
			 (unsigned long long)left_out);
	put(text);
	next_ns = now_ns + NS_PER_S;
	left_out = 0;
}
