/* Reading a run: what is right, what may be absent, what is refused. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/judge/load.h"
#include "tests/unit/fixture_run.h"

static const char *const modes[] = { "sig-ign", "waitpid-once", NULL };
static const char *const experiments[] = { "churn", "wall", NULL };

#define CELL "cells/churn/01-waitpid-once"

static char folder[] = "/tmp/forkbench-load-XXXXXX";
static char path[sizeof(folder) + 32];
static struct load_run run;
static char why[LOAD_WHY];

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	fixture_remove(folder);
	return 0;
}

static int make_run(void **state)
{
	const struct fixture f = { .seed = 7,
				   .rounds = 2,
				   .run = 2,
				   .modes = modes,
				   .experiments = experiments,
				   .aa = true,
				   .verdicts = true,
				   .finished = true,
				   .noise = 0.01,
				   .drift = 1,
				   .invalid = true,
				   .sessions = 300 };

	(void)state;
	snprintf(path, sizeof(path), "%s/2026-quick.partial", folder);
	return fixture_write(&f, path);
}

static int remove_run(void **state)
{
	(void)state;
	load_release(&run);
	fixture_remove(path);
	return 0;
}

static void load_must_fail(const char *named, const char *what)
{
	assert_int_equal(load_run(path, &run, why), -1);
	if (!strstr(why, named) || !strstr(why, what) || strchr(why, '\n'))
		fail_msg("no `%s`, `%s` in: %s", named, what, why);
}

static void reads_a_run(void **state)
{
	const struct load_cell *c;

	(void)state;
	assert_int_equal(load_run(path, &run, why), 0);
	assert_string_equal(run.name, "2026-quick");
	assert_int_equal(run.n_slots, 3);
	assert_string_equal(run.slots[0].name, "sig-ign");
	assert_string_equal(run.slots[2].name, "sig-ign-aa");
	assert_true(run.slots[2].again);
	assert_int_equal(run.n_experiments, 2);
	/* 3 rounds of 3 slots, and the first try of round 2 beside */
	assert_int_equal(run.n_cells, 2 * (3 * 3 + 1));
	c = load_find(&run, 0, 1, 1);
	assert_non_null(c);
	assert_true(c->value[METRIC_FORKS] > 0);
	assert_true(isnan(c->value[METRIC_WALL_S]));
	assert_true(isnan(c->value[METRIC_FORK_P99_US]));
	assert_int_equal(hist_count(c->hist[LOAD_FORK]),
			 (uint64_t)c->value[METRIC_FORKS]);
	assert_true(c->timeline.n > 10);
	assert_null(load_find(&run, 0, 1, 0)); /* the warm-up */
	assert_null(load_find(&run, 0, 1, 2)); /* invalid */
	assert_null(load_find(&run, 1, 0, 1)->hist[LOAD_FORK]);
	assert_string_equal(load_env(&run, "build", "commit"), "1a2b3c4");
	assert_null(load_env(&run, "vm", "thp"));
}

static void an_unfinished_cell_is_passed_over(void **state)
{
	char file[256];

	(void)state;
	snprintf(file, sizeof(file), "%s/" CELL "/metrics.json", path);
	assert_int_equal(unlink(file), 0);
	assert_int_equal(load_run(path, &run, why), 0);
	assert_null(load_find(&run, 0, 1, 1));
	assert_int_equal(run.n_cells, 2 * (3 * 3 + 1) - 1);
}

static void unknown_keys_are_ignored(void **state)
{
	(void)state;
	fixture_put(path, "env.json",
		    "{\"schema_version\": 1, \"new\": {\"a\": [1]}}");
	assert_int_equal(load_run(path, &run, why), 0);
}

/* run.json and the cell's metrics.json as they should be; a key is changed. */
static void put_json(const char *file, const char *key, const char *value)
{
	char name[512];
	json_t *root, *part;

	snprintf(name, sizeof(name), "%s/%s", path, file);
	root = json_load_file(name, 0, NULL);
	assert_non_null(root);
	part = json_object_get(root,
			       strncmp(key, "m.", 2) == 0 ? "metrics" : "none");
	if (part)
		key += 2;
	else
		part = root;
	if (value)
		json_object_set_new(part, key,
				    json_loads(value, JSON_DECODE_ANY, NULL));
	else
		json_object_del(part, key);
	assert_int_equal(json_dump_file(root, name, 0), 0);
	json_decref(root);
}

