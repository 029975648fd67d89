/* A run's folder: what is stored can be taken up again, or is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/json_file.h"
#include "bench/measure/same_env.h"
#include "bench/measure/store_cells.h"
#include "bench/measure/store_open.h"
#include "bench/measure/stored_config.h"
#include "bench/spawn.h"
#include "lib/clock.h"
#include "tests/unit/fixture_run.h"

static char top[] = "/tmp/test_store.XXXXXX";

static struct config config_of(void)
{
	struct config c = {
		.profile = profile_names[1],
		.rounds = 3,
		.warmups = 1,
		.aa = true,
		.seed = (UINT64_C(1) << 53) - 1,
		.modes = 2,
		.mode = { "sig-ign", "none" },
		.with = { true, true, true },
		.load = { [EXPERIMENT_CHURN] = { .concurrency = 8,
						 .duration_ns = 800 * NS_PER_MS,
						 .most = 31658 },
			  [EXPERIMENT_HOLD] = { .concurrency = 500,
						.duration_ns = 1234567891,
						.message_rate = 0.3,
						.most = 31658 },
			  [EXPERIMENT_WALL] = { .concurrency = 4,
						.sessions = 1000000 } },
		.budget_ns = 240 * NS_PER_S,
		.rerun = "make bench PROFILE=smoke",
	};
	char why[PLACEMENT_WHY];

	assert_int_equal(placement_make(&c.placement, PLACEMENT_NONE, why), 0);
	return c;
}

static void assert_same_config(const struct config *a, const struct config *b)
{
	assert_ptr_equal(a->profile, b->profile);
	assert_int_equal(a->rounds, b->rounds);
	assert_int_equal(a->warmups, b->warmups);
	assert_int_equal(a->aa, b->aa);
	assert_int_equal(a->verdicts, b->verdicts);
	assert_int_equal(a->seed, b->seed);
	assert_int_equal(a->modes, b->modes);
	assert_memory_equal(a->mode, b->mode, sizeof(a->mode));
	assert_memory_equal(a->with, b->with, sizeof(a->with));
	for (int i = 0; i < EXPERIMENTS; i++) {
		const struct load *x = &a->load[i], *y = &b->load[i];

		assert_int_equal(x->concurrency, y->concurrency);
		assert_int_equal(x->sessions, y->sessions);
		assert_int_equal(x->duration_ns, y->duration_ns);
		assert_true(x->message_rate == y->message_rate);
		assert_int_equal(x->most, y->most);
	}
	assert_int_equal(a->placement.kind, b->placement.kind);
	assert_int_equal(a->budget_ns, b->budget_ns);
	assert_string_equal(a->rerun, b->rerun);
}

/* --- what is to be run ------------------------------------------------------ */

static void assert_round_trip(const struct config *config)
{
	char path[PATH_MAX], why[STORED_CONFIG_WHY];
	json_t *made = stored_config_make(config), *read;
	struct config again;

	snprintf(path, sizeof(path), "%s/config.json", top);
	assert_int_equal(json_file_write(made, path), 0);
	read = json_load_file(path, 0, NULL);
	assert_int_equal(stored_config_read(read, &again, why), 0);
	assert_same_config(config, &again);
	json_decref(made);
	json_decref(read);
}

static void a_config_comes_back_equal(void **state)
{
	struct config c = config_of();

	(void)state;
	assert_round_trip(&c);
	c.verdicts = true;
	c.aa = false;
	c.warmups = 0;
	c.seed = 1;
	c.budget_ns = 0;
	for (c.modes = 0; experiment_modes[c.modes]; c.modes++)
		snprintf(c.mode[c.modes], SLOT_NAME, "%s",
			 experiment_modes[c.modes]);
	assert_round_trip(&c);
	for (size_t i = 1; i < c.modes; i++)
		memcpy(c.mode[i], c.mode[0], SLOT_NAME);
	assert_round_trip(&c);
	for (int kind = 0; kind < EXPERIMENTS; kind++) {
		struct config one = c;

		for (int other = 0; other < EXPERIMENTS; other++)
			if (other != kind) {
				one.with[other] = false;
				one.load[other] = (struct load){ 0 };
			}
		assert_round_trip(&one);
	}
}

