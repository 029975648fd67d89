/* Merging results: parts add up to the whole; what is not whole is refused. */

#include <errno.h>
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

#include "lib/rng.h"
#include "loadgen/combine.h"
#include "tests/unit/fixture_scratch.h"
#include "tests/unit/fixture_stored.h"

#define NAME "a.json"
#define A_JSON scratch_file(NAME)

static void init(struct stored *s, const char *name)
{
	assert_int_equal(fixture_stored(s, name), 0);
}

/* One session of one message, in a tally. Every fifth fails. */
static void play(struct result *r, uint64_t i, uint64_t ns)
{
	struct tally *t = r->sum;

	r->requested++;
	t->begun++;
	t->connected++;
	t->sent++;
	if (i % 5 == 0) {
		t->failed++;
		t->cause[i % 2 ? ECONNRESET : FAILED_EOF]++;
		return;
	}
	t->served++;
	t->completed++;
	t->echoed++;
	hist_record(&t->connect, ns / 3);
	hist_record(&t->echo, ns);
}

static void same_hist(struct hist *a, struct hist *b)
{
	static const double pcts[] = { 1, 50, 90, 99, 99.9, 100 };

	for (size_t i = 0; i < HIST_BUCKETS; i++)
		assert_int_equal(a->bucket[i], b->bucket[i]);
	assert_int_equal(a->over, b->over);
	assert_int_equal(a->sum_ns, b->sum_ns);
	assert_int_equal(a->max_ns, b->max_ns);
	for (size_t i = 0; i < sizeof(pcts) / sizeof(pcts[0]); i++) {
		uint64_t x = 0, y = 0;

		assert_int_equal(hist_percentile(a, pcts[i], &x),
				 hist_percentile(b, pcts[i], &y));
		assert_int_equal(x, y);
	}
}

static void same_result(const struct result *a, const struct result *b)
{
	assert_int_equal(a->requested, b->requested);
	assert_int_equal(a->unsent, b->unsent);
#define X(name) assert_int_equal(a->sum->name, b->sum->name);
	TALLY_COUNTERS(X)
#undef X
	for (int c = 0; c < FAILED_CAUSES; c++)
		assert_int_equal(a->sum->cause[c], b->sum->cause[c]);
#define X(name) same_hist(&a->sum->name, &b->sum->name);
	TALLY_HISTS(X)
#undef X
}

static void store(const struct stored *s, struct stored *back)
{
	char why[STORED_WHY];

	assert_int_equal(fixture_store(s, NULL, NULL, NULL), 0);
	if (stored_read(s->path, back, why) < 0)
		fail_msg("%s", why);
}

/* N runs, what is recorded being dealt out at random, and all in one. */
static void parts_equal_the_whole(void **state)
{
	struct stored whole, part[3], back[3];
	struct rng rng = { .state = 5 };
	struct result merged;

	(void)state;
	for (size_t parts = 2; parts <= 3; parts++) {
		init(&whole, "whole");
		for (size_t i = 0; i < parts; i++)
			init(&part[i], A_JSON);
		for (uint64_t i = 0; i < 30000; i++) {
			uint64_t ns = rng_next(&rng) >>
				      (24 + rng_below(&rng, 40));

			play(&whole.result, i, ns);
			play(&part[rng_below(&rng, parts)].result, i, ns);
		}
		for (size_t i = 0; i < parts; i++)
			store(&part[i], &back[i]);
		assert_int_equal(combine(back, parts, &merged), 0);
		same_result(&merged, &whole.result);
		assert_true(merged.sum->echo.over > 0);
		assert_int_equal(merged.verdict.status, VERDICT_VALID);
		result_release(&merged);
		stored_release(&whole);
		for (size_t i = 0; i < parts; i++) {
			stored_release(&part[i]);
			stored_release(&back[i]);
		}
	}
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-3;
}

static void set_window(struct stored *s, double start_s, double end_s,
		       uint64_t echoes)
{
	struct result *r = &s->result;

	r->steady_start_unix_s = start_s;
	r->steady_end_unix_s = end_s;
	r->sum->echoed = r->sum->echoed_in_window = echoes;
	r->messages_per_s = (double)echoes / (end_s - start_s);
}

static void rates_are_of_the_union(void **state)
{
	static const double epoch = 1.7e9;
	static const struct {
		double start_s[3], end_s[3];
		uint64_t echoes[3];
		double per_s, first_s, last_s; /* expected */
	} cases[] = {
		/* side by side: the sum */
		{ { 0, 0, 0 }, { 2, 2, 2 }, { 200, 400, 600 }, 600, 0, 2 },
		/* one after another, out of order, with pauses: the mean */
		{ { 8, 0, 4 }, { 10, 2, 6 }, { 200, 400, 600 }, 200, 0, 10 },
		/* overlapping: 0 to 5 */
		{ { 0, 1, 3 }, { 2, 4, 5 }, { 200, 300, 500 }, 200, 0, 5 },
		/* one within another, and one touching it */
		{ { 0, 1, 4 }, { 4, 2, 5 }, { 400, 50, 50 }, 100, 0, 5 },
		/* one without a window adds nothing */
		{ { 0, 0, 2 }, { 2, 0, 4 }, { 200, 999, 400 }, 150, 0, 4 },
	};
	struct stored run[3];
	struct result merged;

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		for (size_t i = 0; i < 3; i++) {
			init(&run[i], "run");
			if (cases[k].end_s[i] > 0)
				set_window(&run[i], epoch + cases[k].start_s[i],
					   epoch + cases[k].end_s[i],
					   cases[k].echoes[i]);
		}
		assert_int_equal(combine(run, 3, &merged), 0);
		assert_true(near(merged.messages_per_s, cases[k].per_s));
		assert_true(near(merged.sessions_per_s, -1));
		assert_true(near(merged.steady_start_unix_s,
				 epoch + cases[k].first_s));
		assert_true(near(merged.steady_end_unix_s,
				 epoch + cases[k].last_s));
		result_release(&merged);
		for (size_t i = 0; i < 3; i++)
			stored_release(&run[i]);
	}
}

