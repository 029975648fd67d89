#include "bench/judge/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/plain.h"

#define PARTIAL ".partial"

static bool is_partial(const char *folder)
{
	size_t length = strlen(folder), end = sizeof(PARTIAL) - 1;

	return length > end && strcmp(folder + length - end, PARTIAL) == 0;
}

/* Whether it is the folder of a run, or of what was to be one. */
static bool is_run(const char *path)
{
	char inside[PATH_MAX];
	struct stat info;

	if (lstat(path, &info) < 0 || !S_ISDIR(info.st_mode))
		return false;
	return is_partial(path) ||
	       (snprintf(inside, sizeof(inside), "%s/run.json", path) <
			(int)sizeof(inside) &&
		lstat(inside, &info) == 0);
}

/* Newest first, by when they were begun; then those that can't be read. */
static int by_age(const void *a, const void *b)
{
	const struct listing_run *x = a, *y = b;
	int order = strcmp(y->head.started_utc, x->head.started_utc);

	if (!*x->why != !*y->why)
		return *x->why ? 1 : -1;
	if (*x->why || order == 0)
		return strcmp(y->folder, x->folder);
	return order;
}

static void read_one(const char *path, const char *folder,
		     struct listing_run *run)
{
	const char *status;

	*run = (struct listing_run){ .status = "-" };
	snprintf(run->folder, sizeof(run->folder), "%s", folder);
	run->partial = is_partial(folder);
	plain_text(run->folder);
	if (load_head(path, &run->head, run->why) < 0)
		return;
	run->why[0] = '\0';
	status = json_string_value(json_object_get(run->head.source, "status"));
	if (status)
		run->status = status;
}

static int add(struct listing *l, const char *dir, const char *folder,
	       char why[LOAD_WHY])
{
	struct listing_run *grown;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", dir, folder) >=
		    (int)sizeof(path) ||
	    !is_run(path))
		return 0;
	grown = realloc(l->list, (l->n + 1) * sizeof(*grown));
	if (!grown) {
		snprintf(why, LOAD_WHY, "out of memory");
		return -1;
	}
	l->list = grown;
	read_one(path, folder, &l->list[l->n++]);
	return 0;
}

int listing_read(const char *dir, struct listing *l, char why[LOAD_WHY])
{
	const struct dirent *entry;
	DIR *folder = opendir(dir);
	int rc = 0;

	*l = (struct listing){ 0 };
	if (!folder) {
		snprintf(why, LOAD_WHY,
			 "DIR %.300s: cannot be read: %s; give the folder that "
			 "runs are stored in",
			 dir, strerror(errno));
		plain_text(why);
		return -1;
	}
	while (rc == 0 && (entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			rc = add(l, dir, entry->d_name, why);
	closedir(folder);
	if (l->n)
		qsort(l->list, l->n, sizeof(*l->list), by_age);
	return rc;
}

void listing_release(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		load_release(&l->list[i].head);
	free(l->list);
	*l = (struct listing){ 0 };
}
