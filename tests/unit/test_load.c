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
	if (!strstr(why, named) || !strstr(why, what))
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

static void refuses_a_missing_folder(void **state)
{
	(void)state;
	snprintf(path + strlen(path), 8, "-not");
	load_must_fail("2026-quick.partial-not", "no such folder");
	path[strlen(path) - 4] = '\0';
}

static void refuses_truncated_json(void **state)
{
	(void)state;
	fixture_put(path, "run.json", "{\"schema_version\": 1, \"mod");
	load_must_fail("run.json", "not whole JSON");
}

static void refuses_a_newer_schema(void **state)
{
	(void)state;
	fixture_put(path, "env.json", "{\"schema_version\": 2}");
	load_must_fail("env.json", "newer forkbench");
}

static void refuses_a_wrong_type(void **state)
{
	(void)state;
	fixture_put(path, CELL "/metrics.json",
		    "{\"schema_version\": 1, \"slot\": \"waitpid-once\", "
		    "\"round\": 1, \"validity\": {\"status\": \"valid\"}, "
		    "\"metrics\": {\"forks\": \"many\"}}");
	load_must_fail("metrics.json", "`forks` is \"many\"");
}

static void refuses_a_missing_key(void **state)
{
	(void)state;
	fixture_put(path, CELL "/metrics.json",
		    "{\"schema_version\": 1, \"slot\": \"waitpid-once\"}");
	load_must_fail("metrics.json", "`round` is missing");
}

static void refuses_a_foreign_slot(void **state)
{
	(void)state;
	fixture_put(path, CELL "/metrics.json",
		    "{\"schema_version\": 1, \"slot\": \"none\", "
		    "\"round\": 1}");
	load_must_fail("metrics.json", "`none` is not one of");
}

static void refuses_the_same_cell_twice(void **state)
{
	(void)state;
	fixture_put(path, CELL "/metrics.json",
		    "{\"schema_version\": 1, \"slot\": \"sig-ign\", "
		    "\"round\": 1, \"validity\": {\"status\": \"valid\"}, "
		    "\"metrics\": {}}");
	load_must_fail("churn/01-", "the same cell");
}

static void refuses_a_broken_histogram(void **state)
{
	(void)state;
	fixture_put(path, CELL "/fork.hist.tsv",
		    "# forkbench histogram 1\n# sum_ns=5 max_ns=5 over=0\n"
		    "lower_ns\tupper_ns\tcount\n5\t6\t1\n");
	load_must_fail("fork.hist.tsv", "line 4");
}

static void refuses_a_broken_time_line(void **state)
{
	(void)state;
	fixture_put(path, CELL "/timeline.tsv",
		    "t_s\tzombies\n0.1\t3\n0.2\tmany\n");
	load_must_fail("timeline.tsv", "line 3");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_run, remove_run)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(reads_a_run),
		TEST(an_unfinished_cell_is_passed_over),
		TEST(unknown_keys_are_ignored),
		TEST(refuses_a_missing_folder),
		TEST(refuses_truncated_json),
		TEST(refuses_a_newer_schema),
		TEST(refuses_a_wrong_type),
		TEST(refuses_a_missing_key),
		TEST(refuses_a_foreign_slot),
		TEST(refuses_the_same_cell_twice),
		TEST(refuses_a_broken_histogram),
		TEST(refuses_a_broken_time_line),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
