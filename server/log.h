#ifndef SERVER_LOG_H
#define SERVER_LOG_H

/*
 * The daemon's log: a line per event, on stderr or in a file with UTC time, or
 * to the syslog daemon at /dev/log. Nothing is ever waited for. Lines that the
 * log does not take are lost; the next line that it takes says how many.
 */

/*
 * where: "stderr", "syslog", or a path. Returns 0, or -1 with errno (ENXIO: a
 * named pipe that nobody reads; ELOOP: a symbolic link). That there is no
 * syslog daemon is no error.
 */
int log_open(const char *where);

void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same for what can happen thousands of times a second: at most one line
 * a second; the next one tells how many were left out.
 */
void log_limited(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
