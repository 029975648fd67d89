#include "lib/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void *map(struct shm_header header, int flags, int fd)
{
	void *memory =
		mmap(NULL, header.bytes, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (memory == MAP_FAILED)
		return NULL;
	*(struct shm_header *)memory = header;
	return memory;
}

void *shm_anonymous(struct shm_header header)
{
	return map(header, MAP_SHARED | MAP_ANONYMOUS, -1);
}

void *shm_create(const char *path, struct shm_header header)
{
	char temporary[PATH_MAX];
	void *memory = NULL;
	int length, fd, saved;

	length = snprintf(temporary, sizeof(temporary), "%s.%d.tmp", path,
			  (int)getpid());
	if (length >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return NULL;
	}
	fd = open(temporary, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return NULL;
	/* Allocated, not sparse: a full disk is told now, not by SIGBUS. */
	errno = posix_fallocate(fd, 0, header.bytes);
	if (!errno)
		memory = map(header, MAP_SHARED, fd);
	if (memory && rename(temporary, path) < 0) {
		saved = errno;
		shm_unmap(memory);
		memory = NULL;
		errno = saved;
	}
	saved = errno;
	if (!memory)
		unlink(temporary);
	close(fd);
	errno = saved;
	return memory;
}

const void *shm_open_read(const char *path, struct shm_header want)
{
	struct shm_header *memory = MAP_FAILED;
	struct stat info;
	int saved, fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	if (fstat(fd, &info) < 0)
		goto out;
	if (info.st_size != (off_t)want.bytes) {
		errno = EPROTO;
		goto out;
	}
	memory = mmap(NULL, want.bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (memory != MAP_FAILED &&
	    (memory->magic != want.magic || memory->version != want.version ||
	     memory->bytes != want.bytes)) {
		munmap(memory, want.bytes);
		memory = MAP_FAILED;
		errno = EPROTO;
	}
out:
	saved = errno;
	close(fd);
	errno = saved;
	return memory == MAP_FAILED ? NULL : memory;
}

void shm_unmap(const void *memory)
{
	const struct shm_header *header = memory;

	if (header)
		munmap((void *)(uintptr_t)header, header->bytes);
}
