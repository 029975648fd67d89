#include "bench/measure/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "bench/json.h"
#include "bench/place.h"
#include "bench/table.h"
#include "lib/clock.h"
#include "lib/hlog.h"

enum { CELL_COLUMNS = 9, ZOMBIE_COLUMNS = 10, NUMBER = 32, TAG = 160 };

static const char *const cell_columns[CELL_COLUMNS + METRIC_COUNT] = {
	"experiment", "series", "level",    "round",   "attempt",
	"start_s",    "took_s", "validity", "reasons",
#define X(id, name, title, unit, better, meaning) name,
	METRICS(X)
#undef X
};

static const char *const zombie_columns[ZOMBIE_COLUMNS] = {
	"experiment", "series", "level",  "round",     "attempt",
	"t_s",	      "forked", "exited", "collected", "kernel",
};

/* --- folders -------------------------------------------------------------- */

static int path_in(char out[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

/* Whether something is there that is no empty folder. */
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

static int remove_one(const char *path, const struct stat *info, int type,
		      struct FTW *place)
{
	(void)info;
	(void)type;
	(void)place;
	return remove(path);
}

static void remove_all(const char *path)
{
	nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void tell_now(char out[STORE_TIME])
{
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(out, STORE_TIME, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static int choose_name(struct store *s, const char *out,
		       const struct config *config, const char *commit,
		       char why[STORE_WHY])
{
	char stamp[STORE_TIME];
	size_t kept = 0;
	int length;

	tell_now(s->started_utc);
	for (const char *at = s->started_utc; *at; at++)
		if (*at != '-' && *at != ':')
			stamp[kept++] = *at;
	stamp[kept] = '\0';
	if (out)
		length = snprintf(s->final, PATH_MAX, "%s", out);
	else
		length = snprintf(s->final, PATH_MAX, "%s/%s-%s-%s",
				  place_results(), stamp, commit,
				  profiles[config->profile].name);
	while (length > 1 && length < PATH_MAX && s->final[length - 1] == '/')
		s->final[--length] = '\0';
	if (length >= PATH_MAX - 64 ||
	    snprintf(s->partial, PATH_MAX, "%.*s" STORE_PARTIAL, length,
		     s->final) >= PATH_MAX) {
		snprintf(why, STORE_WHY,
			 "OUT is too long; give a shorter path");
		return -1;
	}
	if (!is_occupied(s->final))
		return 0;
	snprintf(why, STORE_WHY,
		 "OUT %.300s: exists already; give another, or remove it",
		 s->final);
	return -1;
}

static int lock(struct store *s)
{
	char path[PATH_MAX];

	if (path_in(path, s->partial, "env.json") < 0)
		return -1;
	s->lock = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	return s->lock < 0 ? -1 : flock(s->lock, LOCK_EX | LOCK_NB);
}

/* --- tables --------------------------------------------------------------- */

static FILE *open_table(const struct store *s, const char *name,
			const char *const columns[], size_t count,
			char why[STORE_WHY])
{
	char path[PATH_MAX], wrong[TABLE_WHY] = "path too long";
	FILE *out = NULL;

	if (path_in(path, s->partial, name) == 0)
		out = table_open(path, columns, count, wrong);
	if (!out)
		snprintf(why, STORE_WHY, "%.300s/%s: %s", s->partial, name,
			 wrong);
	return out;
}

/* Without the last line, if that is not whole. Returns its bytes, or -1. */
static off_t cut_last_line(int fd)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char byte;

	while (end > 0 && pread(fd, &byte, 1, end - 1) == 1 && byte != '\n')
		end--;
	return end >= 0 && ftruncate(fd, end) == 0 ? end : -1;
}

/* The log's clock begins with the run: its header tells when that was. */
static FILE *open_latency(const struct store *s, char why[STORE_WHY])
{
	struct timespec now;
	char path[PATH_MAX];
	FILE *out = NULL;
	off_t end = -1;
	int fd = -1;

	if (path_in(path, s->partial, "latency.hlog") == 0)
		fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (fd >= 0)
		end = cut_last_line(fd);
	if (end >= 0)
		out = fdopen(fd, "a");
	clock_gettime(CLOCK_REALTIME, &now);
	if (out && end == 0 &&
	    (hlog_begin(out, (double)now.tv_sec + (double)now.tv_nsec / 1e9) <
		     0 ||
	     fflush(out) != 0)) {
		fclose(out);
		out = NULL;
		fd = -1;
	}
	if (out)
		return out;
	snprintf(why, STORE_WHY, "%.300s: cannot be written: %s", path,
		 strerror(errno));
	if (fd >= 0)
		close(fd);
	return NULL;
}

static int open_tables(struct store *s, char why[STORE_WHY])
{
	if (path_in(s->work, s->partial, "work") < 0 ||
	    (mkdir(s->work, 0777) < 0 && errno != EEXIST)) {
		snprintf(why, STORE_WHY, "%.300s/work: cannot be made: %s",
			 s->partial, strerror(errno));
		return -1;
	}
	s->cells = open_table(s, "cells.tsv", cell_columns,
			      CELL_COLUMNS + METRIC_COUNT, why);
	s->zombies = s->cells ? open_table(s, "zombies.tsv", zombie_columns,
					   ZOMBIE_COLUMNS, why) :
				NULL;
	s->latency = s->zombies ? open_latency(s, why) : NULL;
	return s->latency ? 0 : -1;
}

/* A number for a table; a NAN is an empty field. */
static const char *put(double value, char out[NUMBER])
{
	if (isnan(value))
		out[0] = '\0';
	else
		snprintf(out, NUMBER, "%.8g", value);
	return out;
}

/* The first five columns of either table. */
static void put_id(const struct cell_id *id, const char *field[],
		   char text[2][NUMBER])
{
	field[0] = id->arm->experiment->name;
	field[1] = id->arm->level[id->level].series;
	field[2] = id->arm->level[id->level].name;
	field[3] = put(id->round, text[0]);
	field[4] = put(id->attempt, text[1]);
}

int store_cell(struct store *s, const struct cell_id *id,
	       const struct cell_line *line)
{
	const char *field[CELL_COLUMNS + METRIC_COUNT];
	char text[4 + METRIC_COUNT][NUMBER], reasons[VALIDITY_TEXT];

	put_id(id, field, text);
	validity_text(&line->validity, reasons);
	field[5] = put(line->start_s, text[2]);
	field[6] = put(line->took_s, text[3]);
	field[7] = validity_names[line->validity.status];
	field[8] = reasons;
	for (int i = 0; i < METRIC_COUNT; i++)
		field[CELL_COLUMNS + i] = put(line->value[i], text[4 + i]);
	return table_row(s->cells, field, CELL_COLUMNS + METRIC_COUNT);
}

int store_zombies(struct store *s, const struct cell_id *id,
		  const struct zombie_line line[], size_t count)
{
	const char *field[ZOMBIE_COLUMNS];
	char text[7][NUMBER];

	put_id(id, field, text);
	for (size_t i = 0; i < count; i++) {
		field[5] = put(line[i].t_s, text[2]);
		field[6] = put(line[i].forked, text[3]);
		field[7] = put(line[i].exited, text[4]);
		field[8] = put(line[i].collected, text[5]);
		field[9] = put(line[i].kernel, text[6]);
		if (table_row(s->zombies, field, ZOMBIE_COLUMNS) < 0)
			return -1;
	}
	return 0;
}

static void make_tag(const struct cell_id *id, const char *kind, char out[TAG])
{
	snprintf(out, TAG, "%s:%s:%u:%u:%s", id->arm->experiment->name,
		 id->arm->level[id->level].name, id->round, id->attempt, kind);
}

int store_latency(struct store *s, const struct cell_id *id, const char *kind,
		  double start_s, double length_s, const struct hist *h)
{
	char tag[TAG];

	if (!hist_count(h))
		return 0;
	make_tag(id, kind, tag);
	if (hlog_line(s->latency, tag, start_s, length_s, h) < 0)
		return -1;
	return fflush(s->latency) == 0 ? 0 : -1;
}

int store_latency_log(struct store *s, const struct cell_id *id,
		      const char *path, double start_s)
{
	FILE *in = fopen(path, "re");
	char *line = NULL, kind[32], tag[TAG];
	double at_s, length_s;
	size_t room = 0;
	ssize_t n;
	int used;

	if (!in)
		return errno == ENOENT ? 0 : -1;
	while ((n = getline(&line, &room, in)) > 0) {
		/* Without a newline: its writer was killed. */
		if (line[n - 1] != '\n' ||
		    sscanf(line, "Tag=%31[a-z_],%lf,%lf,%n", kind, &at_s,
			   &length_s, &used) != 3)
			continue;
		make_tag(id, kind, tag);
		fprintf(s->latency, "Tag=%s,%.3f,%.3f,%s", tag, start_s + at_s,
			length_s, line + used);
	}
	free(line);
	fclose(in);
	return fflush(s->latency) == 0 && !ferror(s->latency) ? 0 : -1;
}

void store_logs(const struct store *s, const struct cell_id *id)
{
	static const char *const logs[] = { "server.log", "load.log",
					    "load.json", "hyperfine.log" };
	char from[PATH_MAX], folder[PATH_MAX], to[PATH_MAX];

	if (path_in(folder, s->partial, "logs") < 0)
		return;
	mkdir(folder, 0777);
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++)
		if (path_in(from, s->work, logs[i]) == 0 &&
		    snprintf(to, sizeof(to), "%.*s/%s-%s-%u-%u-%s",
			     PATH_MAX - 192, folder, id->arm->experiment->name,
			     id->arm->level[id->level].name, id->round,
			     id->attempt, logs[i]) < (int)sizeof(to))
			rename(from, to);
	rmdir(folder); /* if there was nothing to keep */
}

/* --- run.json ------------------------------------------------------------- */

double store_elapsed_s(const struct store *s)
{
	return s->earlier_s + (double)(clock_now_ns() - s->started_ns) / 1e9;
}

int store_run(const struct store *s, const struct config *config,
	      const struct store_end *end)
{
	json_t *root = json_pack(
		"{s:i, s:s, s:b, s:s?, s:o, s:O, s:s?, s:s?}", "schema_version",
		SCHEMA_VERSION, "started_utc", s->started_utc, "finished",
		end && end->finished, "interrupted_by",
		end ? end->interrupted_by : NULL, "elapsed_s",
		end ? json_real(store_elapsed_s(s)) : json_null(), "resumed",
		s->resumed, "cpu_source", s->cpu_source, "cpu_advice",
		s->cpu_advice);
	json_t *configured = config_json(config);
	char path[PATH_MAX];
	int rc = -1;

	if (json_object_update(root, configured) < 0)
		errno = ENOMEM;
	else if (path_in(path, s->partial, "run.json") == 0)
		rc = json_write(root, path);
	json_decref(configured);
	json_decref(root);
	return rc;
}

/* --- a new run ------------------------------------------------------------ */

/* And the folders that it is in. Whether it can be written is seen later. */
static void make_results(void)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", place_results());
	for (char *at = path + 1; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(path, 0777);
	}
	mkdir(path, 0777);
}

int store_create(struct store *s, const char *out, const struct config *config,
		 const json_t *env, const char *commit, char why[STORE_WHY])
{
	char path[PATH_MAX];

	*s = (struct store){ .started_ns = clock_now_ns(), .lock = -1 };
	s->resumed = json_array();
	if (choose_name(s, out, config, commit, why) < 0)
		return -1;
	if (!out)
		make_results();
	if (mkdir(s->partial, 0777) < 0) {
		snprintf(why, STORE_WHY, "OUT %.300s: cannot be made: %s; %s",
			 s->partial, strerror(errno),
			 errno == EEXIST ? "a run is going on there, or was "
					   "broken off: see forkbench resume, "
					   "or remove it" :
					   "give a folder that can be written");
		return -1;
	}
	if (path_in(path, s->partial, "env.json") < 0 ||
	    json_write(env, path) < 0 || lock(s) < 0) {
		snprintf(why, STORE_WHY, "OUT %.300s: cannot be written: %s",
			 s->partial, strerror(errno));
		store_discard(s);
		return -1;
	}
	if (open_tables(s, why) < 0) {
		store_discard(s);
		return -1;
	}
	return 0;
}

void store_discard(const struct store *s)
{
	remove_all(s->partial);
}

static void close_table(FILE **out)
{
	if (*out)
		fclose(*out);
	*out = NULL;
}

void store_release(struct store *s)
{
	close_table(&s->cells);
	close_table(&s->zombies);
	close_table(&s->latency);
	if (s->lock >= 0)
		close(s->lock);
	json_decref(s->resumed);
	*s = (struct store){ .lock = -1 };
}

/* The link is made beside and renamed into place, so that it always leads. */
static int point_latest(const char *name)
{
	char next[PATH_MAX], latest[PATH_MAX];

	if (path_in(next, place_results(), ".latest") < 0 ||
	    path_in(latest, place_results(), "latest") < 0)
		return -1;
	unlink(next);
	return symlink(name, next) < 0 ? -1 : rename(next, latest);
}

int store_finish(const struct store *s)
{
	const char *name = strrchr(s->final, '/');
	struct stat results, parent;
	char path[PATH_MAX];

	remove_all(s->work);
	if (rename(s->partial, s->final) < 0)
		return -1;
	if (!name || path_in(path, s->final, "..") < 0 ||
	    stat(path, &parent) < 0 || stat(place_results(), &results) < 0 ||
	    parent.st_dev != results.st_dev || parent.st_ino != results.st_ino)
		return 0;
	return point_latest(name + 1);
}

/* --- a run that was broken off -------------------------------------------- */

static int find_folder(struct store *s, const char *run, char why[STORE_WHY])
{
	char named[PATH_MAX], *end;
	int length = (int)strlen(run);

	while (length > 1 && run[length - 1] == '/')
		length--;
	if (snprintf(named, sizeof(named), "%.*s" STORE_PARTIAL, length, run) >=
	    PATH_MAX - 64)
		named[0] = '\0';
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
	if (!is_occupied(s->final))
		return 0;
	snprintf(why, STORE_WHY,
		 "OUT %.300s: exists already; move or remove it first",
		 s->final);
	return -1;
}

static json_t *read_part(const struct store *s, const char *name,
			 char why[STORE_WHY])
{
	char path[PATH_MAX], wrong[JSON_WHY] = "path too long";
	json_t *root = NULL;

	if (path_in(path, s->partial, name) == 0)
		root = json_read(path, SCHEMA_VERSION, wrong);
	if (!root)
		snprintf(why, STORE_WHY,
			 "RUN %.300s: %s: %s; the run cannot go on: measure "
			 "anew",
			 s->partial, name, wrong);
	return root;
}

/* How long the parts before took: to the end of the last cell. */
static double earlier_s(const struct store *s)
{
	char path[PATH_MAX], why[TABLE_WHY];
	double last_s = 0;
	struct table t;

	if (path_in(path, s->partial, "cells.tsv") < 0 ||
	    table_read(&t, path, why) < 0)
		return 0;
	for (size_t i = 0; i < t.rows; i++) {
		double end_s =
			table_number(&t, i, table_column(&t, "start_s")) +
			table_number(&t, i, table_column(&t, "took_s"));

		if (end_s > last_s)
			last_s = end_s;
	}
	table_release(&t);
	return last_s;
}

static int take_up(struct store *s, const json_t *run, struct config *config,
		   char why[STORE_WHY])
{
	const json_t *resumed = json_object_get(run, "resumed");
	const char *started = json_string_value(json_object_get(run, "started_"
								     "utc"));
	const json_t *elapsed = json_object_get(run, "elapsed_s");
	char wrong[CONFIG_WHY] = "`started_utc` is missing";

	if (!started || config_read(config, run, wrong) < 0) {
		snprintf(why, STORE_WHY,
			 "RUN %.300s: run.json: %.300s; the run cannot go on: "
			 "measure anew",
			 s->partial, wrong);
		return -1;
	}
	snprintf(s->started_utc, sizeof(s->started_utc), "%s", started);
	s->resumed = json_is_array(resumed) ? json_deep_copy(resumed) :
					      json_array();
	s->earlier_s = json_is_number(elapsed) ? json_number_value(elapsed) :
						 earlier_s(s);
	return open_tables(s, why);
}

static int check_machine(struct store *s,
			 int (*same)(const json_t *env, char *why, size_t room),
			 char why[STORE_WHY])
{
	char wrong[256];
	json_t *env = read_part(s, "env.json", why);
	int rc;

	if (!env)
		return -1;
	rc = same(env, wrong, sizeof(wrong));
	if (rc < 0)
		snprintf(why, STORE_WHY,
			 "RUN %.300s: %s; such cells cannot be compared; start "
			 "a new run",
			 s->partial, wrong);
	json_decref(env);
	return rc;
}

int store_open(struct store *s, const char *folder, struct config *config,
	       int (*same)(const json_t *env, char *why, size_t room),
	       char why[STORE_WHY])
{
	json_t *run;
	int rc = 0;

	*s = (struct store){ .started_ns = clock_now_ns(), .lock = -1 };
	if (find_folder(s, folder, why) < 0)
		return -1;
	run = read_part(s, "run.json", why);
	if (!run)
		return -1;
	if (json_is_true(json_object_get(run, "finished")) &&
	    strcmp(s->partial, s->final) == 0) {
		rc = 1;
	} else if (lock(s) < 0) {
		snprintf(why, STORE_WHY,
			 errno == EWOULDBLOCK ? "RUN %.300s: another forkbench "
						"is at work "
						"there; wait for its end" :
						"RUN %.300s: env.json cannot "
						"be opened; the "
						"run cannot go on: measure "
						"anew",
			 s->partial);
		rc = -1;
	} else {
		rc = check_machine(s, same, why);
	}
	if (rc == 0)
		rc = take_up(s, run, config, why);
	json_decref(run);
	return rc;
}

size_t store_resumptions(const struct store *s)
{
	return json_array_size(s->resumed);
}

void store_mark_resumed(struct store *s, size_t at_cell)
{
	char now[STORE_TIME];

	tell_now(now);
	json_array_append_new(s->resumed,
			      json_pack("{s:I, s:s, s:f}", "at_cell",
					(json_int_t)at_cell, "utc", now,
					"elapsed_s", s->earlier_s));
}

/* Of a line of cells.tsv; false if that names no cell of this run. */
static bool take_past(const struct table *t, size_t row,
		      const struct config *config, struct past_cell *out)
{
	const char *const experiment =
		table_text(t, row, table_column(t, "experiment"));
	const struct arm *arm = config_arm(config, experiment);
	int level = arm ? arm_level(arm, table_text(t, row,
						    table_column(t, "level"))) :
			  -1;
	double round = table_number(t, row, table_column(t, "round"));
	double attempt = table_number(t, row, table_column(t, "attempt"));

	if (level < 0 || !(round >= 0 && round <= ROUNDS_MOST) ||
	    !(attempt >= 1 && attempt <= ROUNDS_MOST))
		return false;
	*out = (struct past_cell){
		.arm = (size_t)(arm - config->arm),
		.level = (size_t)level,
		.round = (unsigned)round,
		.attempt = (unsigned)attempt,
		.took_s = table_number(t, row, table_column(t, "took_s")),
		.invalid =
			strcmp(table_text(t, row, table_column(t, "validity")),
			       validity_names[VALIDITY_INVALID]) == 0,
	};
	return true;
}

ssize_t store_past(const struct store *s, const struct config *config,
		   struct past_cell **out)
{
	char path[PATH_MAX], why[TABLE_WHY];
	struct table t;
	ssize_t n = 0;

	*out = NULL;
	if (path_in(path, s->partial, "cells.tsv") < 0 ||
	    table_read(&t, path, why) < 0)
		return -1;
	*out = calloc(t.rows + 1, sizeof(**out));
	for (size_t i = 0; *out && i < t.rows; i++)
		n += take_past(&t, i, config, *out + n);
	table_release(&t);
	return *out ? n : -1;
}
