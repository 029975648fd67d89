#ifndef LIB_KERNEL_FILE_H
#define LIB_KERNEL_FILE_H

/*
 * Small files in which the kernel states something: /proc, /sys, control
 * groups. Each call opens, reads and closes one: 10 to 30 us.
 */

#include <stdbool.h>
#include <stddef.h>

/*
 * The first line without its newline, cut to `bytes`. False, and "" in out,
 * if there is none.
 */
bool kernel_line(const char *path, char *out, size_t bytes);

/* What stands behind the colon in the first line "KEY : VALUE"; likewise. */
bool kernel_field(const char *path, const char *key, char *out, size_t bytes);

/*
 * The number behind `key` in the first line that begins with `line` and holds
 * `key`; NAN if there is none, as with "max".
 */
double kernel_number(const char *path, const char *line, const char *key);

enum { KERNEL_DEPTH = 16, KERNEL_PATH = 512 };

/* Folders of the control group that we are in, then of its ancestors. */
struct kernel_groups {
	bool unified; /* cgroup v2 */
	size_t count; /* 0: no such controller is mounted */
	char folder[KERNEL_DEPTH][KERNEL_PATH];
};

/*
 * Of the controller ("cpu", "pids", "memory") in cgroup v1 if it is there,
 * else of v2. Ancestors above the mounted root, as of a container, are not
 * seen.
 *   proc: "/proc"; another folder in tests.
 */
void kernel_groups(struct kernel_groups *g, const char *proc,
		   const char *controller);

#endif
