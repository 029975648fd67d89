#ifndef LIB_SHM_H
#define LIB_SHM_H

/*
 * Memory shared between processes, which starts with a header that says what
 * it holds. It has no pointers and no locks: aligned 64-bit atomics only.
 */

#include <stddef.h>
#include <stdint.h>

struct shm_header {
	uint64_t magic;	  /* which structure this is */
	uint32_t version; /* of that structure */
	uint32_t bytes;	  /* of the whole, this header included */
};

/*
 * A zero-filled structure with its header filled in, shared with the children
 * forked later. Returns NULL with errno. Release with shm_unmap().
 */
void *shm_anonymous(struct shm_header header);

/*
 * The same in an open file, in place of what is in it. One in memory, as of
 * memfd_create(2), is best: of a file on a disk every child that writes asks
 * the file system first. The descriptor remains the caller's.
 */
void *shm_fill(int fd, struct shm_header header);

/*
 * Maps a file for reading. Returns NULL with the errno of the system call, or
 * EPROTO if it is not what `want` describes (another magic, version or size).
 */
const void *shm_open_read(const char *path, struct shm_header want);

/* The same of an open file, which remains the caller's. */
const void *shm_read(int fd, struct shm_header want);

void shm_unmap(const void *map);

#endif
