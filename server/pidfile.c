#include "server/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/sock.h"

/* As pidfile_create(), of the open file. */
static int lock(int fd, pid_t *holder)
{
	struct flock whole;

	do {
		whole = (struct flock){ .l_type = F_WRLCK,
					.l_whence = SEEK_SET };
		if (fcntl(fd, F_SETLK, &whole) == 0)
			return 0;
		if ((errno != EACCES && errno != EAGAIN) ||
		    fcntl(fd, F_GETLK, &whole) < 0)
			return -1;
	} while (whole.l_type == F_UNLCK); /* it was let go since */
	*holder = whole.l_pid;
	errno = EAGAIN;
	return -1;
}

/* Whether the name is another file's by now, or nobody's. */
static bool has_lost_name(int fd, const char *path)
{
	struct stat open, named;

	if (stat(path, &named) < 0)
		return errno == ENOENT;
	return fstat(fd, &open) == 0 &&
	       (open.st_dev != named.st_dev || open.st_ino != named.st_ino);
}

static int write_pid(int fd, const char *path)
{
	char text[32];
	int length = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	int saved;

	if (ftruncate(fd, 0) < 0)
		return -1;
	if (sock_write_all(fd, text, (size_t)length) == 0)
		return 0;
	saved = errno;
	unlink(path);
	errno = saved;
	return -1;
}

int pidfile_create(const char *path, pid_t *holder)
{
	int fd, saved;

	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			  0644);
		if (fd < 0)
			return -1;
		if (lock(fd, holder) < 0)
			goto failed;
		if (!has_lost_name(fd, path))
			break;
		/* Its holder has ended, and removed it, before we locked it. */
		close(fd);
	}
	if (write_pid(fd, path) == 0)
		return fd;
failed:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int pidfile_remove(const char *path, int fd)
{
	int rc = 0, saved = errno;

	if (!has_lost_name(fd, path) && unlink(path) < 0) {
		rc = -1;
		saved = errno;
		if (ftruncate(fd, 0) < 0)
			saved = errno;
	}
	close(fd);
	errno = saved;
	return rc;
}
