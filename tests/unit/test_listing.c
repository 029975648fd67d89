/* The stored runs of a folder: which, in what order, and what is wrong. */

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

#include "bench/judge/listing.h"
#include "tests/unit/fixture_scratch.h"

static struct listing l;
static char why[CELLS_WHY];

static void put(const char *folder, const char *name, const char *text)
{
	char path[160];
	FILE *out;

	snprintf(path, sizeof(path), "%.60s/%.60s", folder, name);
	mkdir(scratch_file(folder), 0755);
	out = fopen(scratch_file(path), "w");
	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

/* A run of two experiments, with one cell, begun in that month. */
static void put_run(const char *folder, const char *month)
{
	const struct wish wish = { .experiments = "churn,leak",
				   .modes = "sig-ign,none",
				   .seed = 1 };
	static struct config c;
	char utc[RUN_UTC], *text;
	json_t *run;

	if (config_make(&c, &wish, why) < 0)
		fail_msg("%s", why);
	run = config_json(&c);
	snprintf(utc, sizeof(utc), "2026-%.2s-02T03:04:05Z", month);
	json_object_set_new(run, "schema_version", json_integer(2));
	json_object_set_new(run, "started_utc", json_string(utc));
	json_object_set_new(run, "finished", json_false());
	text = json_dumps(run, 0);
	assert_non_null(text);
	put(folder, "run.json", text);
	free(text);
	json_decref(run);
	put(folder, "cells.tsv",
	    "experiment\tlevel\tround\tattempt\tstart_s\ttook_s\tvalidity\t"
	    "reasons\nchurn\tnone\t1\t1\t5\t2.5\tvalid\t\n");
}

static int clear(void **state)
{
	listing_release(&l);
	return scratch_remove(state);
}

static void newest_first_and_unreadable_last(void **state)
{
	static const struct {
		const char *id;
		bool partial;
		const char *unreadable;
	} due[] = {
		{ "a-new", true, "" },
		{ "m-middle", false, "" },
		{ "z-old", false, "" },
		{ "empty", true, "holds no run.json" },
		{ "bad?name", false, "not whole JSON" },
	};

	(void)state;
	put_run("z-old", "01");
	put_run("m-middle", "02");
	put_run("a-new.partial", "03");
	put_run(".hidden", "04");
	put("bad\nname", "run.json", "{");
	put("no-run", "notes", "");
	put("no-run", "report.md", "");
	assert_int_equal(mkdir(scratch_file("empty.partial"), 0755), 0);
	assert_int_equal(symlink("z-old", scratch_file("latest")), 0);
	if (listing_read(scratch, &l, why) < 0)
		fail_msg("%s", why);
	assert_int_equal(l.count, sizeof(due) / sizeof(due[0]));
	for (size_t i = 0; i < l.count; i++) {
		const struct listed *run = &l.run[i];

		assert_string_equal(run->id, due[i].id);
		assert_int_equal(run->partial, due[i].partial);
		assert_int_equal(!*run->unreadable, !*due[i].unreadable);
		assert_non_null(strstr(run->unreadable, due[i].unreadable));
		if (*run->unreadable)
			continue;
		assert_int_equal(run->state, RUN_INCOMPLETE);
		assert_string_equal(run->profile, profile_names[0]);
		assert_string_equal(run->experiments, "churn, leak");
		assert_true(run->cells == 1 && run->elapsed_s == 7.5);
	}
	assert_string_equal(l.run[0].started_utc, "2026-03-02T03:04:05Z");
}

static void a_folder_without_runs(void **state)
{
	(void)state;
	assert_int_equal(listing_read(scratch, &l, why), 0);
	assert_int_equal(l.count, 0);
	assert_int_equal(listing_read("/none/such", &l, why), -1);
	assert_string_equal(why, "/none/such: cannot be read: No such file or "
				 "directory; give the folder that runs are "
				 "stored in");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, clear)
	const struct CMUnitTest tests[] = {
		TEST(newest_first_and_unreadable_last),
		TEST(a_folder_without_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
