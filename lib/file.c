#include "lib/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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
	unlink(f->temporary);
	f->out = NULL;
	errno = saved;
}

int file_open(struct file *f, const char *path)
{
	int length = snprintf(f->temporary, sizeof(f->temporary), "%s.%d.tmp",
			      path, (int)getpid());

	if (length >= (int)sizeof(f->temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s", path);
	f->text = NULL;
	f->fd = open(f->temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		     0666);
	if (f->fd < 0)
		return -1;
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
	if (!failed)
		failed = rename(f->temporary, f->path) < 0;
	if (failed) {
		drop(f);
		return -1;
	}
	free(f->text);
	return 0;
}
