#include "bench/measure/wall.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/measure/host.h"
#include "bench/spawn.h"
#include "lib/clock.h"

/* For a whole round; each command in it has time-outs of its own. */
#define PATIENCE_NS (600 * NS_PER_S)
/* How often it is shown that it goes on. */
#define SHOW_NS (250 * NS_PER_MS)
/* For a command to end its daemon and its load, when it is stopped. */
#define STOP_NS (5 * NS_PER_S)

/* 128 and up are signals, 127 is "cannot be run"; none ends with this one. */
enum { KILLED = 255 };

enum { OPTIONS = 8, COMMANDS = PLAN_MODES + 1 };

/* The command that hyperfine times for one cell, or NULL. To be freed. */
static char *command_of(const struct wall_round *w, size_t i)
{
	char *command;

	if (asprintf(&command,
		     "'%s' once --mode %s --sessions %" PRIu64 " --concurrency "
		     "%" PRIu64 " --placement %s --number %zu --folder '%s'",
		     w->self, w->cell[i].mode, w->load->sessions,
		     w->load->concurrency, placement_names[w->placement->kind],
		     w->number + i, w->cell_folder[i]) < 0)
		return NULL;
	return command;
}

/* Runs it to its end. Returns 0, or -1 with why. */
static int run_to_end(const struct spawn_command *command,
		      const struct cell_view *view, char why[WALL_WHY])
{
	uint64_t deadline_ns = clock_now_ns() + PATIENCE_NS;
	struct spawn hyperfine;

	if (spawn_start(&hyperfine, command) < 0) {
		snprintf(why, WALL_WHY, "cannot run hyperfine: %s",
			 strerror(errno));
		return -1;
	}
	while (!spawn_wait(&hyperfine, clock_now_ns() + SHOW_NS) &&
	       !spawn_interrupted() && clock_now_ns() < deadline_ns)
		view->show(view->context, NULL);
	/* When it ends, the command that it runs is told to (bench/once.c). */
	spawn_stop(&hyperfine, SIGTERM, NS_PER_S);
	spawn_clear(STOP_NS);
	if (spawn_interrupted()) {
		snprintf(why, WALL_WHY, "interrupted");
		unlink(command->output);
		return -1;
	}
	if (!spawn_succeeded(&hyperfine)) {
		snprintf(why, WALL_WHY, "hyperfine failed; see %.300s",
			 command->output);
		return -1;
	}
	unlink(command->output);
	return 0;
}

/* Writes the file `json`, complete or not at all. Returns 0, or -1 with why. */
static int run_hyperfine(const struct wall_round *w, const char *json,
			 char why[WALL_WHY])
{
	char *commands[COMMANDS] = { NULL }, log[PATH_MAX], half[PATH_MAX];
	const char *argv[OPTIONS + 1 + COMMANDS + 1] = {
		"hyperfine",	    "--shell=none",
		"--runs",	    "1",
		"--style",	    "none",
		"--ignore-failure", "--export-json",
	};
	/* What it times shares out all CPUs by itself. */
	struct spawn_command command = {
		.argv = argv,
		.output = log,
		.cpus = placement_set(w->placement, &w->placement->all),
	};
	size_t n = OPTIONS;
	int rc = -1;

	snprintf(log, sizeof(log), "%.*s/%u-hyperfine.log", PATH_MAX - 64,
		 w->folder, w->cell[0].round);
	snprintf(half, sizeof(half), "%.*s.tmp", PATH_MAX - 8, json);
	argv[n++] = half;
	for (size_t i = 0; i < w->count; i++) {
		argv[n++] = commands[i] = command_of(w, i);
		if (!commands[i]) {
			snprintf(why, WALL_WHY, "out of memory");
			goto out;
		}
	}
	rc = run_to_end(&command, w->view, why);
	if (rc == 0 && rename(half, json) < 0) {
		snprintf(why, WALL_WHY, "%.300s: cannot be renamed: %s", half,
			 strerror(errno));
		rc = -1;
	}
	unlink(half);
out:
	for (size_t i = 0; i < w->count; i++)
		free(commands[i]);
	return rc;
}

static double figure(const json_t *result, const char *key)
{
	return json_number_value(json_object_get(result, key));
}

/* Its exit status; hyperfine has none where a signal ended it. */
static double status_of(const json_t *result)
{
	const json_t *code =
		json_array_get(json_object_get(result, "exit_codes"), 0);

	return json_is_integer(code) ? json_number_value(code) : KILLED;
}

/* Its results come in the order of the list. Returns 0, or -1 with why. */
static int read_results(const struct wall_round *w, const char *json,
			const struct evidence *of_round,
			const struct drift *drift, struct measurement m[],
			char why[WALL_WHY])
{
	json_t *root = json_load_file(json, 0, NULL);
	const json_t *results = json_object_get(root, "results");
	const json_t *result;
	size_t i;
	int rc = -1;

	if (json_array_size(results) != w->count) {
		snprintf(why, WALL_WHY,
			 "%.300s: not the %zu results that hyperfine was to "
			 "write",
			 json, w->count);
		goto out;
	}
	json_array_foreach(results, i, result)
	{
		struct evidence e = *of_round;

		measurement_init(&m[i]);
		m[i].value[METRIC_WALL_S] = figure(result, "mean");
		m[i].value[METRIC_USER_S] = figure(result, "user");
		m[i].value[METRIC_SYSTEM_S] = figure(result, "system");
		m[i].drift = *drift;
		e.command_status = status_of(result);
		validity_judge(&e, &m[i].validity);
	}
	rc = 0;
out:
	json_decref(root);
	return rc;
}

int wall_measure(const struct wall_round *w, struct measurement m[],
		 char why[WALL_WHY])
{
	struct evidence e = validity_no_evidence();
	struct host_watch host;
	char json[PATH_MAX];
	int rc = -1;

	if (strchr(w->self, '\'') || strchr(w->folder, '\'')) {
		snprintf(why, WALL_WHY,
			 "a path holds a quote, which hyperfine can't be "
			 "given: %.300s",
			 w->folder);
		return -1;
	}
	snprintf(json, sizeof(json), "%.*s/%u-hyperfine%s.json", PATH_MAX - 64,
		 w->folder, w->cell[0].round, w->attempt > 1 ? "-again" : "");
	host_begin(&host, "/proc");
	if (run_hyperfine(w, json, why) == 0) {
		const struct drift drift = host_end(&host, &e);

		rc = read_results(w, json, &e, &drift, m, why);
	}
	host_release(&host);
	return rc;
}
