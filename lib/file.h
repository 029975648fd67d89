#ifndef LIB_FILE_H
#define LIB_FILE_H

/*
 * Files that are complete or absent whatever ends this program: gathered in
 * memory, written next to their final name, then renamed into place. They are
 * not synced to the disk, which costs milliseconds: a power failure soon after
 * may leave one empty. What is no regular file, such as a device or a pipe,
 * stays, and is written to; so does standard output, called "-" or /dev/stdout.
 */

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct file {
	FILE *out; /* write here, between file_open() and file_commit() */
	/* Private. */
	char path[PATH_MAX];
	char temporary[PATH_MAX];
	int fd;
	char *text;
	size_t bytes;
};

/* Whether a path is standard output. */
bool file_is_stdout(const char *path);

/* Whether a path is written to in place. If so, a write may wait for long. */
bool file_is_in_place(const char *path);

/* Whether two paths lead to the same file, which need not be there yet. */
bool file_same(const char *one, const char *other);

/* Returns 0, or -1 with errno; nothing is left behind then. */
int file_open(struct file *f, const char *path);

/*
 * Writes, syncs, closes and renames into place. Returns 0, or -1 with the errno
 * of what failed; the temporary file is then removed and what was at the final
 * name before is untouched. In either case f is done with.
 */
int file_commit(struct file *f);

/* Drops what was gathered, and the temporary file. Keeps errno. */
void file_abort(struct file *f);

/*
 * Should 0 to 2 be closed, no file or socket must get their place: reading
 * finds the end of input then, and writing fails with EBADF.
 */
void file_keep_standard(void);

#endif
