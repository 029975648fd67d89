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
 * Returns in the daemon: a new session without a terminal, and not its leader,
 * so that it can't get one. In the launching process it does not return. Until
 * detach_let_go(), stderr is the launcher's; until detach_ready(), it exits
 * with the status that the daemon exits with. Returns 0, or -1 with errno if
 * nothing was forked.
 */
int detach_begin(void);

/*
 * Lets go of the starting directory and of descriptors 0 to 2 (of 2 only if
 * keep_stderr is 0). Returns 0, or -1 with errno.
 */
int detach_let_go(int keep_stderr);

/* The daemon is ready: the launcher exits with 0. */
void detach_ready(void);

#endif
