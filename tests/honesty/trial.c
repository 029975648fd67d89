#include "tests/honesty/trial.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"

#define PATIENCE_NS (30 * NS_PER_S)
#define LAG_LIMIT_US 1e3

enum { WORDS_MOST = 40, OPTIONS_BYTES = 256 };

int trial_start(struct trial *t, const struct site *at, const char *options,
		const char *address, const char *port)
{
	char program[PATH_MAX], words[OPTIONS_BYTES], *rest;
	const char *argv[WORDS_MOST] = { program, "--quiet", "--seed",
					 "1",	  "--json",  t->json };
	struct spawn_command command = { .argv = argv };
	size_t n = 6;

	t->said = NULL;
	snprintf(program, sizeof(program), "%s/bin/loadgen", at->build);
	snprintf(t->json, sizeof(t->json), "%s/json", at->folder);
	snprintf(words, sizeof(words), "%s", options);
	for (char *word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		argv[n++] = word;
	argv[n++] = address;
	argv[n++] = port;
	argv[n] = NULL;
	return spawn_start(&t->loadgen, &command);
}

double trial_figure(const struct trial *t, const char *path)
{
	const json_t *at = t->said;

	for (;;) {
		size_t bytes = strcspn(path, "/");

		at = json_object_getn(at, path, bytes);
		if (!path[bytes])
			break;
		path += bytes + 1;
	}
	return json_is_number(at) ? json_number_value(at) : NAN;
}

bool trial_lagged(const struct trial *t)
{
	double lag_us = trial_figure(t, "generator/send_lag_us/p99");

	/* With too few samples for the one, the other counts. */
	if (isnan(lag_us))
		lag_us = trial_figure(t, "generator/send_lag_us/p90");
	return lag_us > LAG_LIMIT_US;
}

static double failures(const struct trial *t)
{
	json_t *causes =
		json_object_get(json_object_get(t->said, "sessions"), "failed");
	const char *cause;
	json_t *count;
	double sum = 0;

	json_object_foreach(causes, cause, count)
		sum += json_number_value(count);
	return sum;
}

/* 0: valid, 1: suspect, 2: invalid. */
static int gravity(const struct trial *t)
{
	const char *status = json_string_value(
		json_object_get(json_object_get(t->said, "verdict"), "status"));

	return !status || strcmp(status, "invalid") == 0 ? 2 :
	       strcmp(status, "suspect") == 0		 ? 1 :
							   0;
}

void trial_end(struct trial *t)
{
	int status = -1;

	spawn_wait(&t->loadgen, clock_now_ns() + PATIENCE_NS);
	if (t->loadgen.ended && WIFEXITED(t->loadgen.status))
		status = WEXITSTATUS(t->loadgen.status);
	spawn_stop(&t->loadgen, SIGKILL, 0);
	t->said = json_load_file(t->json, 0, NULL);
	unlink(t->json);
	if (!t->said)
		t->said = json_object();
	json_object_set_new(json_object_get(t->said, "sessions"), "failures",
			    json_real(failures(t)));
	json_object_set_new(json_object_get(t->said, "verdict"), "gravity",
			    json_integer(gravity(t)));
	json_object_set_new(t->said, "exit", json_integer(status));
}

void trial_release(struct trial *t)
{
	json_decref(t->said);
	t->said = NULL;
}
