#ifndef SERVER_DETACH_H
#define SERVER_DETACH_H

/*
 * Becoming a daemon without losing errors: the launching process stays in the
 * terminal until the daemon is ready or has failed, and exits as it did.
 */

/*
 * Opens what of descriptors 0 to 2 is closed, on /dev/null, and closes the
 * others but those in keep (negative entries are skipped).
 */
void detach_descriptors(const int keep[], int count);

/*
 * Closes descriptors from first to last. Where close_range(2) is refused, as by
 * a sandbox, one by one up to the limit of open files.
 */
void detach_close(unsigned first, unsigned last);

/*
 * Returns in the daemon: a new session without a terminal, and not its leader,
 * so that it can't get one. In the launching process it does not return. Until
 * detach_ready(), stderr is the launcher's, and it exits with the status that
 * the daemon exits with, or with 3 when it has waited for two minutes.
 * Returns 0, or -1 with errno if nothing was forked.
 */
int detach_begin(void);

/*
 * Lets go of the starting directory and of descriptors 0 and 1. Returns 0, or
 * -1 with errno.
 */
int detach_let_go(void);

/*
 * The daemon is ready: lets go of stderr (not if keep_stderr), and the
 * launcher exits with 0. Returns 0, or -1 with errno (EPIPE: nobody waits for
 * the daemon any more, and it should end).
 */
int detach_ready(int keep_stderr);

#endif
