#include "lib/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern char end[]; /* of the program's data, see end(3) */

/*
 * Where a process has a page table already, x86-64's being of 2 MiB: at the top
 * of that which holds the end of the program's data. Of shared memory a child
 * inherits no page tables: it would have to make one, and a directory above.
 */
static void *beside_data(size_t bytes)
{
	const uintptr_t table = UINT64_C(2) << 20;

	return (void *)((((uintptr_t)end | (table - 1)) + 1 - bytes) &
			~(uintptr_t)4095);
}

/* Elsewhere, if something is there: the kernel takes it as a wish. */
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
	/* Allocated, not sparse: a full disk is told now, not by SIGBUS. */
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
