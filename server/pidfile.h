#ifndef SERVER_PIDFILE_H
#define SERVER_PIDFILE_H

#include <sys/types.h>

/*
 * Creates or takes over the file, locks it and writes this process's ID. The
 * lock is a record lock (fcntl): it belongs to this process alone, so children
 * that outlive the daemon do not keep it; and it goes when the process closes
 * any descriptor of the file. A file left by a daemon that was killed is not
 * locked, and taken over.
 * Returns the descriptor, to be kept open; or -1 with errno, EAGAIN if a
 * running process holds it (*holder is then its ID), ELOOP if it is a symbolic
 * link.
 */
int pidfile_create(const char *path, pid_t *holder);

/*
 * Lets go of the lock and removes the file, unless another has its name by
 * now. Returns 0; or -1 with errno if it cannot be removed, the folder being
 * somebody else's: it is then empty, so that it names no process.
 */
int pidfile_remove(const char *path, int fd);

#endif
