/* The folder of a run: written, broken off, taken up, refused, finished. */

#include <fcntl.h>
#include <limits.h>
#include <math.h>
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

#include "bench/judge/cells.h"
#include "bench/measure/store.h"
#include "lib/hlog.h"
#include "tests/unit/fixture_scratch.h"

enum { QUICK = 1, NONE = 1 /* a level */ };

static struct config config, again;
static struct store store;
static struct run run;
static struct hist hist;
static char why[STORE_WHY];

/* results/ is in the working folder. */
static int set_up(void **state)
{
	static const struct wish wish = { .profile = QUICK,
					  .experiments = "churn,leak",
					  .modes = "sig-ign,none",
					  .rounds = 3,
					  .seed = 7 };

	hist = (struct hist){ 0 };
	return scratch_make(state) < 0 || chdir(scratch) < 0 ?
		       -1 :
		       config_make(&config, &wish, why);
}

static int tear_down(void **state)
{
	store_release(&store);
	run_close(&run);
	return chdir("/") < 0 ? -1 : scratch_remove(state);
}

static int create(const char *out)
{
	json_t *env = json_pack("{s:i, s:{s:s}}", "schema_version", 2, "host",
				"kernel", "6.1");
	int rc = store_create(&store, out, &config, env, "abc1234", why);

	json_decref(env);
	if (rc == 0) {
		store.cpu_source = "cgroup v2";
		assert_int_equal(store_run(&store, &config, NULL), 0);
	}
	return rc;
}

static int same(const json_t *env, char *wrong, size_t room)
{
	const char *kernel = json_string_value(
		json_object_get(json_object_get(env, "host"), "kernel"));

	snprintf(wrong, room, "kernel %s, not 6.1", kernel);
	return strcmp(kernel, "6.1") == 0 ? 0 : -1;
}

static int take_up(const char *folder)
{
	store_release(&store);
	return store_open(&store, folder, &again, same, why);
}

static bool is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

static void put_file(const char *path, const char *mode, const char *text)
{
	FILE *out = fopen(path, mode);

	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static long bytes_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? -1 : (long)st.st_size;
}

/* A cell of churn that was measured so, except where it has no figure. */
static void put_cell(size_t level, unsigned round, unsigned attempt,
		     enum validity status)
{
	struct cell_id id = { &config.arm[0], level, round, attempt };
	struct cell_line line = { .start_s = 100 * round + 0.125,
				  .took_s = 0.0625 };

	for (int i = 0; i < METRIC_COUNT; i++)
		line.value[i] = i % 5 == 4 ? NAN : 1.5 * i + round;
	if (status != VALIDITY_VALID)
		validity_add(&line.validity,
			     status == VALIDITY_INVALID ? VALIDITY_UNSETTLED :
							  VALIDITY_STEAL,
			     "%u %%", round);
	assert_int_equal(store_cell(&store, &id, &line), 0);
}

static void read_back(const char *folder)
{
	char wrong[CELLS_WHY];

	run_close(&run);
	if (run_read(&run, folder, wrong) < 0)
		fail_msg("%s", wrong);
}

/* --- what is written ------------------------------------------------------ */

