#ifndef SERVER_BALLAST_H
#define SERVER_BALLAST_H

/*
 * What a process holds that fork(2) has to copy: memory, descriptors and
 * mappings, to study what each costs.
 */

#include <stddef.h>
#include <stdint.h>

/* What the memory consists of. */
enum ballast_pages {
	BALLAST_SMALL,
	BALLAST_HUGE,
	BALLAST_SHARED,
	BALLAST_DIRTY, /* small ones, of which some are written again */
};
extern const char *const ballast_pages_names[]; /* NULL-terminated */

struct ballast {
	uint64_t bytes; /* of resident memory */
	size_t pages;	/* an enum ballast_pages */
	uint64_t descriptors, mappings;
};

enum { BALLAST_WHY = 256 };

/*
 * Loads this process with it. Returns 0, or -1 with one sentence in why: the
 * option, its value, the limit that it met, and what to do.
 */
int ballast_load(const struct ballast *b, char why[BALLAST_WHY]);

/*
 * Writes to one of every BALLAST_STRIDE pages of the memory, if they are to be
 * written again, each time to others. Call it before each fork.
 */
enum { BALLAST_STRIDE = 64 };
void ballast_dirty(void);

#endif