/* Every profile, as it is run, too. */
static void every_profile_comes_back_equal(void **state)
{
	(void)state;
	for (size_t i = 0; profile_names[i]; i++) {
		struct config c = config_of();

		c.profile = profile_names[i];
		c.rounds = profiles[i].rounds;
		c.warmups = profiles[i].warmups;
		c.aa = profiles[i].aa;
		c.verdicts = profiles[i].verdicts;
		memcpy(c.load, profiles[i].load, sizeof(c.load));
		assert_round_trip(&c);
	}
}

#define LOAD(name, concurrency, duration_s)                            \
	"[{\"name\": \"" name "\", \"concurrency\": " concurrency ", " \
	"\"sessions\": 1, \"duration_s\": " duration_s ", "            \
	"\"message_rate\": 0, \"sessions_most\": 1}]"

static void a_config_that_is_wrong_is_refused(void **state)
{
	static const struct {
		const char *key, *value, *words;
	} wrong[] = {
		{ "profile", "\"../x\"", "profile `../x`" },
		{ "profile", NULL, "profile" },
		{ "seed", "0", "seed" },
		{ "seed", "\"1\"", "integer" },
		{ "rounds", "0", "rounds" },
		{ "rounds", "1000000000", "rounds" },
		{ "warmup_rounds", "-1", "rounds" },
		{ "modes", "[]", "modes" },
		{ "modes", "[\"../../x\"]", "mode `../../x`" },
		{ "modes", "[1]", "modes" },
		{ "modes", "{}", "modes" },
		{ "aa", "3", "true or false" },
		{ "experiments", "[]", "experiments" },
		{ "experiments", "[{\"name\": \"churn\"}]", "concurrency" },
		{ "experiments", "[7]", "object" },
		{ "experiments", LOAD("../x", "1", "0"), "experiment `../x`" },
		{ "experiments", LOAD("wall", "0", "0"), "out of range" },
		{ "experiments", LOAD("churn", "1", "-1"), "out of range" },
		{ "experiments", LOAD("churn", "1", "2e6"), "out of range" },
		{ "placement", "{\"kind\": \"../x\"}", "placement `../x`" },
		{ "placement", "{\"kind\": 1}", "string" },
		{ "placement", "{}", "kind" },
		{ "placement", "\"split\"", "object" },
		{ "budget_s", "\"240\"", "`budget_s` is not a number" },
		{ "budget_s", "-1", "`budget_s` is out of range" },
		{ "budget_s", "1e300", "`budget_s` is out of range" },
		{ "rerun", NULL, "rerun" },
	};
	struct config c = config_of();
	char why[STORED_CONFIG_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		json_t *made = stored_config_make(&c);
		struct config again;

		if (wrong[i].value)
			json_object_set_new(made, wrong[i].key,
					    json_loads(wrong[i].value,
						       JSON_DECODE_ANY, NULL));
		else
			json_object_del(made, wrong[i].key);
		assert_int_equal(stored_config_read(made, &again, why), -1);
		if (!strstr(why, wrong[i].words))
			fail_msg("%s %s: %s", wrong[i].key, wrong[i].value,
				 why);
		json_decref(made);
	}
}

/* --- the folder ------------------------------------------------------------- */

/* Begins a run in a folder of its own under `top`; *folder gets its name. */
static void begin(struct store *s, struct config *c, char folder[PATH_MAX])
{
	static int number;
	struct run_end end = { .cells = 24 };
	char why[STORE_WHY];

	*c = config_of();
	snprintf(folder, PATH_MAX, "%s/run%d", top, number++);
	assert_int_equal(store_create(s, folder, c, NULL, why), 0);
	assert_int_equal(store_run(s, c, &end), 0);
}

/* Fails to open it, with such words; *s needs no release then. */
static void assert_refused(const char *folder, const char *words)
{
	char why[STORE_WHY];
	struct config c;
	struct store s;

	assert_int_equal(store_open(&s, folder, &c, why), -1);
	if (!strstr(why, words))
		fail_msg("%s: not `%s`", why, words);
	store_release(&s);
}

