#include "bench/measure/store.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/json_file.h"
#include "bench/measure/env.h"
#include "bench/measure/sampler.h"
#include "lib/clock.h"

#define RESULTS "results"

enum { SCHEMA_VERSION = 1 };

static int path_of(char out[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* Whether a folder is there and holds something. */
static bool is_occupied(const char *path)
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

static int choose_name(struct store *s, const char *out,
		       const struct config *config, char why[STORE_WHY])
{
	char stamp[32];
	time_t now = time(NULL);
	struct tm utc;
	int length;

	gmtime_r(&now, &utc);
	strftime(s->started_utc, sizeof(s->started_utc), "%Y-%m-%dT%H:%M:%SZ",
		 &utc);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	s->chosen = out != NULL;
	if (out)
		length = snprintf(s->final, PATH_MAX, "%s", out);
	else
		length = snprintf(s->final, PATH_MAX, RESULTS "/%s-%s-%s",
				  stamp, env_commit(), config->profile);
	while (length > 1 && length < PATH_MAX && s->final[length - 1] == '/')
		s->final[--length] = '\0';
	if (length >= PATH_MAX || snprintf(s->partial, PATH_MAX, "%s.partial",
					   s->final) >= PATH_MAX) {
		snprintf(why, STORE_WHY,
			 "OUT is too long; give a shorter path");
		return -1;
	}
	return 0;
}

int store_create(struct store *s, const char *out, const struct config *config,
		 char why[STORE_WHY])
{
	char path[PATH_MAX];
	json_t *env;
	int rc;

	*s = (struct store){ .started_ns = clock_now_ns() };
	if (choose_name(s, out, config, why) < 0)
		return -1;
	if (is_occupied(s->final)) {
		snprintf(why, STORE_WHY,
			 "OUT %.300s: exists already; give another, or remove "
			 "it",
			 s->final);
		return -1;
	}
	if (!out)
		mkdir(RESULTS, 0777);
	if (mkdir(s->partial, 0777) < 0) {
		snprintf(why, STORE_WHY, "OUT %.300s: cannot be made: %s; %s",
			 s->partial, strerror(errno),
			 errno == EEXIST ? "a run is going on there, or was "
					   "killed: remove it" :
					   "give a folder that can be written");
		return -1;
	}
	env = env_read();
	rc = path_of(path, s->partial, "env.json");
	if (rc == 0)
		rc = json_file_write(env, path);
	json_decref(env);
	if (rc == 0 && path_of(path, s->partial, "cells") == 0)
		rc = mkdir(path, 0777);
	if (rc < 0) {
		snprintf(why, STORE_WHY, "OUT %.300s: cannot be written: %s",
			 s->partial, strerror(errno));
		path_of(path, s->partial, "env.json");
		unlink(path);
		rmdir(s->partial);
	}
	return rc;
}

static json_t *loads(const struct config *config)
{
	json_t *list = json_array();

	for (int kind = 0; kind < EXPERIMENTS; kind++) {
		const struct load *load = &config->load[kind];

		if (!config->with[kind])
			continue;
		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:I, s:f, s:f}", "name",
				  experiment_names[kind], "concurrency",
				  (json_int_t)load->concurrency, "sessions",
				  (json_int_t)(kind == EXPERIMENT_HOLD ?
						       load->concurrency :
						       load->sessions),
				  "duration_s", (double)load->duration_ns / 1e9,
				  "message_rate", load->message_rate));
	}
	return list;
}

int store_run(const struct store *s, const struct config *config,
	      const struct run_end *end)
{
	json_t *modes = json_array(), *reasons = json_array();
	char path[PATH_MAX];
	json_t *root;
	int rc;

	for (size_t i = 0; i < config->modes; i++)
		json_array_append_new(modes, json_string(config->mode[i]));
	for (size_t i = 0; end->status && i < end->status->n_reasons; i++)
		json_array_append_new(reasons,
				      json_string(end->status->reasons[i]));
	root = json_pack(
		"{s:i, s:s, s:o, s:b, s:s?, s:s, s:f, s:s, s:I, s:i, s:i, s:s, "
		"s:o, s:b, s:b, s:o, s:{s:i, s:i}, s:I, s:s}",
		"schema_version", SCHEMA_VERSION, "status",
		end->status ? status_name(end->status->state) : "RUNNING",
		"status_reasons", reasons, "finished", end->finished,
		"interrupted_by", end->interrupted_by, "started_utc",
		s->started_utc, "elapsed_s",
		(double)(clock_now_ns() - s->started_ns) / 1e9, "profile",
		config->profile, "seed", (json_int_t)config->seed, "rounds",
		(int)config->rounds, "warmup_rounds", (int)config->warmups,
		"baseline", config->mode[0], "modes", modes, "aa", config->aa,
		"verdicts", config->verdicts, "experiments", loads(config),
		"sampler", "interval_ms", SAMPLER_INTERVAL_MS, "cpu_limit_pct",
		SAMPLER_CPU_PCT, "cells", (json_int_t)end->cells, "rerun",
		config->rerun);
	rc = path_of(path, s->partial, "run.json");
	if (rc == 0)
		rc = json_file_write(root, path);
	json_decref(root);
	return rc;
}

int store_experiment(const struct store *s, enum experiment_kind kind,
		     char folder[PATH_MAX])
{
	if (snprintf(folder, PATH_MAX, "%s/cells/%s", s->partial,
		     experiment_names[kind]) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mkdir(folder, 0777) < 0 && errno != EEXIST ? -1 : 0;
}

int store_cell(const struct store *s, const struct plan_cell *cell, bool again,
	       char folder[PATH_MAX])
{
	char parent[PATH_MAX], aside[PATH_MAX];

	if (store_experiment(s, cell->experiment, parent) < 0)
		return -1;
	if (snprintf(folder, PATH_MAX, "%s/%u-%s", parent, cell->round,
		     cell->slot) >= PATH_MAX ||
	    snprintf(aside, PATH_MAX, "%s.excluded", folder) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (again && rename(folder, aside) < 0)
		return -1;
	return mkdir(folder, 0777);
}

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

void store_discard(const struct store *s)
{
	nftw(s->partial, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* The link is made beside and renamed into place, so that it always leads. */
static int point_latest(const struct store *s)
{
	const char *name = strrchr(s->final, '/');

	unlink(RESULTS "/.latest");
	if (symlink(name ? name + 1 : s->final, RESULTS "/.latest") < 0)
		return -1;
	return rename(RESULTS "/.latest", RESULTS "/latest");
}

int store_finish(const struct store *s)
{
	if (rename(s->partial, s->final) < 0)
		return -1;
	return s->chosen ? 0 : point_latest(s);
}
