/* How far a run is: the time that is left. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "bench/measure/progress.h"
#include "lib/clock.h"
#include "tests/unit/fixture_stderr.h"

enum { ROUNDS = 20, MODES = 2 };

/* The run begins; progress_start() takes all times from its caller. */
static const uint64_t zero = 1000 * NS_PER_S;

static struct config config;
static struct plan plan;
static struct progress p;

/* Of churn 2.5 s a cell by the plan, of wall 0.1 s. */
static int make_plan(void **state)
{
	(void)state;
	config = (struct config){
		.profile = "quick",
		.rounds = ROUNDS,
		.warmups = 1,
		.seed = 1,
		.modes = MODES,
		.mode = { "sig-ign", "none" },
		.with = { [EXPERIMENT_CHURN] = true, [EXPERIMENT_WALL] = true },
		.load[EXPERIMENT_CHURN].duration_ns = 2250 * NS_PER_MS,
	};
	return plan_make(&plan, &config);
}

static int release_plan(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

static const char *start(const enum conduct_past past[])
{
	stderr_catch();
	progress_start(&p, &plan, &config, past, zero);
	return stderr_caught();
}

/* The cells from `at` on are measured together; a terminal tells nothing. */
static void measure(size_t at, size_t cells, uint64_t begin_ns, uint64_t end_ns)
{
	struct measurement m;

	measurement_init(&m);
	p.terminal = true;
	progress_begin(&p, &plan.cell[at], cells, begin_ns);
	for (size_t i = at; i < at + cells; i++)
		progress_done(&p, &plan.cell[i], &m, end_ns);
}

static uint64_t after(double s)
{
	return zero + (uint64_t)llround(s * 1e9);
}

/* Long enough after the last time for all that is known to be told. */
static double told_s(void)
{
	return progress_left_s(&p, p.told_ns + 100000 * NS_PER_S);
}

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-6))
		fail_msg("%g is not %g", got, wanted);
}

static void it_begins_with_the_plan(void **state)
{
	enum conduct_past past[(ROUNDS + 1) * 2 * MODES] = { PAST_NONE };

	(void)state;
	assert_string_equal(start(NULL), "forkbench quick: 20 rounds and a "
					 "warm-up of churn "
					 "wall; modes sig-ign none; 84 cells, "
					 "about 1:49 "
					 "min\n");
	assert_near(progress_left_s(&p, zero), 42 * (2.5 + 0.1));
	past[0] = past[1] = PAST_DONE;
	past[2] = past[4] = PAST_INVALID;
	assert_string_equal(start(past), "forkbench quick: 20 rounds and a "
					 "warm-up of churn "
					 "wall; modes sig-ign none; 84 cells, "
					 "2 of them "
					 "done, about 1:44 min\n");
	assert_near(progress_left_s(&p, zero), 40 * 2.5 + 42 * 0.1);
	assert_int_equal(p.done, 2);
}

/* Round 0 has churn at 0 and 1, wall at 2 and 3; and so on. */
static size_t churn(size_t i)
{
	return i / MODES * 2 * MODES + i % MODES;
}

static void a_cell_is_taken_to_last_as_the_median_did(void **state)
{
	static const double took_s[] = { 4, 1, 9, 2 };
	static const double median_s[] = { 4, 2.5, 4, 3 };

	(void)state;
	start(NULL);
	for (size_t i = 0; i < 4; i++) {
		measure(churn(i), 1, zero, after(took_s[i]));
		assert_near(told_s(),
			    (double)(41 - i) * median_s[i] + 42 * 0.1);
	}
}

static void what_is_long_past_is_forgotten(void **state)
{
	(void)state;
	start(NULL);
	for (size_t i = 0; i < PROGRESS_LAST; i++)
		measure(churn(i), 1, zero, after(50));
	assert_near(told_s(), 11 * 50 + 42 * 0.1);
	/* Of the last 31 less than half, and then more, are of 1 s. */
	for (size_t i = 0; i < 11; i++)
		measure(churn(PROGRESS_LAST + i), 1, zero, after(1));
	assert_int_equal(p.left[EXPERIMENT_CHURN], 0);
	p.left[EXPERIMENT_CHURN] = 10;
	for (size_t i = 0; i < 4; i++)
		measure(churn(i), 1, zero, after(1));
	assert_near(told_s(), 6 * 50 + 42 * 0.1);
	measure(churn(4), 1, zero, after(1));
	assert_near(told_s(), 5 * 1 + 42 * 0.1);
}

static void cells_that_are_measured_together_share_the_time(void **state)
{
	(void)state;
	start(NULL);
	measure(2, MODES, zero, after(6));
	assert_near(told_s(), 42 * 2.5 + 40 * 3);
	/* Under way: 2 of them, of 3 s each. */
	progress_begin(&p, &plan.cell[6], MODES, p.told_ns);
	assert_near(progress_left_s(&p, p.told_ns + NS_PER_S),
		    42 * 2.5 + 40 * 3 - 1);
	/* It can't be taken to last less than it has. */
	assert_near(told_s(), 42 * 2.5 + 38 * 3);
}

/*
 * Cells that take `took_s`: looked at five times a second, what is told never
 * jumps, and at the end it is near the truth.
 */
static void assert_no_jump(double took_s)
{
	double last_s, at_s = 0, end_s = 0;
	size_t next = 0;
	bool idle = true;

	config.with[EXPERIMENT_WALL] = false;
	plan_release(&plan);
	assert_int_equal(plan_make(&plan, &config), 0);
	start(NULL);
	last_s = p.told_s;
	for (; next < plan.count; at_s += 0.2) {
		double left_s;

		if (idle)
			progress_begin(&p, &plan.cell[next], 1, after(at_s));
		idle = at_s >= end_s + took_s;
		if (idle) {
			measure(next++, 1, after(end_s), after(at_s));
			end_s = at_s;
		}
		left_s = progress_left_s(&p, after(at_s));
		/* 0.2 s have gone by, and twice as much was learnt. */
		assert_true(left_s >= last_s - 0.6 - 1e-6);
		assert_true(left_s <= last_s + 0.4 + 1e-6);
		assert_true(left_s >= 0);
		/* Where it was far too long, there is no time to learn. */
		if (took_s > 1 && next > plan.count / 2)
			assert_true(fabs(left_s -
					 (double)(plan.count - next) * took_s) <
				    2 * took_s + 1);
		last_s = left_s;
	}
	assert_near(told_s(), 0);
}

static void it_does_not_jump(void **state)
{
	(void)state;
	assert_no_jump(2.5);
	assert_no_jump(1.5);
	assert_no_jump(0.5);
	assert_no_jump(8);
	release_plan(state);
	make_plan(state);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_begins_with_the_plan),
		cmocka_unit_test(a_cell_is_taken_to_last_as_the_median_did),
		cmocka_unit_test(what_is_long_past_is_forgotten),
		cmocka_unit_test(
			cells_that_are_measured_together_share_the_time),
		cmocka_unit_test(it_does_not_jump),
	};

	return cmocka_run_group_tests(tests, make_plan, release_plan);
}
