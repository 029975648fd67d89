#include "bench/measure/wall.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/measure/load.h"
#include "bench/measure/server.h"
#include "lib/clock.h"

/* For a whole block; each command in it has time-outs of its own. */
#define PATIENCE_NS (600 * NS_PER_S)
/* For a command to end its server and its load, when it is stopped. */
#define STOP_NS (5 * NS_PER_S)

enum { OPTIONS = 9, COMMAND = 256, KILLED = 255 };

/*
 * hyperfine splits its commands as a shell does. So this one names no path of
 * the user's: the program is this process's own, and the folder is the one
 * that hyperfine works in.
 */
static void command_of(const struct bench *b, const struct arm *arm,
		       size_t level, unsigned number, char out[COMMAND])
{
	snprintf(out, COMMAND,
		 "/proc/%d/exe once --subject %s --sessions %" PRIu64
		 " --concurrency %" PRIu64 " --placement %s --number %u",
		 (int)getpid(), arm->level[level].subject, arm->load.sessions,
		 arm->load.concurrency, placement_names[b->config->placement],
		 number);
}

static int run_hyperfine(struct bench *b, const struct arm *arm,
			 const size_t level[], size_t count, char why[CELL_WHY])
{
	static char commands[LEVELS_MOST + 1][COMMAND];
	char runs[8], log[PATH_MAX];
	const char *argv[OPTIONS + LEVELS_MOST + 2] = {
		"hyperfine",	    "--shell=none",
		"--runs",	    runs,
		"--style",	    "none",
		"--ignore-failure", "--export-json",
		"hyperfine.json",
	};
	struct spawn_command command = {
		.argv = argv,
		.output = log,
		.folder = b->store->work,
		.cpus = placement_set(&b->placement, &b->placement.all),
	};
	struct spawn hyperfine;
	char words[200];
	size_t n = OPTIONS;

	snprintf(runs, sizeof(runs), "%d", WALL_RUNS);
	snprintf(log, sizeof(log), "%.*s/hyperfine.log", PATH_MAX - 64,
		 b->store->work);
	unlink(log);
	for (size_t i = 0; i < count; i++) {
		command_of(b, arm, level[i], b->servers++, commands[i]);
		argv[n++] = commands[i];
	}
	argv[n] = NULL;
	if (spawn_start(&hyperfine, &command) < 0) {
		snprintf(why, CELL_WHY, "cannot run hyperfine: %s",
			 strerror(errno));
		return -1;
	}
	spawn_wait(&hyperfine, clock_now_ns() + PATIENCE_NS);
	/* When it ends, the command that it runs is told to: see once_run(). */
	spawn_stop(&hyperfine, SIGTERM, NS_PER_S);
	spawn_clear(STOP_NS);
	if (spawn_succeeded(&hyperfine) && !spawn_interrupted())
		return 0;
	server_first_words(log, words, sizeof(words));
	if (spawn_interrupted())
		snprintf(why, CELL_WHY, "interrupted");
	else
		snprintf(why, CELL_WHY, "hyperfine failed: %s", words);
	return -1;
}

static double figure(const json_t *result, const char *key)
{
	const json_t *at = json_object_get(result, key);

	return json_is_number(at) ? json_number_value(at) : NAN;
}

/* The first exit status that is not 0; hyperfine has none for a signal. */
static int status_of(const json_t *result)
{
	const json_t *codes = json_object_get(result, "exit_codes"), *code;
	int status = json_array_size(codes) ? 0 : KILLED;
	size_t i;

	json_array_foreach(codes, i, code)
	{
		if (!status)
			status = json_is_integer(code) ?
					 (int)json_integer_value(code) :
					 KILLED;
	}
	return status;
}

static void take_result(const json_t *result, struct cell_line *line)
{
	int status = status_of(result);

	line->value[METRIC_WALL_S] = figure(result, "median");
	line->value[METRIC_USER_S] = figure(result, "user");
	line->value[METRIC_SYSTEM_S] = figure(result, "system");
	if (status)
		validity_add(&line->validity, VALIDITY_COMMAND_FAILED,
			     "status %d", status);
}

int wall_measure(struct bench *b, const struct arm *arm, const size_t level[],
		 size_t count, unsigned round, unsigned attempt,
		 enum validity status[], char why[CELL_WHY])
{
	double seen[METRIC_COUNT], start_s = store_elapsed_s(b->store), took_s;
	struct validity_finding found = { 0 };
	char path[PATH_MAX];
	json_t *root;
	const json_t *results;
	int rc = -1;

	for (int i = 0; i < METRIC_COUNT; i++)
		seen[i] = NAN;
	watch_begin(b->watch);
	if (run_hyperfine(b, arm, level, count, why) < 0)
		return -1;
	watch_end(b->watch, seen, &found);
	took_s = (store_elapsed_s(b->store) - start_s) / (double)count;
	snprintf(path, sizeof(path), "%.*s/hyperfine.json", PATH_MAX - 64,
		 b->store->work);
	root = json_load_file(path, 0, NULL);
	results = json_object_get(root, "results");
	snprintf(why, CELL_WHY,
		 "%.300s: not the %zu results that hyperfine "
		 "was to write",
		 path, count);
	if (json_array_size(results) != count)
		goto out;
	for (size_t i = 0; i < count; i++) {
		struct cell_id id = { arm, level[i], round, attempt };
		struct cell_line line = { .start_s =
						  start_s + (double)i * took_s,
					  .took_s = took_s,
					  .validity = found };

		memcpy(line.value, seen, sizeof(seen));
		take_result(json_array_get(results, i), &line);
		status[i] = line.validity.status;
		if (status[i] == VALIDITY_INVALID)
			store_logs(b->store, &id);
		if (store_cell(b->store, &id, &line) < 0) {
			snprintf(why, CELL_WHY, "cannot write into %.300s: %s",
				 b->store->partial, strerror(errno));
			goto out;
		}
	}
	rc = 0;
out:
	json_decref(root);
	return rc;
}

/* --- what is timed -------------------------------------------------------- */

int once_run(const struct once *o, char why[CELL_WHY])
{
	struct server_config config = {
		.subject = &o->subject,
		.bin = o->bin,
		.folder = o->folder,
		.number = o->number,
		.cpus = placement_set(&o->placement, &o->placement.daemon),
	};
	struct load warm = o->load;
	struct load_config load = {
		.bin = o->bin,
		.folder = o->folder,
		.load = &warm,
		.cpus = placement_set(&o->placement, &o->placement.loadgen),
	};
	struct server server;
	int rc, ended, killed_by;

	/* Whoever times it may be killed: this ends in order then, too. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* Only its end counts here, as of a warm-up. */
	warm.warm = o->load.sessions;
	if (server_start(&server, &config, why) < 0)
		return -1;
	rc = load_warm(&load, &server, why);
	ended = server_stop(&server, &killed_by);
	if (rc == 0 && ended != 0) {
		snprintf(why, CELL_WHY, "the server died; see server.log");
		rc = -1;
	}
	return rc;
}
