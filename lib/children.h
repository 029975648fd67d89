#ifndef LIB_CHILDREN_H
#define LIB_CHILDREN_H

/*
 * A process's children by the kernel's account: /proc/PID/task/TID/children,
 * and the state in /proc/PID/stat. The list may omit entries when children
 * exit while it is read (proc(5)): it is exact only when nothing moves.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct children {
	pid_t *pid; /* owned */
	size_t count, room;
	char *text; /* owned, for reading */
};

/* Returns 0, or -1 with errno ENOMEM. */
int children_init(struct children *c);
void children_release(struct children *c);

/*
 * The children that the threads of a process have forked: of its first thread
 * in the order of their birth, then of the others. While threads end, a child
 * may be missing or be there twice. Returns 0, or -1 with errno (ENOENT: it is
 * gone, or the kernel lacks CONFIG_PROC_CHILDREN).
 */
int children_read(struct children *c, pid_t parent);

/* Whether it is a zombie now, by its state; false if it is gone. */
bool children_is_zombie(pid_t pid);

/*
 * Whether it is there and no zombie, be it stopped or on its way out, and its
 * program has that name (NULL: any). One whose state can't be read is taken to
 * run, and to have it.
 */
bool children_is_running(pid_t pid, const char *name);

/*
 * Whether it has lost its address space: a zombie, or about to be one or to
 * be gone. A tenth of the cost of reading its state: one system call. Falls
 * back to the state where that call is not allowed.
 */
bool children_has_exited(pid_t pid);

#endif
