#ifndef LIB_FILE_H
#define LIB_FILE_H

/*
 * Files that are complete or absent: written beside their final name, then
 * renamed into place. Plain data; own no memory.
 */

#include <limits.h>
#include <stdio.h>

struct file {
	FILE *out; /* write here, between file_open() and file_commit() */
	char path[PATH_MAX];
	char temporary[PATH_MAX];
};

/* Returns 0, or -1 with errno; nothing is left behind then. */
int file_open(struct file *f, const char *path);

/*
 * Flushes, closes and renames into place. Returns 0, or -1 with the errno of
 * the first write that failed; the temporary file is then removed and what
 * was at the final name before is untouched.
 */
int file_commit(struct file *f);

/* Closes and removes the temporary file. */
void file_abort(struct file *f);

#endif
