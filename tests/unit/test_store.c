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

#include "bench/measure/same_env.h"
#include "bench/measure/store_open.h"
#include "tests/unit/fixture_run.h"
#include "tests/unit/fixture_scratch.h"
#include "tests/unit/fixture_store.h"

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
	fixture_store_begin(&s, &c, folder);
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
		fixture_store_same(&c, &again);
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
	fixture_store_begin(&s, &c, folder);
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
	fixture_store_begin(&s, &c, folder);
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
	struct config c = fixture_store_config();
	struct store s;

	(void)state;
	fixture_store_begin(&s, &c, folder);
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
		fixture_store_begin(&s, &c, folder);
		assert_int_equal(fixture_put(s.partial, faults[i].file,
					     faults[i].content),
				 0);
		store_release(&s);
		assert_refused(folder, faults[i].words);
	}
	fixture_store_begin(&s, &c, folder);
	snprintf(path, sizeof(path), "%s/run.json", s.partial);
	store_release(&s);
	assert_int_equal(unlink(path), 0);
	assert_refused(folder, "rm -r");
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_refused(folder, "regular");
	snprintf(path, sizeof(path), "%s/loop", scratch);
	assert_int_equal(symlink("loop", path), 0);
	assert_refused(path, "symbolic links");
	snprintf(path, sizeof(path), "%s/none", scratch);
	assert_refused(path, "no such run");
	/* What has the name that the run will have. */
	fixture_store_begin(&s, &c, folder);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_is_taken_up_by_any_of_its_names),
		cmocka_unit_test(a_resumed_run_tells_of_all_its_parts),
		cmocka_unit_test(a_finished_run_is_told_from_one_that_is_not),
		cmocka_unit_test(latest_leads_to_what_was_finished_in_results),
		cmocka_unit_test(runs_that_cannot_go_on_are_refused),
		cmocka_unit_test(the_first_difference_of_machines_is_named),
	};

	return cmocka_run_group_tests(tests, fixture_store_set_up,
				      scratch_remove);
}
