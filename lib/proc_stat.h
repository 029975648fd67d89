#ifndef LIB_PROC_STAT_H
#define LIB_PROC_STAT_H

/*
 * What the kernel says of a process in /proc/PID/stat, see proc_pid_stat(5):
 * "PID (NAME) STATE PARENT GROUP ...". The name is whatever the process likes,
 * brackets, spaces and newlines included.
 */

#include <sys/types.h>

/* Not to be copied: the pointers lead into it. */
struct proc_stat {
	char text[1024];
	const char *name;   /* without the brackets */
	const char *fields; /* from the letter of the state on */
};

/*
 *   proc: "/proc"; another folder in tests.
 * Returns 0, or -1 if it is gone, or is hidden (hidepid, see proc(5)), or no
 * descriptor is left to look.
 */
int proc_stat_read(struct proc_stat *s, const char *proc, pid_t pid);

#endif