static void one_wrong_key_is_refused(void **state)
{
	/* value NULL: without the key */
	static const struct {
		const char *file, *key, *value, *words;
	} cases[] = {
		{ "run.json", "schema_version", "2", "newer forkbench" },
		{ "run.json", "schema_version", "0", "`schema_version` is" },
		{ "run.json", "schema_version", "\"1\"", "`schema_version`" },
		{ "run.json", "schema_version", NULL, "`schema_version`" },
		{ "env.json", "schema_version", "2", "newer forkbench" },
		{ "env.json", "a\033b", "1", "key" },
		{ "run.json", "finished", "1", "`finished` is 1" },
		{ "run.json", "finished", NULL, "`finished` is missing" },
		{ "run.json", "cells", "-1", "`cells` is -1" },
		{ "run.json", "cells", NULL, "`cells` is missing" },
		{ "run.json", "rounds", "0", "`rounds` is 0" },
		{ "run.json", "rounds", "-3", "`rounds` is -3" },
		{ "run.json", "rounds", "1001", "`rounds` is 1001" },
		{ "run.json", "rounds", "9223372036854775807", "`rounds` is" },
		{ "run.json", "rounds", "2.0", "`rounds` is 2.0" },
		{ "run.json", "rounds", "null", "`rounds` is missing" },
		{ "run.json", "rounds", "1", "round 2" },
		{ "run.json", "elapsed_s", "2e15", "`elapsed_s` is 2" },
		{ "run.json", "profile", "[[[]]]", "`profile` is [[[]]]" },
		{ "run.json", "baseline", "\"none\"", "without the baseline" },
		{ "run.json", "baseline", "7", "`baseline` is 7" },
		{ "run.json", "modes", "[]", "without the baseline" },
		{ "run.json", "modes", "{}", "`modes` is {}" },
		{ "run.json", "modes", "[\"sig-ign\", 5]", "something else" },
		{ "run.json", "modes", "[\"sig-ign\", \"../../x\"]",
		  "`../../x`" },
		{ "run.json", "modes", "[\"sig-ign\", \"a\\nb\"]", "`a?b`" },
		{ "run.json", "modes", "[\"sig-ign\", \"\"]", "``" },
		{ "run.json", "modes",
		  "[\"sig-ign\",1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]",
		  "17 modes" },
		{ "run.json", "experiments", "[]", "0 experiments" },
		{ "run.json", "experiments",
		  "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
		  "17 experiments" },
		{ "run.json", "experiments", "[\"churn\"]", "`name`" },
		{ "run.json", "experiments",
		  "[{\"name\": \"churn\"}, {\"name\": \"churn\"}]",
		  "`churn` is no experiment's name, or named before" },
		{ "run.json", "experiments", "[{\"name\": \"../churn\"}]",
		  "`../churn`" },
		{ "run.json", "experiments", "[{\"name\": \"wall\"}]",
		  "cells/churn: not of an experiment" },
		{ CELL "/metrics.json", "experiment", "\"wall\"",
		  "folder's name is another" },
		{ CELL "/metrics.json", "experiment", NULL, "`experiment`" },
		{ CELL "/metrics.json", "slot", "\"sig-ign\"",
		  "folder's name is another" },
		{ CELL "/metrics.json", "slot", "\"none\"",
		  "`none` is not one of" },
		{ CELL "/metrics.json", "slot", "\"\\u009b31m\"",
		  "`??31m` is not one of" },
		{ CELL "/metrics.json", "round", "2",
		  "folder's name is another" },
		{ CELL "/metrics.json", "round", "-1", "`round` is -1" },
		{ CELL "/metrics.json", "round", "3", "round 3" },
		{ CELL "/metrics.json", "round", NULL, "`round` is missing" },
		{ CELL "/metrics.json", "attempt", "4000000000", "attempt" },
		{ CELL "/metrics.json", "validity", "\"valid\"",
		  "`validity` is \"valid\", not an object" },
		{ CELL "/metrics.json", "validity", "{\"status\": \"fine\"}",
		  "`fine` is unknown" },
		{ CELL "/metrics.json", "load_end_s", "-1", "`load_end_s`" },
		{ CELL "/metrics.json", "metrics", NULL, "`metrics`" },
		{ CELL "/metrics.json", "m.forks", "\"many\"",
		  "`forks` is \"many\"" },
		{ CELL "/metrics.json", "m.forks", "-1", "`forks` is -1" },
		{ CELL "/metrics.json", "m.forks", "1e16", "`forks` is 1" },
		{ CELL "/metrics.json", "m.fork_p50_us", "5e-324",
		  "`fork_p50_us` is" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put_json(cases[i].file, cases[i].key, cases[i].value);
		load_must_fail(cases[i].file, cases[i].words);
		remove_run(NULL);
		make_run(NULL);
	}
}

/* What is no JSON of ours at all. */
static void broken_json_is_refused(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{ "", "not whole JSON" },
		{ "{\"schema_version\": 1, \"mod", "not whole JSON" },
		{ "{\"schema_version\": 1} {}", "not whole JSON" },
		{ "{\"schema_version\": 1, \"schema_version\": 1}", "not whole "
								    "JSON" },
		{ "{\"schema_version\": 1, \"a\": \"\377\"}", "not whole "
							      "JSON" },
		{ "{\"schema_version\": 1, \"a\": \"\033[2J\"}", "not whole "
								 "JSON" },
		{ "{\"schema_version\": 1, \"a\": \"\\u0000\"}", "not whole "
								 "JSON" },
		{ "{\"schema_version\": 1, \"a\": 1e999}", "not whole JSON" },
		{ "{\"schema_version\": 1, \"a\": NaN}", "not whole JSON" },
		{ "[1]", "not a JSON object" },
		{ "\"1\"", "not whole JSON" },
	};
	static char deep[1 << 20];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fixture_put(path, "run.json", cases[i].text);
		load_must_fail("run.json", cases[i].words);
		assert_null(strpbrk(why, "\n\033\377"));
		load_release(&run);
	}
	memset(deep, '[', sizeof(deep) - 1);
	fixture_put(path, "run.json", deep);
	load_must_fail("run.json", "not whole JSON");
}

