#ifndef SERVER_CHILDREN_H
#define SERVER_CHILDREN_H

/*
 * The children as the kernel lists them (proc(5), /proc/PID/task/TID/children):
 * needed where the daemon's own count is not enough, as it can't know of a
 * child that was killed if it never waits.
 */

/*
 * Children that are running: all but the zombies. With a signal number, each
 * is sent it (0: none). Returns the number, or -1 with errno.
 */
int children_running(int signal_number);

/*
 * Ends every running child: SIGTERM, and SIGKILL for what is left after
 * grace_ms. Returns 0 when none is left, or -1 with errno.
 */
int children_end(unsigned grace_ms);

#endif
