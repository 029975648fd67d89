#include "bench/wall.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/host.h"
#include "bench/spawn.h"
#include "lib/clock.h"

/* For a whole round; each command in it has time-outs of its own. */
#define PATIENCE_NS (600 * NS_PER_S)

static void list_modes(const struct wall_round *w, char *out, size_t bytes)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < w->count && used < bytes; i++)
		used += (size_t)snprintf(out + used, bytes - used, "%s%s",
					 i ? "," : "", w->cell[i].mode);
}

/* Runs hyperfine. Returns 0, or -1 with why. */
static int run_hyperfine(const struct wall_round *w, const char *json,
			 char why[WALL_WHY])
{
	char modes[PLAN_MODES * SLOT_NAME], work[2 * PATH_MAX + 256];
	char log[PATH_MAX];
	const char *const argv[] = { "hyperfine",
				     "--shell=none",
				     "--runs",
				     "1",
				     "--ignore-failure",
				     "--style",
				     "none",
				     "--export-json",
				     json,
				     "--parameter-list",
				     "mode",
				     modes,
				     work,
				     NULL };
	struct spawn_command command = { .argv = argv, .output = log };
	struct spawn hyperfine;

	list_modes(w, modes, sizeof(modes));
	snprintf(log, sizeof(log), "%.*s/hyperfine.log", PATH_MAX - 32,
		 w->folder);
	snprintf(work, sizeof(work),
		 "'%s' once --mode {mode} --sessions %" PRIu64
		 " --concurrency %" PRIu64 " --number %u --scratch '%s'",
		 w->self, w->load->sessions, w->load->concurrency,
		 w->cell[0].round, w->folder);
	if (spawn_start(&hyperfine, &command) < 0) {
		snprintf(why, WALL_WHY, "cannot run hyperfine: %s",
			 strerror(errno));
		return -1;
	}
	spawn_wait(&hyperfine, clock_now_ns() + PATIENCE_NS);
	spawn_stop(&hyperfine, SIGKILL, 0);
	spawn_clear();
	if (spawn_interrupted()) {
		snprintf(why, WALL_WHY, "interrupted");
		return -1;
	}
	if (!spawn_succeeded(&hyperfine)) {
		snprintf(why, WALL_WHY, "hyperfine failed; see %.300s", log);
		return -1;
	}
	unlink(log);
	return 0;
}

static double figure(const json_t *result, const char *key)
{
	return json_number_value(json_object_get(result, key));
}

/* Its results come in the order of the list. Returns 0, or -1 with why. */
static int read_results(const struct wall_round *w, const char *json,
			const struct evidence *of_round, struct measurement m[],
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

		measure_init(&m[i]);
		m[i].value[METRIC_WALL_S] = figure(result, "mean");
		m[i].value[METRIC_USER_S] = figure(result, "user");
		m[i].value[METRIC_SYSTEM_S] = figure(result, "system");
		e.command_status = json_number_value(json_array_get(
			json_object_get(result, "exit_codes"), 0));
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
	struct host_counters before, after;
	char json[PATH_MAX];

	if (strchr(w->self, '\'') || strchr(w->folder, '\'')) {
		snprintf(why, WALL_WHY,
			 "a path holds a quote, which hyperfine can't be "
			 "given: %.300s",
			 w->folder);
		return -1;
	}
	snprintf(json, sizeof(json), "%.*s/%u-hyperfine.json", PATH_MAX - 64,
		 w->folder, w->cell[0].round);
	host_read(&before);
	if (run_hyperfine(w, json, why) < 0) {
		/* It may have left an empty file. */
		unlink(json);
		return -1;
	}
	host_read(&after);
	e.steal_pct = host_steal_pct(&before, &after);
	e.listen_overflows = host_overflows(&before, &after);
	return read_results(w, json, &e, m, why);
}
