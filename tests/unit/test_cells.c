/* Stored runs, read: whole ones, cut ones, and such as nobody would write. */

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
#include "lib/hlog.h"
#include "tests/unit/fixture_scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Arms of the runs here, and levels. */
enum { CHURN, LEAK };
enum { SIG_IGN_LEVEL, NONE, AGAIN };

static struct run r;
static char why[CELLS_WHY];

static void put(const char *name, const char *text)
{
	FILE *out = fopen(scratch_file(name), "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

/* A run.json of two experiments; what is in `keys` replaces its own. */
static void put_run(const char *keys)
{
	const struct wish wish = { .experiments = "churn,leak",
				   .modes = "sig-ign,none",
				   .seed = 1 };
	json_t *more = json_loads(keys, 0, NULL), *run;
	static struct config c;

	assert_non_null(more);
	if (config_make(&c, &wish, why) < 0)
		fail_msg("%s", why);
	run = config_json(&c);
	assert_non_null(run);
	json_object_set_new(run, "schema_version", json_integer(2));
	assert_int_equal(json_object_update(run, more), 0);
	assert_int_equal(json_dump_file(run, scratch_file("run.json"), 0), 0);
	json_decref(run);
	json_decref(more);
}

#define PLACE "experiment\tseries\tlevel\tround\tattempt\t"
#define HEAD PLACE "start_s\ttook_s\tvalidity\treasons\tzombies_left\tcpu_us\n"

static void read_run(void)
{
	run_close(&r);
	if (run_read(&r, scratch, why) < 0)
		fail_msg("%s", why);
}

static void read_cells(const char *lines)
{
	char *text;

	assert_true(asprintf(&text, HEAD "%s", lines) > 0);
	put_run("{}");
	put("cells.tsv", text);
	free(text);
	read_run();
}

static int clear(void **state)
{
	run_close(&r);
	return scratch_remove(state);
}

/* "arm level round.attempt cpu_us zombies_left", "*" behind a used cell. */
static const char *cells_read(void)
{
	static char text[4096];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < r.cells; i++) {
		const struct cell *c = &r.cell[i];

		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%u %u %u.%u %g %g%s|", c->arm,
					 c->level, c->round, c->attempt,
					 fabs(c->value[METRIC_CPU_US]),
					 fabs(c->value[METRIC_ZOMBIES_LEFT]),
					 c->used ? "*" : "");
	}
	return text;
}

