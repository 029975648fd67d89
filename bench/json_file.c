#include "bench/json_file.h"

#include <errno.h>

#include "lib/file.h"

int json_file_write(const json_t *root, const char *path)
{
	struct file f;

	if (!root) {
		errno = ENOMEM;
		return -1;
	}
	if (file_open(&f, path) < 0)
		return -1;
	if (json_dumpf(root, f.out, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) <
		    0 ||
	    fputc('\n', f.out) == EOF) {
		file_abort(&f);
		return -1;
	}
	return file_commit(&f);
}
