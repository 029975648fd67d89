#include "bench/judge/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/json.h"

static bool is_partial(const char *name)
{
	static const char end[] = ".partial";
	size_t length = strlen(name), bytes = sizeof(end) - 1;

	return length > bytes && strcmp(name + length - bytes, end) == 0;
}

/* Whether it is the folder of a run, or of what was to be one; no link. */
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

static void put_experiments(const struct config *c, char *out, size_t bytes)
{
	size_t used = 0;

	for (size_t i = 0; i < c->arms && used < bytes; i++)
		used += (size_t)snprintf(out + used, bytes - used, "%s%s",
					 i ? ", " : "",
					 c->arm[i].experiment->name);
}

static void read_one(const char *path, const char *name, struct listed *l)
{
	struct judged *judged;
	struct run r;

	*l = (struct listed){ .partial = is_partial(name),
			      .state = RUN_INVALID };
	snprintf(l->id, sizeof(l->id), "%.*s",
		 (int)strlen(name) - (l->partial ? 8 : 0), name);
	plain_text(l->id);
	if (run_read(&r, path, l->unreadable) < 0)
		return;
	judged = judge_run(&r);
	if (judged)
		l->state = judged->state;
	else
		snprintf(l->unreadable, sizeof(l->unreadable),
			 "cannot be judged: %s", strerror(errno));
	snprintf(l->profile, sizeof(l->profile), "%s",
		 profiles[r.config.profile].name);
	snprintf(l->started_utc, sizeof(l->started_utc), "%s", r.started_utc);
	put_experiments(&r.config, l->experiments, sizeof(l->experiments));
	l->elapsed_s = r.elapsed_s;
	l->cells = r.cells;
	judge_free(judged);
	run_close(&r);
}

/* Newest first, by when they were begun; then those that can't be read. */
static int by_age(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int order = strcmp(y->started_utc, x->started_utc);

	if (!*x->unreadable != !*y->unreadable)
		return *x->unreadable ? 1 : -1;
	if (*x->unreadable || order == 0)
		order = strcmp(y->id, x->id);
	return order ? order : (int)x->partial - (int)y->partial;
}

static int add(struct listing *l, const char *path, const char *name)
{
	struct listed *grown =
		realloc(l->run, (l->count + 1) * sizeof(*l->run));

	if (!grown)
		return -1;
	l->run = grown;
	read_one(path, name, &l->run[l->count++]);
	return 0;
}

int listing_read(const char *folder, struct listing *l, char why[CELLS_WHY])
{
	const struct dirent *entry;
	DIR *dir = opendir(folder);
	char path[PATH_MAX];
	int rc = 0;

	*l = (struct listing){ 0 };
	if (!dir) {
		snprintf(why, CELLS_WHY,
			 "%.300s: cannot be read: %s; give the folder that "
			 "runs are stored in",
			 folder, strerror(errno));
		plain_text(why);
		return -1;
	}
	while (rc == 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' &&
		    snprintf(path, sizeof(path), "%s/%s", folder,
			     entry->d_name) < (int)sizeof(path) &&
		    is_run(path))
			rc = add(l, path, entry->d_name);
	closedir(dir);
	if (rc < 0) {
		snprintf(why, CELLS_WHY, "no memory for a list of runs");
		listing_release(l);
		return -1;
	}
	if (l->count)
		qsort(l->run, l->count, sizeof(*l->run), by_age);
	return 0;
}

void listing_release(struct listing *l)
{
	free(l->run);
	*l = (struct listing){ 0 };
}