static void a_run_is_taken_up_by_any_of_its_names(void **state)
{
	char folder[PATH_MAX], why[STORE_WHY];
	char names[4][PATH_MAX + 16];
	struct config c, again;
	struct store s, t;

	(void)state;
	begin(&s, &c, folder);
	snprintf(names[0], sizeof(names[0]), "%s", folder);
	snprintf(names[1], sizeof(names[1]), "%s/", folder);
	snprintf(names[2], sizeof(names[2]), "%s.partial//", folder);
	snprintf(names[3], sizeof(names[3]), "%s.link", folder);
	assert_int_equal(symlink(s.partial, names[3]), 0);
	for (int i = 0; i < 4; i++) {
		assert_refused(names[i], "at work there");
	}
	store_release(&s);
	for (int i = 0; i < 4; i++) {
		struct run_end end = { .cells = 24,
				       .interrupted_by = "SIGHUP" };

		assert_int_equal(store_open(&t, names[i], &again, why), 0);
		assert_string_equal(t.final, folder);
		assert_same_config(&c, &again);
		assert_int_equal(store_resumptions(&t), i);
		store_mark_resumed(&t, 5);
		assert_int_equal(store_run(&t, &again, &end), 0);
		store_release(&t);
	}
}

static void a_resumed_run_tells_of_all_its_parts(void **state)
{
	struct run_end end = { .cells = 24, .interrupted_by = "SIGHUP" };
	char folder[PATH_MAX], path[PATH_MAX + 32], why[STORE_WHY];
	struct config c, again;
	const json_t *mark;
	struct store s, t;
	json_t *run;

	(void)state;
	begin(&s, &c, folder);
	s.earlier_s = 1000;
	assert_int_equal(store_run(&s, &c, &end), 0);
	assert_int_equal(store_open(&t, folder, &again, why), -1);
	store_release(&t);
	snprintf(path, sizeof(path), "%s", s.started_utc);
	store_release(&s);
	assert_int_equal(store_open(&t, folder, &again, why), 0);
	assert_string_equal(t.started_utc, path);
	store_mark_resumed(&t, 7);
	end.interrupted_by = NULL;
	assert_int_equal(store_run(&t, &again, &end), 0);
	snprintf(path, sizeof(path), "%s/run.json", t.partial);
	run = json_load_file(path, 0, NULL);
	assert_true(json_number_value(json_object_get(run, "elapsed_s")) >
		    1000);
	mark = json_array_get(json_object_get(run, "resumed"), 0);
	assert_int_equal(json_integer_value(json_object_get(mark, "at_cell")),
			 7);
	assert_true(json_number_value(json_object_get(mark, "elapsed_s")) >=
		    1000);
	assert_string_equal(json_string_value(json_object_get(mark, "interrupte"
								    "d_"
								    "by")),
			    "SIGHUP");
	json_decref(run);
	store_release(&t);
}

static void a_finished_run_is_told_from_one_that_is_not(void **state)
{
	struct run_end end = { .cells = 24, .finished = true };
	char folder[PATH_MAX], why[STORE_WHY];
	struct config c;
	struct store s;

	(void)state;
	begin(&s, &c, folder);
	assert_int_equal(store_run(&s, &c, &end), 0);
	store_release(&s);
	/* Only its name is wanting. */
	assert_int_equal(store_open(&s, folder, &c, why), 0);
	assert_int_equal(store_finish(&s), 0);
	store_release(&s);
	assert_int_equal(store_open(&s, folder, &c, why), 1);
	store_release(&s);
}

static void latest_leads_to_what_was_finished_in_results(void **state)
{
	char folder[PATH_MAX], why[STORE_WHY], link[PATH_MAX] = "";
	struct config c = config_of();
	struct store s;

	(void)state;
	begin(&s, &c, folder);
	assert_int_equal(store_finish(&s), 0);
	assert_int_equal(access("results/latest", F_OK), -1);
	store_release(&s);
	for (int i = 0; i < 2; i++) {
		const char *name;

		assert_int_equal(store_create(&s, i ? "results/own" : NULL, &c,
					      NULL, why),
				 0);
		assert_int_equal(store_finish(&s), 0);
		name = strrchr(s.final, '/') + 1;
		memset(link, 0, sizeof(link));
		assert_int_equal(readlink("results/latest", link,
					  sizeof(link) - 1),
				 strlen(name));
		assert_string_equal(link, name);
		store_release(&s);
	}
}