static void lines_of_cells(void **state)
{
	static const struct {
		const char *lines, *cells;
	} cases[] = {
		{ "", "" },
		{ "churn\t\tnone\t1\t1\t1\t2\tvalid\t\t3\t94.7\n"
		  "leak\t\tsig-ign\t12\t2\t1\t2\tvalid\t\t0\t\n",
		  "0 1 1.1 94.7 3*|1 0 12.2 nan 0*|" },
		/* The warm-up and what is invalid are not used. */
		{ "churn\t\tnone\t0\t1\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t1\t1\t2\tinvalid\tunsettled\t3\t9\n"
		  "churn\t\tnone\t2\t1\t1\t2\tsuspect\tsteal: 9 %\t3\t9\n"
		  "churn\t\tnone\t3\t1\t1\t2\tnonsense\t\t3\t9\n",
		  "0 1 0.1 9 3|0 1 1.1 9 3|0 1 2.1 9 3*|0 1 3.1 9 3|" },
		/* A later attempt replaces an earlier one, in any order. */
		{ "churn\t\tnone\t1\t2\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t1\t1\t2\tvalid\t\t3\t8\n"
		  "churn\t\tnone\t2\t1\t1\t2\tvalid\t\t3\t7\n"
		  "churn\t\tnone\t2\t2\t1\t2\tinvalid\t\t3\t6\n",
		  "0 1 1.2 9 3*|0 1 1.1 8 3|0 1 2.1 7 3|0 1 2.2 6 3|" },
		/* Of the same attempt the last line counts. */
		{ "churn\t\tnone\t1\t1\t1\t2\tvalid\t\t1\t1\n"
		  "churn\t\tsig-ign\t1\t1\t1\t2\tvalid\t\t2\t2\n"
		  "churn\t\tnone\t1\t1\t1\t2\tvalid\t\t3\t3\n"
		  "churn\t\tnone\t1\t1\t1\t2\tvalid\t\t4\t4\n",
		  "0 0 1.1 2 2*|0 1 1.1 4 4*|" },
		/* The last line has no newline. */
		{ "churn\t\tnone\t1\t1\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t2\t1\t1\t2\tvalid\t\t3\t9",
		  "0 1 1.1 9 3*|" },
		/* Places that this run has not. */
		{ "none\t\tnone\t1\t1\t1\t2\tvalid\t\t3\t9\n"
		  "hold\t\tnone\t1\t1\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tpidfd\t1\t1\t1\t2\tvalid\t\t3\t9\n"
		  "\t\t\t\t\t\t\t\t\t\t\n"
		  "churn\t\tnone\t-1\t1\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1.5\t1\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t4294967297\t1\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t1001\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t\t1\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t1\t\t2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t1\t1\t-2\tvalid\t\t3\t9\n"
		  "churn\t\tnone\t1\t1\tnan\t2\tvalid\t\t3\t9\n",
		  "" },
		/* Figures that are none. */
		{ "churn\t\tnone\t1\t1\t1\t2\tvalid\t\tnan\tinf\n"
		  "churn\t\tnone\t2\t1\t1\t2\tvalid\t\t-1\t1e16\n"
		  "churn\t\tnone\t3\t1\t1\t2\tvalid\t\t0x10\t9 us\n"
		  "churn\t\tnone\t4\t1\t1\t2\tvalid\t\t-inf\t1e999\n"
		  "churn\t\tnone\t5\t1\t1\t2\tvalid\t\t-0\t1e15\n",
		  "0 1 1.1 nan nan*|0 1 2.1 nan nan*|0 1 3.1 nan nan*|"
		  "0 1 4.1 nan nan*|0 1 5.1 1e+15 0*|" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		read_cells(cases[i].lines);
		assert_string_equal(cells_read(), cases[i].cells);
	}
}

static void a_line_is_read_whole(void **state)
{
	const struct cell *c;

	(void)state;
	read_cells("churn\t\tsig-ign-aa\t7\t2\t1.25\t0.5\tsuspect\t"
		   "steal: 9 %; foreign-load: 40 %, most: cc1\t3\t9\n");
	c = &r.cell[0];
	assert_int_equal(r.cells, 1);
	assert_int_equal(c->arm, CHURN);
	assert_true(r.config.arm[c->arm].level[c->level].aa);
	assert_true(c->start_s == 1.25 && c->took_s == 0.5);
	assert_int_equal(c->validity.status, VALIDITY_SUSPECT);
	assert_int_equal(c->validity.count, 2);
	assert_int_equal(c->validity.found[1].rule, VALIDITY_FOREIGN_LOAD);
	assert_string_equal(c->validity.found[1].detail, "40 %, most: cc1");
	for (int i = 0; i < METRIC_COUNT; i++)
		assert_int_equal(isnan(c->value[i]),
				 i != METRIC_CPU_US &&
					 i != METRIC_ZOMBIES_LEFT);
}

static void columns_may_come_in_any_order(void **state)
{
	(void)state;
	put_run("{}");
	put("cells.tsv", "cpu_"
			 "us\tcolour\tattempt\tround\tlevel\texperiment\treason"
			 "s\t"
			 "validity\ttook_s\tstart_s\n"
			 "9\tred\t1\t2\tnone\tchurn\t\tvalid\t1\t0\n");
	read_run();
	assert_string_equal(cells_read(), "0 1 2.1 9 nan*|");
}

static void a_run_that_has_only_begun(void **state)
{
	double *values;
	static struct hist sum;
	struct zombie_sample *samples;

	(void)state;
	put_run("{}");
	for (int with_table = 0; with_table < 2; with_table++) {
		if (with_table)
			put("cells.tsv", "experiment\tlev");
		read_run();
		assert_int_equal(r.cells, 0);
		assert_true(r.elapsed_s == 0 && !r.finished);
		assert_string_equal(r.started_utc, "");
		assert_int_equal(json_object_size(r.env), 0);
		assert_int_equal(run_values(&r, 0, 0, METRIC_CPU_US, &values),
				 0);
		assert_non_null(values);
		free(values);
		assert_int_equal(run_latency(&r, 0, 0, 0, "fork", &sum, why),
				 0);
		assert_int_equal(run_zombies(&r, 0, 0, 1, &samples), 0);
		free(samples);
	}
}

static void the_head(void **state)
{
	static const struct {
		const char *keys, *summary;
	} cases[] = {
		{ "{\"finished\": true, \"interrupted_by\": null, "
		  "\"elapsed_s\": 211.5, \"started_utc\": "
		  "\"2026-01-02T03:04:05Z\", \"cpu_source\": \"cgroup v2\"}",
		  "1 211.5 [] [2026-01-02T03:04:05Z] [cgroup v2] []" },
		/* Killed: up to the end of the last cell, wherever it is. */
		{ "{\"finished\": false, \"elapsed_s\": null}", "0 7.5 [] [] "
								"[] []" },
		{ "{\"finished\": false, \"interrupted_by\": \"SIGINT\", "
		  "\"elapsed_s\": 6, \"cpu_source\": null, "
		  "\"cpu_advice\": \"do so\"}",
		  "0 6 [SIGINT] [] [] [do so]" },
		{ "{\"finished\": 1, \"elapsed_s\": -1, \"started_utc\": [], "
		  "\"interrupted_by\": \"a\\u001bvery long signal's name\"}",
		  "0 7.5 [a?very long sig] [] [] []" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got;

		put_run(cases[i].keys);
		put("cells.tsv", HEAD "churn\t\tnone\t1\t1\t5\t2."
				      "5\tvalid\t\t3\t9\n"
				      "churn\t\tsig-"
				      "ign\t1\t1\t2\t3\tvalid\t\t3\t9\n");
		read_run();
		assert_true(asprintf(&got, "%d %g [%s] [%s] [%s] [%s]",
				     r.finished, r.elapsed_s, r.interrupted_by,
				     r.started_utc, r.cpu_source,
				     r.cpu_advice) > 0);
		assert_string_equal(got, cases[i].summary);
		free(got);
	}
}

static void the_name_is_the_folders(void **state)
{
	static char path[64], link_path[64], moved[64], *copy;

	(void)state;
	put_run("{}");
	copy = strdup(strrchr(scratch, '/') + 1);
	snprintf(path, sizeof(path), "%s", scratch);
	snprintf(link_path, sizeof(link_path), "%.40s-link", scratch);
	snprintf(moved, sizeof(moved), "%.40s.partial", scratch);
	assert_int_equal(rename(path, moved), 0);
	assert_int_equal(symlink(moved, link_path), 0);
	assert_int_equal(run_read(&r, link_path, why), 0);
	unlink(link_path);
	assert_int_equal(rename(moved, path), 0);
	assert_string_equal(r.id, copy);
	assert_string_equal(r.folder, link_path);
	free(copy);
}

static void bad_runs_are_refused(void **state)
{
	static const struct {
		const char *file, *text, *why; /* NULL: a folder */
	} cases[] = {
		{ "run.json", "", "run.json: not whole JSON" },
		{ "run.json", "[]", "run.json: not a JSON object" },
		{ "run.json", NULL, "run.json: not a regular file" },
		{ "run.json", "{\"schema_version\": 1}",
		  "run.json: made by an older forkbench; read the run with "
		  "that one, or measure again" },
		{ "run.json", "{\"schema_version\": 3}",
		  "use a newer forkbench" },
		{ "run.json", "{\"schema_version\": 2}", "; measure again" },
		{ "env.json", "{", "env.json: not whole JSON" },
		{ "env.json", "{\"schema_version\": 3}",
		  "use a newer forkbench" },
		{ "cells.tsv", NULL, "cells.tsv: not a regular file" },
		{ "cells.tsv", "experiment\tlevel\n",
		  "cells.tsv: no column is named `round`" },
		{ "cells.tsv", HEAD "churn\tnone\n", "cells.tsv: line 2" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		put_run("{}");
		if (cases[i].text)
			put(cases[i].file, cases[i].text);
		else if (unlink(scratch_file(cases[i].file)), true)
			mkdir(scratch_file(cases[i].file), 0700);
		assert_int_equal(run_read(&r, scratch, why), -1);
		if (strncmp(why, scratch, strlen(scratch)) != 0 ||
		    !strstr(why, cases[i].why))
			fail_msg("%s: %s", cases[i].file, why);
		run_close(&r);
		scratch_remove(state);
		assert_int_equal(scratch_make(state), 0);
	}
	assert_int_equal(run_read(&r, scratch, why), -1);
	assert_non_null(strstr(why, "holds no run.json"));
	assert_int_equal(run_read(&r, "/none/such", why), -1);
	assert_non_null(strstr(why, "/none/such: cannot be read"));
}

static void too_many_cells_are_refused(void **state)
{
	FILE *out;

	(void)state;
	for (int more = 0; more < 2; more++) {
		put_run("{}");
		out = fopen(scratch_file("cells.tsv"), "w");
		fputs(HEAD, out);
		for (int i = 0; i < CELLS_MOST + more; i++)
			fprintf(out, "no\t\tnone\t%d\t1\t1\t2\tvalid\t\t\t\n",
				i);
		assert_int_equal(fclose(out), 0);
		assert_int_equal(run_read(&r, scratch, why), -more);
		run_close(&r);
	}
	assert_non_null(strstr(why, "131073 lines, and a run has at most"));
}

/* Values as text, each followed by a blank; frees them. */
static const char *text_of(double *values, size_t n)
{
	static char text[512];
	size_t used = 0;

	assert_non_null(values);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "%g ", values[i]);
	free(values);
	return text;
}

static void whole_rounds_and_used_values(void **state)
{
	static const struct {
		size_t count, levels[3];
		const char *values;
	} cases[] = {
		{ 2, { NONE, SIG_IGN_LEVEL }, "11 10 41 40 " },
		{ 2, { SIG_IGN_LEVEL, AGAIN }, "10 12 20 22 " },
		{ 3, { SIG_IGN_LEVEL, NONE, AGAIN }, "10 11 12 " },
		{ 1, { AGAIN }, "12 22 " },
	};
	double *values;
	size_t n;

	(void)state;
	read_cells("churn\t\tnone\t4\t1\t1\t1\tvalid\t\t\t41\n"
		   "churn\t\tsig-ign\t1\t1\t1\t1\tvalid\t\t\t10\n"
		   "churn\t\tnone\t1\t1\t1\t1\tinvalid\t\t\t99\n"
		   "churn\t\tsig-ign-aa\t1\t1\t1\t1\tvalid\t\t\t12\n"
		   "churn\t\tnone\t1\t2\t1\t1\tvalid\t\t\t11\n"
		   "churn\t\tsig-ign\t0\t1\t1\t1\tvalid\t\t\t1\n"
		   "churn\t\tnone\t0\t1\t1\t1\tvalid\t\t\t2\n"
		   "churn\t\tsig-ign\t2\t1\t1\t1\tvalid\t\t\t20\n"
		   "churn\t\tsig-ign-aa\t2\t1\t1\t1\tsuspect\t\t\t22\n"
		   "churn\t\tnone\t2\t1\t1\t1\tinvalid\t\t\t21\n"
		   "churn\t\tsig-ign\t3\t1\t1\t1\tvalid\t\t\t30\n"
		   "churn\t\tnone\t3\t1\t1\t1\tvalid\t\t\t\n"
		   "churn\t\tsig-ign\t4\t1\t1\t1\tvalid\t\t\t40\n"
		   "leak\t\tsig-ign\t3\t1\t1\t1\tvalid\t\t\t77\n"
		   "leak\t\tnone\t3\t1\t1\t1\tvalid\t\t\t78\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		n = run_rounds(&r, CHURN, METRIC_CPU_US, cases[i].levels,
			       cases[i].count, &values);
		assert_string_equal(text_of(values, n * cases[i].count),
				    cases[i].values);
	}
	n = run_values(&r, CHURN, SIG_IGN_LEVEL, METRIC_CPU_US, &values);
	assert_string_equal(text_of(values, n), "10 20 30 40 ");
	n = run_values(&r, LEAK, NONE, METRIC_CPU_US, &values);
	assert_string_equal(text_of(values, n), "78 ");
	n = run_values(&r, CHURN, NONE, METRIC_STORM_MS, &values);
	assert_string_equal(text_of(values, n), "");
}

static void put_hist(FILE *out, const char *tag, uint64_t ns)
{
	static struct hist h;

	h = (struct hist){ 0 };
	hist_record(&h, ns);
	assert_int_equal(hlog_line(out, tag, 0, 1, &h), 0);
}

/* Cells of `none` in churn: 1 used, 2 invalid, 3 used at the 2nd attempt. */
static FILE *begin_latency(void)
{
	FILE *out;

	read_cells("churn\t\tnone\t0\t1\t1\t1\tvalid\t\t\t1\n"
		   "churn\t\tnone\t1\t1\t1\t1\tvalid\t\t\t1\n"
		   "churn\t\tnone\t2\t1\t1\t1\tinvalid\t\t\t1\n"
		   "churn\t\tnone\t3\t1\t1\t1\tinvalid\t\t\t1\n"
		   "churn\t\tnone\t3\t2\t1\t1\tvalid\t\t\t1\n"
		   "churn\t\tsig-ign\t1\t1\t1\t1\tvalid\t\t\t1\n"
		   "leak\t\tnone\t1\t1\t1\t1\tvalid\t\t\t1\n");
	out = fopen(scratch_file("latency.hlog"), "w");
	assert_non_null(out);
	assert_int_equal(hlog_begin(out, 1700000000), 0);
	return out;
}

static void latencies_of_used_cells_are_added_up(void **state)
{
	static const char *const others[] = {
		"churn:none:0:1:fork", /* the warm-up */
		"churn:none:2:1:fork", /* invalid */
		"churn:none:3:1:fork", /* replaced */
		"churn:none:4:1:fork", /* never finished */
		"churn:none:1:1",	  "churn:none:1:1:fork:",
		"churn:none:1:1:nap",	  "churn:pidfd:1:1:fork",
		"none:none:1:1:fork",	  "churn:none:x:1:fork",
		"churn:sig-ign:1:1:fork", "leak:none:1:1:fork",
	};
	static struct hist sum;
	FILE *out = begin_latency();

	(void)state;
	put_hist(out, "churn:none:1:1:fork", 5000); /* killed, and again: */
	put_hist(out, "churn:none:1:1:fork", 100);
	put_hist(out, "churn:none:3:2:fork", 90);
	put_hist(out, "churn:none:1:1:echo", 77);
	for (size_t i = 0; i < COUNT(others); i++)
		put_hist(out, others[i], 1000);
	fputs("churn:none:1:1:fork,1,1,1", out);
	assert_int_equal(fclose(out), 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(
			run_latency(&r, CHURN, NONE, 0, "fork", &sum, why), 2);
		assert_int_equal(hist_count(&sum), 2);
		assert_int_equal(sum.bucket[hist_bucket(100)], 1);
		assert_int_equal(sum.bucket[hist_bucket(90)], 1);
		assert_int_equal(
			run_latency(&r, CHURN, NONE, 0, "echo", &sum, why), 1);
		assert_int_equal(sum.bucket[hist_bucket(77)], 1);
		assert_int_equal(
			run_latency(&r, CHURN, NONE, 0, "close", &sum, why), 0);
		assert_int_equal(hist_count(&sum), 0);
	}
	assert_int_equal(run_latency(&r, LEAK, NONE, 0, "fork", &sum, why), 1);
	assert_int_equal(run_latency(&r, LEAK, AGAIN, 0, "fork", &sum, why), 0);
	assert_int_equal(run_latency(&r, CHURN, NONE, 0, "nap", &sum, why), 0);
}

static void bad_latencies_are_refused_where_they_are(void **state)
{
	static struct hist sum;
	FILE *out = begin_latency();

	(void)state;
	fputs("Tag=churn:none:1:1:fork,1,1,1,HISTFAAA\n", out);
	put_hist(out, "churn:sig-ign:1:1:fork", 90);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(run_latency(&r, CHURN, NONE, 0, "fork", &sum, why),
			 -1);
	assert_non_null(strstr(why, "latency.hlog: the fork times of cell "
				    "churn, none, round 1 cannot be read"));
	assert_int_equal(
		run_latency(&r, CHURN, SIG_IGN_LEVEL, 0, "fork", &sum, why), 1);
	assert_int_equal(unlink(scratch_file("latency.hlog")), 0);
	assert_int_equal(mkdir(scratch_file("latency.hlog"), 0700), 0);
	read_run();
	for (int again = 0; again < 2; again++) {
		*why = '\0';
		assert_int_equal(
			run_latency(&r, CHURN, NONE, 0, "fork", &sum, why), -1);
		assert_non_null(strstr(why, "latency.hlog: not a regular"));
	}
}

static void zombies_over_time(void **state)
{
	static const struct {
		unsigned level, round;
		const char *samples; /* t_s zombies kernel */
	} cases[] = {
		{ NONE, 1, "0.1 5 nan|0.2 0 7|" },   /* its last attempt */
		{ NONE, 2, "0.1 3 nan|0.3 4 nan|" }, /* begun again */
		{ SIG_IGN_LEVEL, 1, "0.5 nan 0|" },  /* no counter */
		{ NONE, 3, "" },		     /* never finished */
		{ AGAIN, 1, "" },
	};

	(void)state;
	read_cells("leak\t\tnone\t1\t1\t1\t1\tinvalid\t\t\t1\n"
		   "leak\t\tnone\t1\t2\t1\t1\tvalid\t\t\t1\n"
		   "leak\t\tnone\t2\t1\t1\t1\tvalid\t\t\t1\n"
		   "leak\t\tsig-ign\t1\t1\t1\t1\tvalid\t\t\t1\n");
	put("zombies.tsv",
	    PLACE "t_s\tforked\texited\tcollected\tkernel\n"
		  "leak\t\tnone\t1\t1\t0.1\t99\t99\t0\t99\n"
		  "leak\t\tnone\t1\t2\t0.1\t9\t8\t3\t\n"
		  "leak\t\tnone\t2\t1\t0.1\t9\t8\t1\t\n"
		  "leak\t\tnone\t2\t1\t0.2\t9\t8\t1\t\n"
		  "leak\t\tnone\t2\t1\t0.1\t9\t4\t1\t\n"
		  "leak\t\tnone\t1\t2\t0.2\t9\t2\t3\t7\n" /* read apart */
		  "leak\t\tnone\t1\t2\t\t9\t2\t3\t7\n"
		  "leak\t\tnone\t1\t2\tnan\t9\t2\t3\t7\n"
		  "leak\t\tnone\t2\t1\t0.3\t9\t5\t1\t\n"
		  "leak\t\tnone\t3\t1\t0.3\t9\t5\t1\t\n"
		  "leak\t\tsig-ign\t1\t1\t0.5\t9\t8\t\t0\n"
		  "leak\t\tnone\t2\t1\t0.4\t9\t5\t1\t");
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct zombie_sample *s;
		char got[256] = "";
		size_t used = 0, n;

		n = run_zombies(&r, LEAK, cases[i].level, cases[i].round, &s);
		for (size_t k = 0; k < n; k++)
			used += (size_t)snprintf(got + used, sizeof(got) - used,
						 "%g %g %g|", s[k].t_s,
						 fabs(s[k].zombies),
						 fabs(s[k].kernel));
		assert_string_equal(got, cases[i].samples);
		free(s);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, clear)
	const struct CMUnitTest tests[] = {
		TEST(lines_of_cells),
		TEST(a_line_is_read_whole),
		TEST(columns_may_come_in_any_order),
		TEST(a_run_that_has_only_begun),
		TEST(the_head),
		TEST(the_name_is_the_folders),
		TEST(bad_runs_are_refused),
		TEST(too_many_cells_are_refused),
		TEST(whole_rounds_and_used_values),
		TEST(latencies_of_used_cells_are_added_up),
		TEST(bad_latencies_are_refused_where_they_are),
		TEST(zombies_over_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