static void no_window_no_rate(void **state)
{
	struct stored run[2], back;
	struct result merged;

	(void)state;
	init(&run[0], A_JSON);
	init(&run[1], "b");
	assert_int_equal(combine(run, 2, &merged), 0);
	assert_true(near(merged.messages_per_s, -1));
	assert_true(near(merged.steady_end_unix_s, 0));
	store(&run[0], &back);
	assert_true(near(back.result.messages_per_s, -1));
	stored_release(&back);
	result_release(&merged);
	stored_release(&run[0]);
	stored_release(&run[1]);
}

static void events_come_back_from_rates(void **state)
{
	struct stored run, back;

	(void)state;
	init(&run, A_JSON);
	set_window(&run, 1.7e9 + 0.125, 1.7e9 + 3.3, 99991);
	run.result.sum->completed = 4999;
	run.result.sessions_per_s = 777 / 3.175;
	store(&run, &back);
	assert_int_equal(back.result.sum->echoed_in_window, 99991);
	assert_int_equal(back.result.sum->completed_in_window, 777);
	stored_release(&back);
	stored_release(&run);
}

static void the_verdict_is_the_worst(void **state)
{
	struct stored run[3];
	struct result merged;

	(void)state;
	init(&run[0], "a.json");
	init(&run[1], "b.json");
	init(&run[2], "c.json");
	verdict_add(&run[0].result.verdict, VERDICT_SUSPECT, "odd");
	verdict_add(&run[1].result.verdict, VERDICT_INVALID, "wrong");
	assert_int_equal(combine(run, 3, &merged), 0);
	assert_int_equal(merged.verdict.status, VERDICT_INVALID);
	assert_int_equal(merged.verdict.reasons, 2);
	assert_string_equal(merged.verdict.reason[0], "a.json: odd");
	assert_string_equal(merged.verdict.reason[1], "b.json: wrong");
	result_release(&merged);
	for (size_t i = 0; i < 3; i++)
		stored_release(&run[i]);
}

static void different_loads_are_suspect(void **state)
{
	static const struct {
		const char *key, *value, *reason;
	} cases[] = {
		{ "size_bytes", "128",
		  "runs differ in size_bytes: 64 and 128; "
		  "their latencies are of different "
		  "loads" },
		{ "messages", "null", "messages: 1 and null" },
		{ "hold", "true", "hold: false and true" },
		{ "message_rate", "5.5", "message_rate: null and 5.5" },
		{ "session_rate", "10", "session_rate: null and 10" },
		{ "close", "\"rst\"", "close: \"fin\" and \"rst\"" },
		{ "address", "\"[::1]:7\"", "7000\" and \"[::1]:7\"" },
	};
	struct stored run[3];
	struct result merged;

	(void)state;
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		for (size_t i = 0; i < 3; i++)
			init(&run[i], "run");
		json_object_set_new(run[2].config, "seed", json_integer(9));
		json_object_set_new(run[1].config, cases[k].key,
				    json_loads(cases[k].value, JSON_DECODE_ANY,
					       NULL));
		assert_int_equal(combine(run, 3, &merged), 0);
		assert_int_equal(merged.verdict.status, VERDICT_SUSPECT);
		assert_int_equal(merged.verdict.reasons, 1);
		if (!strstr(merged.verdict.reason[0], cases[k].reason))
			fail_msg("%s", merged.verdict.reason[0]);
		result_release(&merged);
		for (size_t i = 0; i < 3; i++)
			stored_release(&run[i]);
	}
}

static void sums_too_large_are_refused(void **state)
{
	struct stored run[2];
	struct result merged;

	(void)state;
	init(&run[0], "a");
	init(&run[1], "b");
	run[0].result.sum->sent = INT64_MAX - 1;
	run[1].result.sum->sent = 1;
	assert_int_equal(combine(run, 2, &merged), 0);
	result_release(&merged);
	run[1].result.sum->sent = 2;
	errno = 0;
	assert_int_equal(combine(run, 2, &merged), -1);
	assert_int_equal(errno, EOVERFLOW);
	run[1].result.sum->sent = 1;
	run[0].result.sum->echo.sum_ns = INT64_MAX;
	run[1].result.sum->echo.sum_ns = 1;
	assert_int_equal(combine(run, 2, &merged), -1);
	stored_release(&run[0]);
	stored_release(&run[1]);
}

static int finish(void **state)
{
	(void)state;
	return scratch_remove_with(NAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_equal_the_whole),
		cmocka_unit_test(rates_are_of_the_union),
		cmocka_unit_test(no_window_no_rate),
		cmocka_unit_test(events_come_back_from_rates),
		cmocka_unit_test(the_verdict_is_the_worst),
		cmocka_unit_test(different_loads_are_suspect),
		cmocka_unit_test(sums_too_large_are_refused),
	};

	return cmocka_run_group_tests(tests, scratch_make, finish);
}
