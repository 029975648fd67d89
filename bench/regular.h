#ifndef BENCH_REGULAR_H
#define BENCH_REGULAR_H

#include <stdio.h>

enum {
	REGULAR_BYTES = 16 << 20, /* hours of a time line */
	REGULAR_WHY = 160,
};

/*
 * Opens a file of a run to be read: a regular one of at most REGULAR_BYTES;
 * never waits. Returns it, or NULL with errno, and what is wrong in why,
 * without the path.
 */
FILE *regular_open(const char *path, char why[REGULAR_WHY]);

#endif
