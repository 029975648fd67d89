#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

bool file_is_stdout(const char *path)
{
	return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

/* A device or a pipe can't be replaced by a file. */
bool file_is_in_place(const char *path)
{
	struct stat st;

	return file_is_stdout(path) ||
	       (stat(path, &st) == 0 && !S_ISREG(st.st_mode) &&
		!S_ISDIR(st.st_mode));
}

/* Of a file that is not there, its folder and name. NULL: none of these. */
static char *resolved(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder, *name = NULL, *whole = realpath(path, NULL);

	if (whole || errno != ENOENT)
		return whole;
	whole = strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
	folder = realpath(whole && *whole ? whole : ".", NULL);
	if (folder &&
	    asprintf(&name, "%s/%s", folder, slash ? slash + 1 : path) < 0)
		name = NULL;
	free(whole);
	free(folder);
	return name;
}

bool file_same(const char *one, const char *other)
{
	struct stat a, b;
	char *x, *y;
	bool same;

	if (strcmp(one, other) == 0 ||
	    (file_is_stdout(one) && file_is_stdout(other)))
		return true;
	if (stat(one, &a) == 0 && stat(other, &b) == 0)
		return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
	x = resolved(one);
	y = resolved(other);
	same = x && y && strcmp(x, y) == 0;
	free(x);
	free(y);
	return same;
}

static int open_target(struct file *f, const char *path)
{
	int length;

	f->temporary[0] = '\0';
	if (file_is_stdout(path))
		return fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
	if (file_is_in_place(path))
		return open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	length = snprintf(f->temporary, sizeof(f->temporary), "%s.%d.tmp", path,
			  (int)getpid());
	if (length >= (int)sizeof(f->temporary)) {
		f->temporary[0] = '\0';
		errno = ENAMETOOLONG;
		return -1;
	}
	return open(f->temporary,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
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
	if (!file_is_stdout(path))
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