static void the_judge_reads_what_was_written(void **state)
{
	static const struct zombie_line lines[] = {
		{ 0.004, 10, 5, 2, NAN },
		{ 0.5, 20, 20, 12, 8 },
		{ 0.75, 30, 30, NAN, 18 },
	};
	const struct cell_id leak = { &config.arm[1], NONE, 2, 1 };
	const struct cell_id churn = { &config.arm[0], NONE, 1, 1 };
	struct zombie_sample *got;
	char wrong[CELLS_WHY];
	struct hist sum;
	FILE *log;

	(void)state;
	assert_int_equal(create("out"), 0);
	for (uint64_t i = 0; i < 1000; i++)
		hist_record(&hist, 1000 * i);
	log = fopen("load.hlog", "w");
	assert_non_null(log);
	assert_int_equal(hlog_begin(log, 1e9), 0);
	assert_int_equal(hlog_line(log, "first_echo", 0, 1, &hist), 0);
	assert_int_equal(hlog_line(log, "echo", 0, 1, &hist), 0);
	assert_int_equal(fclose(log), 0);
	/* Its writer was killed in the line of echo. */
	assert_int_equal(truncate("load.hlog", bytes_of("load.hlog") - 9), 0);

	assert_int_equal(store_latency(&store, &churn, "fork", 1, 1, &hist), 0);
	assert_int_equal(store_latency_log(&store, &churn, "load.hlog", 1), 0);
	assert_int_equal(store_latency_log(&store, &churn, "none.hlog", 1), 0);
	assert_int_equal(
		store_latency(&store, &churn, "child_start", 1, 1, &hist), 0);
	put_cell(NONE, 1, 1, VALIDITY_VALID);
	put_cell(0, 2, 1, VALIDITY_INVALID);
	put_cell(0, 2, 2, VALIDITY_SUSPECT);
	assert_int_equal(store_zombies(&store, &leak, lines, 3), 0);
	assert_int_equal(store_cell(&store, &leak, &(struct cell_line){ 0 }),
			 0);

	read_back("out.partial");
	assert_int_equal(run.cells, 4);
	for (unsigned i = 0; i < 3; i++) {
		const struct cell *c = &run.cell[i];

		assert_int_equal(c->arm, 0);
		assert_int_equal(c->level, i == 0 ? NONE : 0);
		assert_int_equal(c->round, i == 0 ? 1 : 2);
		assert_int_equal(c->attempt, i == 2 ? 2 : 1);
		assert_int_equal(c->used, i != 1);
		assert_true(c->start_s == 100 * c->round + 0.125);
		assert_true(c->took_s == 0.0625);
		for (int m = 0; m < METRIC_COUNT; m++)
			assert_true(m % 5 == 4 ?
					    isnan(c->value[m]) :
					    c->value[m] == 1.5 * m + c->round);
	}
	assert_int_equal(run.cell[1].validity.status, VALIDITY_INVALID);
	assert_int_equal(run.cell[2].validity.status, VALIDITY_SUSPECT);
	assert_int_equal(run.cell[2].validity.found[0].rule, VALIDITY_STEAL);
	assert_string_equal(run.cell[2].validity.found[0].detail, "2 %");

	assert_int_equal(run_zombies(&run, 1, NONE, 2, &got), 3);
	for (int i = 0; i < 3; i++) {
		assert_true(got[i].t_s == lines[i].t_s);
		assert_true(got[i].forked == lines[i].forked);
		assert_true(got[i].exited == lines[i].exited);
	}
	assert_true(isnan(got[0].kernel) && got[1].kernel == 8);
	assert_true(got[1].zombies == 8 && isnan(got[2].zombies));
	free(got);
	for (const char *const *kind =
		     (const char *const[]){ "fork", "first_echo", "child_start",
					    NULL };
	     *kind; kind++) {
		assert_int_equal(
			run_latency(&run, 0, NONE, 0, *kind, &sum, wrong), 1);
		assert_int_equal(hist_count(&sum), 1000);
	}
	assert_int_equal(run_latency(&run, 0, NONE, 0, "echo", &sum, wrong), 0);
}

static const json_t *at(const json_t *root, const char *key)
{
	return json_object_get(root, key);
}

static void run_json_tells_how_it_ended(void **state)
{
	static const struct store_end ends[] = { { true, NULL },
						 { false, "SIGINT" },
						 { false, "BUDGET" } };
	json_t *root;

	(void)state;
	assert_int_equal(create("out"), 0);
	root = json_load_file("out.partial/run.json", 0, NULL);
	assert_int_equal(json_integer_value(at(root, "schema_version")), 2);
	assert_string_equal(json_string_value(at(root, "started_utc")),
			    store.started_utc);
	assert_true(json_is_false(at(root, "finished")));
	assert_true(json_is_null(at(root, "interrupted_by")));
	assert_true(json_is_null(at(root, "elapsed_s")));
	assert_true(json_is_null(at(root, "cpu_advice")));
	assert_string_equal(json_string_value(at(root, "cpu_source")), "cgroup "
								       "v2");
	assert_int_equal(json_array_size(at(root, "resumed")), 0);
	assert_int_equal(json_integer_value(at(root, "seed")), 7);
	assert_int_equal(json_array_size(at(root, "experiments")), 2);
	json_decref(root);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		store.earlier_s = 1000;
		assert_int_equal(store_run(&store, &config, &ends[i]), 0);
		read_back("out.partial");
		assert_int_equal(run.finished, ends[i].finished);
		assert_string_equal(
			run.interrupted_by,
			ends[i].interrupted_by ? ends[i].interrupted_by : "");
		assert_true(run.elapsed_s >= 1000 && run.elapsed_s < 1060);
	}
}

/* --- taking up ------------------------------------------------------------ */

