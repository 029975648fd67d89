#ifndef SERVER_DETACH_H
#define SERVER_DETACH_H

/*
 * Becoming a daemon without losing errors: the launching process stays in the
 * terminal until the daemon is ready or has failed, and exits with its status.
 * The starter is whoever runs echod; the launcher is the first process; the
 * daemon is the process that listens.
 */

#include <stdbool.h>

/*
 * Opens those of descriptors 0 to 2 that are closed, on /dev/null. Else the
 * next file or socket would get such a number, and be written to as stderr.
 */
void detach_open_standard(void);

/*
 * Closes all descriptors from 3 on but those in keep (negative ones are
 * ignored). Where close_range(2) is refused, as by a sandbox, one by one up to
 * the limit of open files.
 */
void detach_close_others(const int keep[], int count);

/*
 * Returns in the daemon: in a session of its own without a terminal, and not
 * the session's leader, so that it cannot get one. In the launching process it
 * does not return. Until detach_ready(), stderr is the launcher's, which exits
 * with the status that the daemon exits with, or with 3 after two minutes.
 * Returns 0, or -1 with errno if nothing was forked.
 */
int detach_begin(void);

/*
 * Leaves the starting directory, and puts /dev/null in the place of
 * descriptors 0 and 1. Returns 0, or -1 with errno.
 */
int detach_let_go(void);

/*
 * The daemon is ready: puts /dev/null in the place of stderr (not if
 * keep_stderr); the launcher exits with 0. Returns 0, or -1 with errno EPIPE
 * if nobody waits for the daemon any more: it should end.
 */
int detach_ready(bool keep_stderr);

#endif
