#include "server/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/sock.h"

int pidfile_create(const char *path, pid_t *holder)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char text[32];
	int saved, length;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return -1;
	if (fcntl(fd, F_SETLK, &whole) < 0) {
		*holder = fcntl(fd, F_GETLK, &whole) == 0 ? whole.l_pid : 0;
		errno = EAGAIN;
		goto failed;
	}
	length = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) < 0)
		goto failed;
	if (sock_write_all(fd, text, (size_t)length) < 0) {
		saved = errno;
		unlink(path);
		errno = saved;
		goto failed;
	}
	return fd;
failed:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

void pidfile_remove(const char *path, int fd)
{
	unlink(path);
	close(fd);
}
