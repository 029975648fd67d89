#include "bench/measure/folder.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

int folder_path(char out[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

bool folder_is_occupied(const char *path)
{
	const struct dirent *entry;
	bool occupied = false;
	struct stat info;
	DIR *folder;

	if (lstat(path, &info) < 0)
		return false;
	folder = opendir(path);
	if (!folder)
		return true;
	while ((entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			occupied = true;
	closedir(folder);
	return occupied;
}

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

int folder_remove(const char *path)
{
	if (nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0 ||
	    errno == ENOENT)
		return 0;
	return -1;
}
