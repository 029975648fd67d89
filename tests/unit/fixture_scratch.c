#include "tests/unit/fixture_scratch.h"

#include <dirent.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define PATTERN "/tmp/forkbench-test-XXXXXX"

char scratch[sizeof(PATTERN)];

int scratch_make(void **state)
{
	(void)state;
	snprintf(scratch, sizeof(scratch), PATTERN);
	return mkdtemp(scratch) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

int scratch_remove(void **state)
{
	(void)state;
	nftw(scratch, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	*scratch = '\0';
	return 0;
}

int scratch_remove_with(const char *file)
{
	bool alone;

	unlink(scratch_file(file));
	alone = scratch_entries() == 0;
	scratch_remove(NULL);
	return alone ? 0 : -1;
}

const char *scratch_file(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, PATH_MAX, "%s/%s", scratch, name);
	return path;
}

size_t scratch_entries(void)
{
	DIR *dir = opendir(scratch);
	size_t count = 0;

	if (!dir)
		abort();
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 2; /* itself and the one above */
}
