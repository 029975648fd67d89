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
 * running process holds it (*holder is then its ID).
 */
int pidfile_create(const char *path, pid_t *holder);

/* Removes the file and lets go of the lock. */
void pidfile_remove(const char *path, int fd);

#endif
