#include "server/log.h"

#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"

enum { LINE_BYTES = 512 };

static int log_fd = -1; /* -1: syslog */

int log_open(const char *where)
{
	if (!strcmp(where, "syslog")) {
		openlog("echod", LOG_PID, LOG_DAEMON);
		return 0;
	}
	if (!strcmp(where, "stderr")) {
		log_fd = STDERR_FILENO;
		return 0;
	}
	/* A pipe without a reader is an error, and a full one loses lines. */
	log_fd = open(where,
		      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK,
		      0644);
	return log_fd < 0 ? -1 : 0;
}

/* One write a line, so that lines of several writers do not mix. */
static void put(const char *text)
{
	struct pollfd room = { .fd = log_fd, .events = POLLOUT };
	char line[LINE_BYTES + 64], stamp[32];
	time_t now = (time_t)(clock_call_ns(CLOCK_REALTIME) / NS_PER_S);
	struct tm utc;
	int length;

	if (log_fd < 0) {
		syslog(LOG_NOTICE, "%s", text);
		return;
	}
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ",
		 gmtime_r(&now, &utc));
	length = snprintf(line, sizeof(line), "%s echod[%d]: %s\n", stamp,
			  (int)getpid(), text);
	/* A full disk or pipe must not stop the service: nothing to be done. */
	if (poll(&room, 1, 0) <= 0 || write(log_fd, line, (size_t)length) < 0)
		return;
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