static void runs_that_cannot_go_on_are_refused(void **state)
{
	static const struct {
		const char *file, *content, *words;
	} faults[] = {
		{ "run.json", "{\"schema_version\": 99}", "newer forkbench" },
		{ "run.json", "{\"schema_ver", "not whole JSON" },
		{ "run.json", "", "not whole JSON" },
		{ "run.json", "{\"schema_version\": 1}", "cannot go on" },
		{ "env.json", "{\"schema_version\": 1", "not whole JSON" },
		{ "env.json",
		  "{\"schema_version\": 1, \"host\": {\"kernel\": \"2.4\"}}",
		  "the kernel was \"2.4\"" },
	};
	char folder[PATH_MAX], path[PATH_MAX + 32];
	struct config c;
	struct store s;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		begin(&s, &c, folder);
		assert_int_equal(fixture_put(s.partial, faults[i].file,
					     faults[i].content),
				 0);
		store_release(&s);
		assert_refused(folder, faults[i].words);
	}
	begin(&s, &c, folder);
	snprintf(path, sizeof(path), "%s/run.json", s.partial);
	store_release(&s);
	assert_int_equal(unlink(path), 0);
	assert_refused(folder, "rm -r");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(folder, "regular");
	snprintf(path, sizeof(path), "%s/loop", top);
	assert_int_equal(symlink("loop", path), 0);
	assert_refused(path, "symbolic links");
	snprintf(path, sizeof(path), "%s/none", top);
	assert_refused(path, "no such run");
	/* What has the name that the run will have. */
	begin(&s, &c, folder);
	store_release(&s);
	assert_int_equal(mkdir(folder, 0777), 0);
	snprintf(path, sizeof(path), "%s/file", folder);
	assert_int_equal(mkdir(path, 0777), 0);
	assert_refused(folder, "exists already");
}

static void the_first_difference_of_machines_is_named(void **state)
{
	static const char *const pairs[][2] = {
		{ "host", "kernel" },	 { "host", "cpu" },
		{ "host", "cpus" },	 { "host", "cpus_allowed" },
		{ "build", "commit" },	 { "build", "dirty" },
		{ "build", "compiler" }, { "build", "flags" },
		{ "build", "version" },
	};
	char why[SAME_ENV_WHY];

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		json_t *a = json_pack("{s:{s:s}}", pairs[i][0], pairs[i][1],
				      "before");
		json_t *b = json_pack("{s:{s:s}}", pairs[i][0], pairs[i][1],
				      "after");

		assert_int_equal(same_env(a, a, why), 0);
		assert_int_equal(same_env(a, b, why), -1);
		assert_non_null(strstr(why, "was \"before\", and is now "
					    "\"after\""));
		json_decref(a);
		json_decref(b);
	}
}

/* --- cells ------------------------------------------------------------------ */

static const struct plan_cell cell = { .experiment = EXPERIMENT_CHURN,
				       .round = 2,
				       .mode = "none",
				       .slot = "none" };

static void put_metrics(const char *folder, unsigned round, int attempt,
			const char *status)
{
	char content[512];

	snprintf(content, sizeof(content),
		 "{\"schema_version\": 1, \"experiment\": \"churn\", \"slot\": "
		 "\"none\", \"mode\": \"none\", \"round\": %u, \"attempt\": "
		 "%d, "
		 "\"validity\": {\"status\": \"%s\"}}",
		 round, attempt, status);
	assert_int_equal(fixture_put(folder, "metrics.json", content), 0);
}

static void assert_past(const struct store *s, enum conduct_past past)
{
	assert_int_equal(store_past(s, &cell), past);
}

