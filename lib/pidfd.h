#ifndef LIB_PIDFD_H
#define LIB_PIDFD_H

/*
 * pidfd_open(2) and pidfd_send_signal(2), for which not every libc has a
 * wrapper. A pidfd stays with its process: no other one can get its signals.
 */

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Close-on-exec. Returns a descriptor, or -1 with errno (ESRCH: it is gone). */
static inline int pidfd_of(pid_t pid)
{
	return (int)syscall(SYS_pidfd_open, pid, 0);
}

/*
 * signal_number: 0 only asks whether the process is there, be it a zombie.
 * Returns 0, or -1 with errno.
 */
static inline int pidfd_kill(int fd, int signal_number)
{
	return (int)syscall(SYS_pidfd_send_signal, fd, signal_number, NULL, 0);
}

#endif
