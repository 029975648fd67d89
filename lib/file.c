#include "lib/file.h"

#include <errno.h>
#include <unistd.h>

int file_open(struct file *f, const char *path)
{
	int length = snprintf(f->temporary, sizeof(f->temporary), "%s.%d.tmp",
			      path, (int)getpid());

	if (length >= (int)sizeof(f->temporary)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	snprintf(f->path, sizeof(f->path), "%s", path);
	f->out = fopen(f->temporary, "we");
	return f->out ? 0 : -1;
}

void file_abort(struct file *f)
{
	int saved = errno;

	fclose(f->out);
	f->out = NULL;
	unlink(f->temporary);
	errno = saved;
}

int file_commit(struct file *f)
{
	int failed = ferror(f->out) || fflush(f->out) != 0;

	if (failed) {
		if (!errno)
			errno = EIO;
		file_abort(f);
		return -1;
	}
	failed = fclose(f->out) != 0;
	f->out = NULL;
	if (failed || rename(f->temporary, f->path) < 0) {
		int saved = errno;

		unlink(f->temporary);
		errno = saved;
		return -1;
	}
	return 0;
}
