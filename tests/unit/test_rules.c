/*
 * The table of validity rules, and how many cells of a stored run broke each;
 * what else a cell's file says of the machine.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tell/tables_trust.h"
#include "bench/validity.h"
#include "tests/unit/fixture_run.h"
#include "tests/unit/fixture_world.h"

#define CELL "cells/churn/01-none"

static const char *const modes[] = { "sig-ign", "none", NULL };
static const char *const experiments[] = { "churn", NULL };

static char folder[] = "/tmp/forkbench-rules-XXXXXX";
static char path[sizeof(folder) + 8];
static struct load_run run;
static char why[LOAD_WHY];

static int make_run(void **state)
{
	const struct fixture f = { .seed = 3,
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
				   .suspect = true,
				   .sessions = 50 };

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/forkbench-rules-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/run", folder);
	return fixture_write(&f, path);
}

static int remove_run(void **state)
{
	(void)state;
	load_release(&run);
	fixture_remove(folder);
	return 0;
}

static void load(void)
{
	load_release(&run);
	if (load_run(path, &run, why) < 0)
		fail_msg("%s", why);
}

/* A rule's row: the text of one of its columns. */
static const char *cell_of(const struct table *t, const char *rule, size_t at)
{
	for (size_t i = 0; i < t->n; i += t->columns)
		if (strcmp(t->cells[i].text, rule) == 0)
			return t->cells[i + at].text;
	fail_msg("no row of %s", rule);
	return NULL;
}

static void every_rule_has_a_row(void **state)
{
	struct table t = tables_rules(NULL);

	(void)state;
	assert_int_equal(t.columns, 4);
	assert_int_equal(t.n, 4 * validity_rule_count);
	assert_string_equal(cell_of(&t, "steal", 1), "the host took over 5 % "
						     "of the CPU time");
	assert_string_equal(cell_of(&t, "steal", 2), "suspect");
	assert_string_equal(cell_of(&t, "send-lag", 1), "the 99th percentile "
							"of send lag exceeds 1 "
							"ms");
	assert_string_equal(cell_of(&t, "send-lag", 2), "invalid");
	for (size_t i = 0; i < t.n; i++)
		assert_true(*t.cells[i].text);
	table_release(&t);
}

static void cells_that_broke_it_are_counted(void **state)
{
	struct table t;

	(void)state;
	load();
	t = tables_rules(&run);
	assert_int_equal(t.n, 5 * validity_rule_count);
	/* both tries of round 2; round 1 of the mode */
	assert_string_equal(cell_of(&t, "unserved-session", 4), "2");
	assert_string_equal(cell_of(&t, "steal", 4), "1");
	assert_string_equal(cell_of(&t, "unsettled", 4), "0");
	table_release(&t);
}

static void put(const char *validity, const char *host)
{
	char text[1024];

	snprintf(text, sizeof(text),
		 "{\"schema_version\": 1, \"experiment\": \"churn\", "
		 "\"slot\": \"none\", \"round\": 1, \"validity\": %s, "
		 "\"host\": %s, \"metrics\": {}}",
		 validity, host);
	assert_int_equal(fixture_put(path, CELL "/metrics.json", text), 0);
}

static void rules_of_another_version(void **state)
{
	struct table t;

	(void)state;
	put("{\"status\": \"suspect\", \"reasons\": [\"r\", \"s\"], \"rules\": "
	    "[\"tide\", \"steal\", \"tide\", 5, \"moon\"]}",
	    "null");
	load();
	t = tables_rules(&run);
	assert_int_equal(t.n, 5 * (validity_rule_count + 2));
	assert_string_equal(cell_of(&t, "tide", 1), "not a rule of this "
						    "version");
	assert_string_equal(cell_of(&t, "tide", 4), "1");
	assert_string_equal(cell_of(&t, "moon", 4), "1");
	assert_string_equal(cell_of(&t, "steal", 4), "1");
	table_release(&t);
}

/* Runs from before rules had names: not known is not 0. */
static void cells_without_names_make_no_count(void **state)
{
	struct table t;

	(void)state;
	put("{\"status\": \"suspect\", \"reasons\": [\"r\"]}", "null");
	load();
	t = tables_rules(&run);
	assert_string_equal(cell_of(&t, "unserved-session", 4), "-");
	table_release(&t);
	put("{\"status\": \"valid\", \"reasons\": []}", "null");
	load();
	t = tables_rules(&run);
	assert_string_equal(cell_of(&t, "unserved-session", 4), "2");
	table_release(&t);
}

static void what_the_machine_was_like(void **state)
{
	const struct load_cell *c;

	(void)state;
	load();
	c = load_find(&run, 0, 1, 1);
	assert_non_null(c);
	assert_true(c->drift.before.load_1min == 1.25);
	assert_true(c->drift.after.load_1min == 1.5);
	assert_true(c->drift.during.steal_pct == 9);
	assert_true(isnan(c->drift.before.steal_total_s));
	put("{\"status\": \"valid\"}", "{\"during\": null, \"after\": "
				       "{\"load_1min\": null}}");
	load();
	c = load_find(&run, 0, 1, 1);
	assert_true(isnan(c->drift.during.steal_pct));
	assert_true(isnan(c->drift.after.load_1min));
}

static void what_is_there_must_be_right(void **state)
{
	static const struct {
		const char *validity, *host, *words;
	} cases[] = {
		{ "{\"status\": \"valid\", \"rules\": 5}", "null", "`rules`" },
		{ "{\"status\": \"valid\"}", "[]", "`host`" },
		{ "{\"status\": \"valid\"}", "{\"before\": 1}", "`before`" },
		{ "{\"status\": \"valid\"}",
		  "{\"during\": {\"steal_pct\": \"5\"}}", "`steal_pct`" },
		{ "{\"status\": \"valid\"}", "{\"after\": {\"load_1min\": -1}}",
		  "`load_1min`" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		put(cases[i].validity, cases[i].host);
		load_release(&run);
		assert_int_equal(load_run(path, &run, why), -1);
		if (!strstr(why, cases[i].words) || !strstr(why, CELL))
			fail_msg("no %s in: %s", cases[i].words, why);
	}
}

static void outliers_have_a_row_each(void **state)
{
	struct world *w = world_new(modes);
	struct load_cell *odd = world_cell(w, 1, 4);
	struct table t;

	(void)state;
	snprintf(odd->folder, sizeof(odd->folder), CELL);
	odd->value[METRIC_FORK_P50_US] = 75;
	world_judge(w);
	t = tables_outliers(&w->j);
	assert_int_equal(t.n, 5);
	assert_string_equal(cell_of(&t, CELL, 1), "fork p50");
	assert_string_equal(cell_of(&t, CELL, 2), "75.0 µs");
	assert_string_equal(cell_of(&t, CELL, 3), "50.1 µs");
	assert_string_equal(cell_of(&t, CELL, 4), "1.50");
	table_release(&t);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_has_a_row),
		cmocka_unit_test_setup_teardown(cells_that_broke_it_are_counted,
						make_run, remove_run),
		cmocka_unit_test_setup_teardown(rules_of_another_version,
						make_run, remove_run),
		cmocka_unit_test_setup_teardown(
			cells_without_names_make_no_count, make_run,
			remove_run),
		cmocka_unit_test_setup_teardown(what_the_machine_was_like,
						make_run, remove_run),
		cmocka_unit_test_setup_teardown(what_is_there_must_be_right,
						make_run, remove_run),
		cmocka_unit_test(outliers_have_a_row_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
