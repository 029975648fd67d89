#ifndef SERVER_LOG_H
#define SERVER_LOG_H

/*
 * The daemon's log: a line per event, on stderr or in a file with UTC time, or
 * to the syslog daemon at /dev/log. It never blocks. Lines that the log does
 * not take are lost; the next line that it takes is preceded by their number.
 * A child may write lines, too.
 */

/*
 * where: "stderr", "syslog", or a path, which must stay. Returns 0, or -1 with
 * errno (ENXIO: a named pipe that nobody reads; ELOOP: a symbolic link). A
 * missing syslog daemon is no error.
 */
int log_open(const char *where);

/*
 * Opens a log file anew, after it was renamed. If that fails, the old one stays
 * in use, which the next line says. Async-signal-safe.
 */
void log_reopen(void);

/* In a child: what its parent has to say about the log is not the child's. */
void log_begin_child(void);

/* The log's descriptor, or -1. */
int log_fd(void);

void log_line(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The same for what can happen thousands of times a second: at most one line
 * a second of all calls together; the next one says how many were left out.
 */
void log_limited(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
