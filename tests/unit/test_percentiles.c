/* Where in a distribution a level differs from the baseline. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/judge/percentiles.h"
#include "lib/hlog.h"
#include "tests/unit/fixture_scratch.h"

enum { ROUNDS = 30, LOOP = 1 };

static const char *const levels[] = { "sig-ign", "waitpid-loop", "sig-ign-aa" };

static FILE *begin(const char *name)
{
	FILE *out = fopen(scratch_file(name), "we");

	assert_non_null(out);
	return out;
}

/* The upper half of waitpid-loop's samples takes half as long again. */
static void put_samples(FILE *out, size_t level, int round, int samples)
{
	static struct hist h;
	char tag[64];

	h = (struct hist){ 0 };
	for (int i = 1; i <= samples; i++) {
		double us = 100 + i + (round * 7 + (int)level * 3) % 5;

		if (level == LOOP && i > samples / 2)
			us *= 1.5;
		hist_record(&h, (uint64_t)(1000 * us));
	}
	snprintf(tag, sizeof(tag), "churn:%s:%d:1:fork", levels[level], round);
	assert_int_equal(hlog_line(out, tag, 0, 1, &h), 0);
}

static void put_run(int samples)
{
	static const struct wish wish = { .profile = 1,
					  .experiments = "churn",
					  .modes = "sig-ign,waitpid-loop",
					  .rounds = ROUNDS };
	static struct config config;
	FILE *cells = begin("cells.tsv"), *log = begin("latency.hlog");
	char why[CONFIG_WHY];
	json_t *root;

	assert_int_equal(config_make(&config, &wish, why), 0);
	root = config_json(&config);
	json_object_set_new(root, "schema_version", json_integer(2));
	assert_int_equal(json_dump_file(root, scratch_file("run.json"), 0), 0);
	json_decref(root);
	fputs("experiment\tseries\tlevel\tround\tattempt\tstart_s\ttook_s\t"
	      "validity\treasons\n",
	      cells);
	assert_int_equal(hlog_begin(log, 0), 0);
	for (int round = 1; round <= ROUNDS; round++)
		for (size_t l = 0; l < 3; l++) {
			fprintf(cells, "churn\t\t%s\t%d\t1\t%d\t1\tvalid\t\n",
				levels[l], round, round);
			put_samples(log, l, round, samples);
		}
	assert_int_equal(fclose(cells), 0);
	assert_int_equal(fclose(log), 0);
}

static void a_difference_is_found_where_it_is(void **state)
{
	struct interval out[PERCENTILES];
	char why[CELLS_WHY];
	struct run run;

	(void)state;
	put_run(100);
	if (run_read(&run, scratch, why) < 0)
		fail_msg("%s", why);
	assert_int_equal(percentiles_judge(&run, 0, LOOP, "fork", out), ROUNDS);
	for (int p = 0; p < PERCENTILES; p++) {
		double truth = percentiles[p] > 50 ? 1.5 : 1;

		assert_true(out[p].low <= out[p].mid);
		assert_true(out[p].mid <= out[p].high);
		assert_true(fabs(out[p].mid / truth - 1) < 0.03);
		assert_int_equal(out[p].low > 1.2, truth > 1);
	}
	assert_int_equal(percentiles_judge(&run, 0, LOOP, "echo", out), 0);
	assert_true(isnan(out[0].mid));
	run_close(&run);
}

/* p90 of 50 samples would have 5 beyond. */
static void what_has_too_few_samples_is_left_out(void **state)
{
	struct interval out[PERCENTILES];
	char why[CELLS_WHY];
	struct run run;

	(void)state;
	put_run(50);
	if (run_read(&run, scratch, why) < 0)
		fail_msg("%s", why);
	assert_int_equal(percentiles_judge(&run, 0, LOOP, "fork", out), ROUNDS);
	for (int p = 0; p < PERCENTILES; p++)
		assert_int_equal(isnan(out[p].mid), percentiles[p] > 80);
	run_close(&run);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_difference_is_found_where_it_is, scratch_make,
			scratch_remove),
		cmocka_unit_test_setup_teardown(
			what_has_too_few_samples_is_left_out, scratch_make,
			scratch_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
