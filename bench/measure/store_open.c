#include "bench/measure/store_open.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/json_file.h"
#include "bench/measure/env.h"
#include "bench/measure/folder.h"
#include "bench/measure/same_env.h"
#include "bench/measure/stored_config.h"
#include "lib/clock.h"

static int find_folder(struct store *s, const char *run, char why[STORE_WHY])
{
	char named[PATH_MAX], *end;
	int length = (int)strlen(run);

	while (length > 1 && run[length - 1] == '/')
		length--;
	snprintf(named, sizeof(named), "%.*s" STORE_PARTIAL, length, run);
	if (!realpath(named, s->partial) && !realpath(run, s->partial)) {
		snprintf(why, STORE_WHY,
			 "RUN %.300s: no such run: %s; give the folder of one, "
			 "as in: forkbench resume results/NAME" STORE_PARTIAL,
			 run, strerror(errno));
		return -1;
	}
	snprintf(s->final, PATH_MAX, "%s", s->partial);
	end = strrchr(s->final, '.');
	if (!end || strcmp(end, STORE_PARTIAL) != 0)
		return 0;
	*end = '\0';
	return store_refuse_occupied(s, why);
}

/*
 * Only a folder that a run may have left behind is to be removed, and only by
 * a command that names it whole.
 */
static void refuse_headless(const struct store *s, char why[STORE_WHY])
{
	bool partial = strcmp(s->partial, s->final) != 0;

	if (!partial)
		snprintf(why, STORE_WHY,
			 "RUN %.300s: holds no run.json; give the folder of "
			 "one, as in: forkbench resume "
			 "results/NAME" STORE_PARTIAL,
			 s->partial);
	else if (strlen(s->partial) > 300 || strchr(s->partial, '\''))
		snprintf(why, STORE_WHY,
			 "RUN %.300s: holds no run.json, as it was killed "
			 "before it began; measure it anew",
			 s->partial);
	else
		snprintf(why, STORE_WHY,
			 "RUN %s: holds no run.json, as it was killed before "
			 "it began; measure it anew, and remove the folder: "
			 "rm -r '%s'",
			 s->partial, s->partial);
}

static json_t *read_run(const struct store *s, char why[STORE_WHY])
{
	char path[PATH_MAX], wrong[JSON_FILE_WHY];
	json_t *run;

	if (folder_path(path, s->partial, "run.json") < 0 ||
	    access(path, F_OK) < 0) {
		refuse_headless(s, why);
		return NULL;
	}
	run = json_file_read(path, STORE_SCHEMA, wrong);
	if (!run)
		snprintf(why, STORE_WHY, "%.300s: %s", path, wrong);
	return run;
}

static int open_locked(struct store *s, const json_t *run, char why[STORE_WHY])
{
	const char *rerun = json_string_value(json_object_get(run, "rerun"));
	char path[PATH_MAX], wrong[JSON_FILE_WHY];
	json_t *stored, *now;
	int rc;

	if (store_lock(s) < 0) {
		if (errno == EWOULDBLOCK)
			snprintf(why, STORE_WHY,
				 "RUN %.300s: another forkbench is at work "
				 "there; wait for its end",
				 s->partial);
		else
			snprintf(why, STORE_WHY,
				 "%.300s/env.json: cannot be written: %s; the "
				 "run cannot go on: remove it, and measure "
				 "anew",
				 s->partial, strerror(errno));
		return -1;
	}
	folder_path(path, s->partial, "env.json");
	stored = json_file_read(path, STORE_SCHEMA, wrong);
	if (!stored) {
		snprintf(why, STORE_WHY, "%.300s: %s", path, wrong);
		return -1;
	}
	now = env_read();
	rc = same_env(stored, now, wrong);
	if (rc < 0)
		snprintf(why, STORE_WHY,
			 "RUN %.200s: %s; such cells cannot be compared; start "
			 "a new run with: %.300s",
			 s->partial, wrong, rerun ? rerun : "make bench");
	json_decref(stored);
	json_decref(now);
	return rc;
}

static int remove_half_written(const char *path, const struct stat *info,
			       int type, struct FTW *place)
{
	size_t length = strlen(path);

	(void)info;
	(void)place;
	if (type == FTW_F && length > 4 && !strcmp(path + length - 4, ".tmp"))
		return remove(path);
	return 0;
}

static int take_up(struct store *s, const json_t *run, struct config *config,
		   char why[STORE_WHY])
{
	char wrong[STORED_CONFIG_WHY];
	const json_t *resumed = json_object_get(run, "resumed");
	const char *started = json_string_value(json_object_get(run, "started_"
								     "utc"));

	if (stored_config_read(run, config, wrong) < 0 || !started) {
		snprintf(why, STORE_WHY,
			 "%.300s/run.json: %s; the run cannot go on: remove "
			 "it, and measure anew",
			 s->partial,
			 started ? wrong : "`started_utc` is missing");
		return -1;
	}
	snprintf(s->started_utc, sizeof(s->started_utc), "%s", started);
	s->earlier_s = json_number_value(json_object_get(run, "elapsed_s"));
	s->resumed = json_is_array(resumed) ? json_deep_copy(resumed) :
					      json_array();
	s->interrupted_by = json_incref(json_object_get(run, "interrupted_by"));
	nftw(s->partial, remove_half_written, 8, FTW_PHYS);
	return 0;
}

int store_open(struct store *s, const char *run, struct config *config,
	       char why[STORE_WHY])
{
	json_t *stored;
	int rc;

	*s = (struct store){ .started_ns = clock_now_ns(), .lock = -1 };
	if (find_folder(s, run, why) < 0)
		return -1;
	stored = read_run(s, why);
	if (!stored)
		return -1;
	if (json_is_true(json_object_get(stored, "finished")) &&
	    strcmp(s->partial, s->final) == 0)
		rc = 1;
	else
		rc = open_locked(s, stored, why);
	if (rc == 0)
		rc = take_up(s, stored, config, why);
	json_decref(stored);
	return rc;
}

size_t store_resumptions(const struct store *s)
{
	return json_array_size(s->resumed);
}

void store_mark_resumed(struct store *s, size_t at_cell)
{
	char now[STORE_TIME];

	store_tell_now(now);
	json_array_append_new(s->resumed,
			      json_pack("{s:I, s:s, s:f, s:O?}", "at_cell",
					(json_int_t)at_cell, "utc", now,
					"elapsed_s", s->earlier_s,
					"interrupted_by", s->interrupted_by));
}