/* Step by step, as a run makes them: after each it may be broken off. */
static void what_is_stored_tells_how_far_a_cell_came(void **state)
{
	char folder[PATH_MAX], at[PATH_MAX], aside[PATH_MAX + 32];
	struct config c;
	struct store s;

	(void)state;
	begin(&s, &c, folder);
	assert_past(&s, PAST_NONE);
	for (int tries = 0; tries < 2; tries++) {
		/* The second one finds what the first one left. */
		assert_int_equal(store_cell(&s, &cell, false, at), 0);
		assert_int_equal(rmdir(at), 0);
		assert_int_equal(mkdir(at, 0777), 0);
		assert_past(&s, PAST_NONE);
		assert_int_equal(fixture_put(at, "echo.hist.tsv", "x"), 0);
	}
	put_metrics(at, 2, 1, "suspect");
	assert_past(&s, PAST_DONE);
	put_metrics(at, 2, 1, "invalid");
	assert_past(&s, PAST_INVALID);
	for (int tries = 0; tries < 2; tries++) {
		assert_int_equal(store_cell(&s, &cell, true, at), 0);
		assert_past(&s, PAST_INVALID);
		assert_int_equal(fixture_put(at, "echo.hist.tsv", "x"), 0);
		assert_past(&s, PAST_INVALID);
	}
	snprintf(aside, sizeof(aside), "%s.excluded/metrics.json", at);
	assert_int_equal(access(aside, F_OK), 0);
	/* Killed between the renaming and the new folder. */
	fixture_remove(at);
	assert_past(&s, PAST_INVALID);
	assert_int_equal(store_cell(&s, &cell, true, at), 0);
	put_metrics(at, 2, 2, "invalid");
	assert_past(&s, PAST_DONE);
	store_release(&s);
}

static void what_is_of_another_cell_does_not_count(void **state)
{
	char folder[PATH_MAX], at[PATH_MAX];
	struct config c;
	struct store s;

	(void)state;
	begin(&s, &c, folder);
	assert_int_equal(store_cell(&s, &cell, false, at), 0);
	put_metrics(at, 3, 1, "valid");
	assert_past(&s, PAST_NONE);
	assert_int_equal(fixture_put(at, "metrics.json", ""), 0);
	assert_past(&s, PAST_NONE);
	assert_int_equal(fixture_put(at, "metrics.json", "{\"schema"), 0);
	assert_past(&s, PAST_NONE);
	put_metrics(at, 2, 1, "valid");
	assert_past(&s, PAST_DONE);
	store_release(&s);
}

static void what_is_half_written_goes_when_a_run_is_taken_up(void **state)
{
	char folder[PATH_MAX], at[PATH_MAX], path[PATH_MAX + 32];
	char why[STORE_WHY];
	struct config c;
	struct store s;

	(void)state;
	begin(&s, &c, folder);
	assert_int_equal(store_cell(&s, &cell, false, at), 0);
	put_metrics(at, 2, 1, "valid");
	assert_int_equal(fixture_put(s.partial, "run.json.1.tmp", "{"), 0);
	assert_int_equal(fixture_put(at, "x.tmp", "x"), 0);
	store_release(&s);
	assert_int_equal(store_open(&s, folder, &c, why), 0);
	snprintf(path, sizeof(path), "%s/run.json.1.tmp", s.partial);
	assert_int_equal(access(path, F_OK), -1);
	snprintf(path, sizeof(path), "%s/x.tmp", at);
	assert_int_equal(access(path, F_OK), -1);
	assert_past(&s, PAST_DONE);
	store_release(&s);
}

static int set_up(void **state)
{
	(void)state;
	return spawn_set_up() < 0 || !mkdtemp(top) || chdir(top) < 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_remove(top);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_config_comes_back_equal),
		cmocka_unit_test(every_profile_comes_back_equal),
		cmocka_unit_test(a_config_that_is_wrong_is_refused),
		cmocka_unit_test(a_run_is_taken_up_by_any_of_its_names),
		cmocka_unit_test(a_resumed_run_tells_of_all_its_parts),
		cmocka_unit_test(a_finished_run_is_told_from_one_that_is_not),
		cmocka_unit_test(latest_leads_to_what_was_finished_in_results),
		cmocka_unit_test(runs_that_cannot_go_on_are_refused),
		cmocka_unit_test(the_first_difference_of_machines_is_named),
		cmocka_unit_test(what_is_stored_tells_how_far_a_cell_came),
		cmocka_unit_test(what_is_of_another_cell_does_not_count),
		cmocka_unit_test(
			what_is_half_written_goes_when_a_run_is_taken_up),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
