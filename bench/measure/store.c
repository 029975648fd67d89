#include "bench/measure/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/json_file.h"
#include "bench/measure/env.h"
#include "bench/measure/folder.h"
#include "bench/measure/sampler.h"
#include "bench/measure/stored_config.h"
#include "lib/clock.h"

#define RESULTS "results"

int store_lock(struct store *s)
{
	char path[PATH_MAX];

	if (folder_path(path, s->partial, "env.json") < 0)
		return -1;
	s->lock = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return s->lock < 0 ? -1 : flock(s->lock, LOCK_EX | LOCK_NB);
}

void store_release(struct store *s)
{
	if (s->lock >= 0)
		close(s->lock);
	json_decref(s->resumed);
	json_decref(s->interrupted_by);
	*s = (struct store){ .lock = -1 };
}

int store_refuse_occupied(const struct store *s, char why[STORE_WHY])
{
	if (!folder_is_occupied(s->final))
		return 0;
	snprintf(why, STORE_WHY,
		 "OUT %.300s: exists already; give another, or remove it",
		 s->final);
	return -1;
}

void store_tell_now(char out[STORE_TIME])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(out, STORE_TIME, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static int choose_name(struct store *s, const char *out,
		       const struct config *config, char why[STORE_WHY])
{
	char stamp[STORE_TIME];
	size_t kept = 0;
	int length;

	store_tell_now(s->started_utc);
	for (const char *at = s->started_utc; *at; at++)
		if (*at != '-' && *at != ':')
			stamp[kept++] = *at;
	stamp[kept] = '\0';
	if (out)
		length = snprintf(s->final, PATH_MAX, "%s", out);
	else
		length = snprintf(s->final, PATH_MAX, RESULTS "/%s-%s-%s",
				  stamp, env_commit(), config->profile);
	while (length > 1 && length < PATH_MAX && s->final[length - 1] == '/')
		s->final[--length] = '\0';
	if (length >= PATH_MAX ||
	    snprintf(s->partial, PATH_MAX, "%s" STORE_PARTIAL, s->final) >=
		    PATH_MAX) {
		snprintf(why, STORE_WHY,
			 "OUT is too long; give a shorter path");
		return -1;
	}
	return 0;
}

int store_create(struct store *s, const char *out, const struct config *config,
		 json_t *doctor, char why[STORE_WHY])
{
	char path[PATH_MAX];
	json_t *env;
	int rc;

	*s = (struct store){ .started_ns = clock_now_ns(), .lock = -1 };
	s->resumed = json_array();
	if (choose_name(s, out, config, why) < 0)
		return -1;
	if (store_refuse_occupied(s, why) < 0)
		return -1;
	if (!out)
		mkdir(RESULTS, 0777);
	if (mkdir(s->partial, 0777) < 0) {
		snprintf(why, STORE_WHY, "OUT %.300s: cannot be made: %s; %s",
			 s->partial, strerror(errno),
			 errno == EEXIST ? "a run is going on there, or was "
					   "broken off: see forkbench resume, "
					   "or remove it" :
					   "give a folder that can be written");
		return -1;
	}
	env = env_read();
	json_object_set(env, "doctor", doctor);
	rc = folder_path(path, s->partial, "env.json");
	if (rc == 0)
		rc = json_file_write(env, path);
	json_decref(env);
	if (rc == 0)
		rc = store_lock(s);
	if (rc == 0 && folder_path(path, s->partial, "cells") == 0)
		rc = mkdir(path, 0777);
	if (rc < 0) {
		snprintf(why, STORE_WHY, "OUT %.300s: cannot be written: %s",
			 s->partial, strerror(errno));
		store_discard(s);
	}
	return rc;
}

int store_run(const struct store *s, const struct config *config,
	      const struct run_end *end)
{
	json_t *reasons = json_array(), *root, *configured;
	double now_s = (double)(clock_now_ns() - s->started_ns) / 1e9;
	char path[PATH_MAX];
	int rc;

	for (size_t i = 0; end->status && i < end->status->n_reasons; i++)
		json_array_append_new(reasons,
				      json_string(end->status->reasons[i]));
	root = json_pack("{s:i, s:s, s:o, s:b, s:s?, s:s, s:f, s:I, s:O, "
			 "s:{s:i, s:i}}",
			 "schema_version", STORE_SCHEMA, "status",
			 end->status ? status_name(end->status->state) :
				       "RUNNING",
			 "status_reasons", reasons, "finished", end->finished,
			 "interrupted_by", end->interrupted_by, "started_utc",
			 s->started_utc, "elapsed_s", s->earlier_s + now_s,
			 "cells", (json_int_t)end->cells, "resumed", s->resumed,
			 "sampler", "interval_ms", SAMPLER_INTERVAL_MS,
			 "cpu_limit_pct", SAMPLER_CPU_PCT);
	configured = stored_config_make(config);
	if (json_object_update(root, configured) < 0) {
		json_decref(root);
		root = NULL;
	}
	json_decref(configured);
	rc = folder_path(path, s->partial, "run.json");
	if (rc == 0)
		rc = json_file_write(root, path);
	json_decref(root);
	return rc;
}

void store_discard(const struct store *s)
{
	folder_remove(s->partial);
}

/* The link is made beside and renamed into place, so that it always leads. */
static int point_latest(const char *name)
{
	unlink(RESULTS "/.latest");
	if (symlink(name, RESULTS "/.latest") < 0)
		return -1;
	return rename(RESULTS "/.latest", RESULTS "/latest");
}

int store_finish(const struct store *s)
{
	const char *name = strrchr(s->final, '/');
	struct stat results, parent;
	char path[PATH_MAX];

	if (rename(s->partial, s->final) < 0)
		return -1;
	if (!name || folder_path(path, s->final, "..") < 0 ||
	    stat(path, &parent) < 0 || stat(RESULTS, &results) < 0 ||
	    parent.st_dev != results.st_dev || parent.st_ino != results.st_ino)
		return 0;
	return point_latest(name + 1);
}