static void refuses_a_missing_folder(void **state)
{
	(void)state;
	snprintf(path + strlen(path), 8, "-not");
	load_must_fail("2026-quick.partial-not", "No such file");
	path[strlen(path) - 4] = '\0';
}

static void texts_become_plain(void **state)
{
	(void)state;
	put_json("run.json", "rerun", "\"a\\u001b[31m\\nb \\u202e \xc2\xb5\"");
	put_json("env.json", "host",
		 "{\"cpu\": \"\\u009bX\", \"a\": [\"\\t\"]}");
	assert_int_equal(load_run(path, &run, why), 0);
	assert_string_equal(run.rerun, "a?[31m?b ??? \xc2\xb5");
	assert_string_equal(load_env(&run, "host", "cpu"), "??X");
}

static void refuses_the_same_cell_twice(void **state)
{
	char old[256], new[256];

	(void)state;
	snprintf(old, sizeof(old), "%s/" CELL, path);
	snprintf(new, sizeof(new), "%s/cells/churn/1-sig-ign", path);
	assert_int_equal(rename(old, new), 0);
	put_json("cells/churn/1-sig-ign/metrics.json", "slot", "\"sig-ign\"");
	load_must_fail("cells/churn/1-sig-ign", "the same cell");
}

static void refuses_a_broken_histogram(void **state)
{
	(void)state;
	fixture_put(path, CELL "/fork.hist.tsv",
		    "# forkbench histogram 1\n# sum_ns=5 max_ns=5 over=0\n"
		    "lower_ns\tupper_ns\tcount\n5\t6\t1\n");
	load_must_fail("fork.hist.tsv", "line 4");
}

