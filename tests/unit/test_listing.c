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
#include "tests/unit/fixture_run.h"

static char folder[] = "/tmp/forkbench-listing-XXXXXX";
static char path[sizeof(folder) + 128];
static struct listing l;
static char why[LOAD_WHY];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/forkbench-listing-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	listing_release(&l);
	fixture_remove(folder);
	return 0;
}

static const char *inside(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* A folder with this as its run.json; without one if that is NULL. */
static void put(const char *name, const char *run_json)
{
	assert_int_equal(mkdir(inside(name), 0755), 0);
	if (run_json)
		assert_int_equal(fixture_put(path, "run.json", run_json), 0);
}

/* A run that can be read, begun at a time unless that is NULL. */
static void put_run(const char *name, const char *status, const char *begun)
{
	json_t *run = json_pack("{si sb si si ss s[ss] s[{ss}] ss* ss*}",
				"schema_version", 1, "finished", 1, "rounds", 6,
				"cells", 12, "baseline", "sig-ign", "modes",
				"sig-ign", "none", "experiments", "name",
				"churn", "status", status, "started_utc",
				begun);
	char *text = json_dumps(run, 0);

	assert_non_null(text);
	put(name, text);
	free(text);
	json_decref(run);
}

static void list(void)
{
	listing_release(&l);
	assert_int_equal(listing_read(folder, &l, why), 0);
}

/* The folders in order, parted by blanks. */
static void assert_order(const char *wanted)
{
	char text[1024] = "";

	for (size_t i = 0; i < l.n; i++) {
		size_t used = strlen(text);

		snprintf(text + used, sizeof(text) - used, "%s%s", i ? " " : "",
			 l.list[i].folder);
	}
	assert_string_equal(text, wanted);
}

static void newest_first(void **state)
{
	(void)state;
	put_run("b", "VALID", "2026-01-02T03:04:05Z");
	put_run("a", "NOISY", "2026-01-02T03:04:06Z");
	put_run("c", "INVALID", "2025-12-31T23:59:59Z");
	put_run("z-undated", "VALID", NULL);
	put_run("d", "VALID", "2026-01-02T03:04:05Z"); /* as b: by its name */
	list();
	assert_order("a d b c z-undated");
	assert_string_equal(l.list[0].status, "NOISY");
	assert_string_equal(l.list[3].status, "INVALID");
	assert_string_equal(l.list[0].head.baseline, "sig-ign");
	assert_int_equal(l.list[0].head.n_slots, 2);
	assert_int_equal(l.list[0].head.rounds, 6);
	assert_int_equal(l.list[0].head.n_cells, 0);
	for (size_t i = 0; i < l.n; i++)
		assert_string_equal(l.list[i].why, "");
}

static void unreadable_ones_last(void **state)
{
	static const struct {
		const char *name, *run_json, *words;
	} cases[] = {
		{ "zz", "{\"schema_version\": 1, \"mod", "not whole JSON" },
		{ "yy", "{\"schema_version\": 2}", "newer forkbench" },
		{ "xx", "{\"schema_version\": 1, \"started_utc\": \"9\"}",
		  "`finished` is missing" },
		{ "ww.partial", NULL, "No such file" },
		{ "vv", "", "not whole JSON" },
	};

	(void)state;
	put_run("old", "VALID", "1999-01-01T00:00:00Z");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		put(cases[i].name, cases[i].run_json);
	list();
	assert_order("old zz yy xx ww.partial vv");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct listing_run *r = &l.list[i + 1];

		if (!strstr(r->why, cases[i].words) || strchr(r->why, '\n') ||
		    !strstr(r->why, "/run.json: "))
			fail_msg("%s: %s", r->folder, r->why);
		assert_string_equal(r->status, "-");
	}
}

static void what_is_a_run(void **state)
{
	(void)state;
	put_run("run", "VALID", "2026-01-02T00:00:00Z");
	put_run("going.partial", "RUNNING", "2026-01-03T00:00:00Z");
	put_run(".hidden", "VALID", "2026-01-04T00:00:00Z");
	put("notes", NULL);
	put(".partial", NULL);
	assert_int_equal(fixture_put(folder, "README.md", "x"), 0);
	assert_int_equal(fixture_put(folder, "file.partial", "x"), 0);
	assert_int_equal(symlink("run", inside("latest")), 0);
	assert_int_equal(symlink("nowhere", inside("gone.partial")), 0);
	list();
	assert_order("going.partial run");
	assert_true(l.list[0].partial);
	assert_false(l.list[1].partial);
	assert_string_equal(l.list[0].status, "RUNNING");
}

/* A run.json that is there and no file makes a run that can't be read. */
static void a_run_json_that_is_no_file(void **state)
{
	(void)state;
	put("folder", NULL);
	assert_int_equal(mkdir(inside("folder/run.json"), 0755), 0);
	put("loop", NULL);
	assert_int_equal(symlink("run.json", inside("loop/run.json")), 0);
	put("pipe", NULL);
	assert_int_equal(mkfifo(inside("pipe/run.json"), 0600), 0);
	put("dangling", NULL);
	assert_int_equal(symlink("nowhere", inside("dangling/run.json")), 0);
	list();
	assert_order("pipe loop folder dangling");
	assert_non_null(strstr(l.list[0].why, "not a regular file"));
	assert_non_null(strstr(l.list[1].why, "Too many levels"));
	assert_non_null(strstr(l.list[2].why, "not a regular file"));
	assert_non_null(strstr(l.list[3].why, "No such file"));
}

static void texts_are_plain(void **state)
{
	(void)state;
	put_run("a\033[31m\n\377", "\033[2J", "2026-01-02T00:00:00Z");
	list();
	assert_order("a?[31m??");
	assert_string_equal(l.list[0].status, "?[2J");
	put("b\033.partial", NULL);
	list();
	assert_null(strpbrk(l.list[1].why, "\033\n"));
}

static void folders_that_cannot_be_read(void **state)
{
	(void)state;
	list();
	assert_int_equal(l.n, 0);
	assert_int_equal(listing_read(inside("no\nne"), &l, why), -1);
	assert_non_null(strstr(why, "no?ne: cannot be read: No such file"));
	assert_int_equal(l.n, 0);
	assert_int_equal(fixture_put(folder, "file", "x"), 0);
	assert_int_equal(listing_read(inside("file"), &l, why), -1);
	assert_non_null(strstr(why, "Not a directory"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(newest_first),    TEST(unreadable_ones_last),
		TEST(what_is_a_run),   TEST(a_run_json_that_is_no_file),
		TEST(texts_are_plain), TEST(folders_that_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
