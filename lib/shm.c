#include "lib/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern char end[]; /* of the program's data, see end(3) */

/*
 * An address where every process has a page table already: the top of the 2 MiB
 * (what one table of x86-64 covers) that hold the end of the program's data.
 * fork() copies no page tables of shared memory. Anywhere else the child would
 * have to allocate a table, and a directory above it.
 */
static void *beside_data(size_t bytes)
{
	const uintptr_t table = UINT64_C(2) << 20;

	return (void *)((((uintptr_t)end | (table - 1)) + 1 - bytes) &
			~(uintptr_t)4095);
}

/* The address is a hint: the kernel chooses another if it is taken. */
static void *map(struct shm_header header, int flags, int fd)
{
	void *memory = mmap(beside_data(header.bytes), header.bytes,
			    PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED)
		return NULL;
	*(struct shm_header *)memory = header;
	return memory;
}

void *shm_anonymous(struct shm_header header)
{
	return map(header, MAP_SHARED | MAP_ANONYMOUS, -1);
}

void *shm_fill(int fd, struct shm_header header)
{
	if (ftruncate(fd, 0) < 0)
		return NULL;
	/* Allocated, not sparse: a full disk is reported now, not by SIGBUS
	 * later. */
	errno = posix_fallocate(fd, 0, header.bytes);
	return errno ? NULL : map(header, MAP_SHARED, fd);
}

const void *shm_read(int fd, struct shm_header want)
{
	struct shm_header *memory;
	struct stat info;

	if (fstat(fd, &info) < 0)
		return NULL;
	if (info.st_size != (off_t)want.bytes) {
		errno = EPROTO;
		return NULL;
	}
	memory = mmap(NULL, want.bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return NULL;
	if (memory->magic == want.magic && memory->version == want.version &&
	    memory->bytes == want.bytes)
		return memory;
	munmap(memory, want.bytes);
	errno = EPROTO;
	return NULL;
}

const void *shm_open_read(const char *path, struct shm_header want)
{
	int saved, fd = open(path, O_RDONLY | O_CLOEXEC);
	const void *memory;

	if (fd < 0)
		return NULL;
	memory = shm_read(fd, want);
	saved = errno;
	close(fd);
	errno = saved;
	return memory;
}

void shm_unmap(const void *memory)
{
	const struct shm_header *header = memory;

	if (header)
		munmap((void *)(uintptr_t)header, header->bytes);
}
