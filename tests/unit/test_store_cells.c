/* The folder of a cell: how far it came, after each step that may be its last. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/store_cells.h"
#include "bench/measure/store_open.h"
#include "tests/unit/fixture_run.h"
#include "tests/unit/fixture_scratch.h"
#include "tests/unit/fixture_store.h"

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
	fixture_store_begin(&s, &c, folder);
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
	fixture_store_begin(&s, &c, folder);
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
	fixture_store_begin(&s, &c, folder);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_stored_tells_how_far_a_cell_came),
		cmocka_unit_test(what_is_of_another_cell_does_not_count),
		cmocka_unit_test(
			what_is_half_written_goes_when_a_run_is_taken_up),
	};

	return cmocka_run_group_tests(tests, fixture_store_set_up,
				      scratch_remove);
}
