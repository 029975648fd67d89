#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/sock.h"

/* Closes what is open and removes the temporary file; keeps errno. */
static void drop(struct file *f)
{
	int saved = errno;

	if (f->out)
		fclose(f->out);
	if (f->fd >= 0)
		close(f->fd);
	free(f->text);
	if (f->temporary[0])
		unlink(f->temporary);
	f->out = NULL;
	errno = saved;
}

/* A device or a pipe can't be replaced by a file: /dev/stdout, for one. */
static bool is_in_place(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
	       !S_ISDIR(st.st_mode);
}

static int open_target(struct file *f, const char *path)
{
	int length;

	f->temporary[0] = '\0';
	if (is_in_place(path))
		return open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	length = snprintf(f->temporary, sizeof(f->temporary), "%s.%d.tmp", path,
			  (int)getpid());
	if (length >= (int)sizeof(f->temporary)) {
		f->temporary[0] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(f->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
}

int file_open(struct file *f, const char *path)
{
	snprintf(f->path, sizeof(f->path), "%s", path);
	f->text = NULL;
	f->fd = open_target(f, path);
	if (f->fd < 0)
		return -1;
	/* To open a pipe waited for no reader; to write may wait for it. */
	fcntl(f->fd, F_SETFL, 0);
	f->out = open_memstream(&f->text, &f->bytes);
	if (f->out)
		return 0;
	drop(f);
	return -1;
}

void file_abort(struct file *f)
{
	drop(f);
}

int file_commit(struct file *f)
{
	int failed = fclose(f->out) != 0; /* memory ran out */

	f->out = NULL;
	if (!failed)
		failed = sock_write_all(f->fd, f->text, f->bytes) < 0;
	if (!failed) {
		failed = close(f->fd) != 0;
		f->fd = -1;
	}
	if (!failed && f->temporary[0])
		failed = rename(f->temporary, f->path) < 0;
	if (failed) {
		drop(f);
		return -1;
	}
	free(f->text);
	return 0;
}

void file_keep_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}