static void a_broken_last_line_is_cut_and_the_rest_goes_on(void **state)
{
	static const char *const files[] = { "out.partial/cells.tsv",
					     "out.partial/zombies.tsv",
					     "out.partial/latency.hlog" };
	const struct cell_id id = { &config.arm[0], 0, 1, 1 };
	long bytes[3];

	(void)state;
	hist_record(&hist, 1000);
	assert_int_equal(create("out"), 0);
	put_cell(0, 1, 1, VALIDITY_VALID);
	assert_int_equal(store_latency(&store, &id, "fork", 1, 1, &hist), 0);
	for (int i = 0; i < 3; i++) {
		bytes[i] = bytes_of(files[i]);
		put_file(files[i], "a", "churn\t\tsig-ign\t2,");
	}
	assert_int_equal(take_up("out"), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(bytes_of(files[i]), bytes[i]);
	assert_int_equal(again.arms, 2);
	assert_int_equal(again.seed, 7);
	put_cell(0, 2, 3, VALIDITY_VALID);
	assert_int_equal(store_latency(&store, &id, "fork", 1, 1, &hist), 0);
	read_back("out.partial");
	assert_int_equal(run.cells, 2);
}

static void a_run_is_taken_up_by_any_of_its_names(void **state)
{
	static const char *const names[] = { "out", "out/", "out.partial//",
					     "link" };
	char utc[STORE_TIME];
	json_t *root;

	(void)state;
	assert_int_equal(create("out"), 0);
	snprintf(utc, sizeof(utc), "%s", store.started_utc);
	put_cell(0, 1, 1, VALIDITY_VALID);
	put_cell(1, 1, 1, VALIDITY_VALID);
	assert_int_equal(symlink("out.partial", "link"), 0);
	for (size_t i = 0; i < 4; i++) {
		const struct store_end end = { false, "SIGHUP" };

		assert_int_equal(take_up(names[i]), 0);
		assert_string_equal(store.started_utc, utc);
		assert_int_equal(store_resumptions(&store), i);
		/* The first part was killed: it ended with its last cell. */
		assert_true(store_elapsed_s(&store) >= 100.1875);
		assert_true(store_elapsed_s(&store) < 160);
		store_mark_resumed(&store, 5 + i);
		assert_int_equal(store_run(&store, &again, &end), 0);
	}
	root = json_load_file("out.partial/run.json", 0, NULL);
	for (size_t i = 0; i < 4; i++) {
		const json_t *mark = json_array_get(at(root, "resumed"), i);

		assert_int_equal(json_integer_value(at(mark, "at_cell")),
				 5 + i);
		assert_int_equal(strlen(json_string_value(at(mark, "utc"))),
				 strlen(utc));
	}
	json_decref(root);
}

static void past_cells_are_those_of_this_run(void **state)
{
	static const struct past_cell wanted[] = {
		{ 0, 0, 1, 1, false, 0.0625 },
		{ 0, 1, 1, 1, true, 0.0625 },
		{ 0, 1, 1, 2, false, 0.0625 },
		{ 0, 2, 2, 3, false, 0.0625 },
	};
	struct past_cell *past;

	(void)state;
	assert_int_equal(create("out"), 0);
	put_cell(0, 1, 1, VALIDITY_VALID);
	put_cell(1, 1, 1, VALIDITY_INVALID);
	put_cell(1, 1, 2, VALIDITY_SUSPECT);
	for (int i = 0; i < 4; i++) {
		/* Another experiment, level, and no round or attempt. */
		static const char *const strange[] = { "hold\t\tnone\t1\t1",
						       "churn\t\tpidfd\t1\t1",
						       "churn\t\tnone\t\t1",
						       "churn\t\tnone\t1\t-1" };

		put_file("out.partial/cells.tsv", "a", strange[i]);
		for (int k = 0; k < 4 + METRIC_COUNT; k++)
			put_file("out.partial/cells.tsv", "a", "\t");
		put_file("out.partial/cells.tsv", "a", "\n");
	}
	put_cell(2, 2, 3, VALIDITY_VALID);
	assert_int_equal(store_past(&store, &config, &past), 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(past[i].arm, wanted[i].arm);
		assert_int_equal(past[i].level, wanted[i].level);
		assert_int_equal(past[i].round, wanted[i].round);
		assert_int_equal(past[i].attempt, wanted[i].attempt);
		assert_int_equal(past[i].invalid, wanted[i].invalid);
		assert_true(past[i].took_s == wanted[i].took_s);
	}
	free(past);
}

static void what_cannot_be_taken_up_is_refused(void **state)
{
	static const struct {
		const char *file, *content; /* NULL: removed; "-": locked */
		const char *words;
	} known[] = {
		{ "run.json", NULL, "run.json: " },
		{ "run.json", "{\"schema_version\": 3}", "newer forkbench" },
		{ "run.json", "{\"schema_version\": 2}", "`started_utc`" },
		{ "run.json", "{", "measure anew" },
		{ "env.json", NULL, "env.json cannot be opened" },
		{ "env.json",
		  "{\"schema_version\": 2, \"host\": {\"kernel\": \"6.9\"}}",
		  "kernel 6.9, not 6.1; such cells cannot be compared" },
		{ "cells.tsv", "experiment\tlevel\n",
		  "its columns are not those" },
		{ "zombies.tsv", "t_s\n", "its columns are not those" },
	};
	struct store other;
	char file[64];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_int_equal(create("out"), 0);
		snprintf(file, sizeof(file), "out.partial/%s", known[i].file);
		if (known[i].content)
			put_file(file, "w", known[i].content);
		else
			assert_int_equal(unlink(file), 0);
		assert_int_equal(take_up("out"), -1);
		if (!strstr(why, known[i].words))
			fail_msg("%s: not `%s`", why, known[i].words);
		assert_null(strchr(why, '\n'));
		store_release(&store);
		store_discard(&(struct store){ .partial = "out.partial" });
		assert_false(is_there("out.partial"));
	}
	assert_int_equal(take_up("out"), -1);
	assert_non_null(strstr(why, "no such run"));

	/* While somebody is at work there. */
	store_release(&store);
	assert_int_equal(create("out"), 0);
	assert_int_equal(store_open(&other, "out", &again, same, why), -1);
	assert_non_null(strstr(why, "another forkbench is at work there"));
	store_release(&other);
	put_file("out", "w", "");
	assert_int_equal(take_up("out.partial"), -1);
	assert_non_null(strstr(why, "exists already"));
}

