#ifndef SERVER_LOG_H
#define SERVER_LOG_H

/*
 * The daemon's log: on stderr, by syslog(3), or in a file, a line an event
 * with UTC time. A file that is a pipe is never waited for.
 */

/*
 * where: "stderr", "syslog", or a path. Returns 0, or -1 with errno (ENXIO: a
 * named pipe that nobody reads).
 */
int log_open(const char *where);

void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same for what can happen thousands of times a second: at most one line
 * a second; the next one tells how many were left out.
 */
void log_limited(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