static void broken_time_lines_are_refused(void **state)
{
	static const struct {
		unsigned line; /* 0: it is whole */
		size_t n;
		const char *text;
	} cases[] = {
		{ 0, 0, "t_s\tzombies\n" },
		{ 0, 2, "t_s\tzombies\n0\t3\n0\t4\n" },
		{ 0, 1, "new\tzombies\told\tt_s\n1\t2\t3\t4.5e-1\n" },
		{ 1, 0, "" },
		{ 1, 0, "t_s\tzombies" },
		{ 1, 0, "t_s\tzombies\r\n0\t3\r\n" },
		{ 1, 0, "t_s\tchildren\n0\t3\n" },
		{ 1, 0, "zombies\n0\n" },
		{ 2, 0, "t_s\tzombies\tcost_us\n0\t3\t1\r\n" },
		{ 2, 0, "t_s\tzombies\n0\t3" },
		{ 2, 0, "t_s\tzombies\n\n" },
		{ 2, 0, "t_s\tzombies\n0\n" },
		{ 2, 0, "t_s\tzombies\n0\t3\t5\n" },
		{ 2, 0, "t_s\tzombies\tcost_us\n0\t3\n" },
		{ 2, 0, "t_s\tzombies\n0\t\n" },
		{ 2, 0, "t_s\tzombies\n0\tnan\n" },
		{ 2, 0, "t_s\tzombies\ninf\t0\n" },
		{ 2, 0, "t_s\tzombies\n0\t1e999\n" },
		{ 2, 0, "t_s\tzombies\n0\t1e10\n" },
		{ 2, 0, "t_s\tzombies\n0\t-1\n" },
		{ 2, 0, "t_s\tzombies\n-0.5\t1\n" },
		{ 2, 0, "t_s\tzombies\n0\t 1\n" },
		{ 2, 0, "t_s\tzombies\n0\t1 \n" },
		{ 2, 0, "t_s\tzombies\tnote\n0\t1\tmany\n" },
		{ 3, 1, "t_s\tzombies\n0.2\t3\n0.1\t4\n" },
		{ 3, 1, "t_s\tzombies\n0.1\t3\n0.2\tmany\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char words[32];

		fixture_put(path, CELL "/timeline.tsv", cases[i].text);
		snprintf(words, sizeof(words), ": line %u is", cases[i].line);
		if (cases[i].line) {
			load_must_fail("timeline.tsv", words);
		} else {
			assert_int_equal(load_run(path, &run, why), 0);
			assert_int_equal(load_find(&run, 0, 1, 1)->timeline.n,
					 cases[i].n);
		}
		load_release(&run);
	}
}

/* A line longer than any that forkbench writes, and one with a NUL. */
static void odd_lines_of_a_time_line_are_refused(void **state)
{
	char text[2048] = "t_s\tzombies\n0\t0.", name[256];
	FILE *out;

	(void)state;
	memset(text + strlen(text), '1', 1000);
	strncat(text, "\n", 2);
	fixture_put(path, CELL "/timeline.tsv", text);
	load_must_fail("timeline.tsv", "line 2");
	load_release(&run);
	snprintf(name, sizeof(name), "%s/" CELL "/timeline.tsv", path);
	out = fopen(name, "w");
	assert_non_null(out);
	fwrite("t_s\tzombies\n0\t1\0\n", 1, 17, out);
	assert_int_equal(fclose(out), 0);
	load_must_fail("timeline.tsv", "line 2");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_run, remove_run)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(reads_a_run),
		TEST(an_unfinished_cell_is_passed_over),
		TEST(unknown_keys_are_ignored),
		TEST(texts_become_plain),
		TEST(one_wrong_key_is_refused),
		TEST(broken_json_is_refused),
		TEST(refuses_a_missing_folder),
		TEST(refuses_the_same_cell_twice),
		TEST(refuses_a_broken_histogram),
		TEST(broken_time_lines_are_refused),
		TEST(odd_lines_of_a_time_line_are_refused),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