/* --- begin and end -------------------------------------------------------- */

static void a_folder_that_is_in_use_is_not_taken(void **state)
{
	static const struct {
		const char *folder, *file, *out, *words; /* NULL: taken */
	} known[] = {
		{ NULL, NULL, "a", NULL },
		{ "b", NULL, "b/", NULL }, /* it is empty */
		{ "c", "c/x", "c", "exists already" },
		{ NULL, "d", "d", "exists already" },
		{ "e.partial", NULL, "e", "see forkbench resume" },
		{ NULL, NULL, "f/g", "give a folder that can be written" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].folder)
			assert_int_equal(mkdir(known[i].folder, 0700), 0);
		if (known[i].file)
			put_file(known[i].file, "w", "");
		assert_int_equal(create(known[i].out), known[i].words ? -1 : 0);
		if (known[i].words && !strstr(why, known[i].words))
			fail_msg("%s: not `%s`", why, known[i].words);
		if (!known[i].words) {
			assert_int_equal(store_finish(&store), 0);
			assert_true(is_there(known[i].out));
		}
		store_release(&store);
	}
	assert_false(is_there("results"));
	assert_true(is_there("c/x") && is_there("d"));
	assert_false(is_there("c.partial"));
}

static void a_finished_run_has_its_name_and_is_the_latest(void **state)
{
	const struct store_end end = { .finished = true };
	const struct cell_id id = { &config.arm[0], NONE, 1, 2 };
	char target[PATH_MAX], final[PATH_MAX], path[PATH_MAX + 32];
	ssize_t n;

	(void)state;
	assert_int_equal(create(NULL), 0);
	assert_int_equal(strncmp(store.final, "results/2", 9), 0);
	assert_non_null(strstr(store.final, "Z-abc1234-quick"));
	assert_string_equal(store.partial + strlen(store.final), ".partial");
	snprintf(path, sizeof(path), "%s/server.log", store.work);
	put_file(path, "w", "it died\n");
	store_logs(&store, &id);
	assert_int_equal(store_run(&store, &config, &end), 0);
	snprintf(final, sizeof(final), "%s", store.final);
	/* Killed before it had its name: only that is missing. */
	assert_int_equal(take_up(final), 0);
	assert_int_equal(store_finish(&store), 0);
	assert_int_equal(take_up(final), 1);
	n = readlink("results/latest", target, sizeof(target) - 1);
	assert_true(n > 0);
	target[n] = '\0';
	assert_string_equal(target, final + strlen("results/"));
	assert_false(is_there("results/latest/work"));
	assert_true(is_there("results/latest/logs/churn-none-1-2-server.log"));
	assert_true(is_there("results/latest/env.json"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_judge_reads_what_was_written),
		TEST(run_json_tells_how_it_ended),
		TEST(a_broken_last_line_is_cut_and_the_rest_goes_on),
		TEST(a_run_is_taken_up_by_any_of_its_names),
		TEST(past_cells_are_those_of_this_run),
		TEST(what_cannot_be_taken_up_is_refused),
		TEST(a_folder_that_is_in_use_is_not_taken),
		TEST(a_finished_run_has_its_name_and_is_the_latest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
