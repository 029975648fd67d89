/* When a session may begin: room, failures, and the schedule's rates. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "loadgen/launch.h"
#include "loadgen/rate.h"

enum { AT_ONCE = 64, TICKS = 1000, A_TICK = 30 };

static struct options options;
static struct control control;
static struct load load;
static struct launch launch;

static int set_up(void **state)
{
	(void)state;
	options = (struct options){ .concurrency = AT_ONCE,
				    .opening = AT_ONCE,
				    .seed = 1 };
	control = (struct control){ .window_end_ns = UINT64_MAX };
	load = (struct load){ .o = &options,
			      .control = &control,
			      .tally = tally_new() };
	if (!load.tally)
		return -1;
	launch_init(&launch, &load, 0, 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(load.tally);
	return 0;
}

static uint64_t begin_all(void)
{
	uint64_t due_ns, begun = 0;

	for (; launch_may(&launch, 1); begun++)
		launch_begin(&launch, 1, &due_ns);
	return begun;
}

static void end(int cause)
{
	if (!cause)
		tally_add(&load.tally->served, 1);
	launch_ended(&launch, !cause, cause, 0, 1);
}

/*
 * A server that refuses one connection of so many. As many are open as may be,
 * but for the places of those that failed since the last tick.
 */
static void failures_cost_their_own_places(void **state)
{
	static const struct {
		int of;
		double least_open;
	} cases[] = { { 50, 0.97 }, { 10, 0.93 }, { 3, 0.8 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double open = 0;
		int n = 0;

		for (int tick = 0; tick < TICKS; tick++) {
			launch_tick(&launch);
			for (int k = 0; k < A_TICK; k++) {
				begin_all();
				open += (double)load.tally->open;
				end(++n % cases[i].of ? 0 : ECONNREFUSED);
			}
		}
		open /= (double)TICKS * A_TICK * AT_ONCE;
		if (open < cases[i].least_open)
			fail_msg("one of %d failed: %.2f were open",
				 cases[i].of, open);
	}
}

/* One a tick, once those are over that were on their way. */
static void a_server_that_refuses_is_not_flooded(void **state)
{
	uint64_t begun;

	(void)state;
	begin_all();
	for (int i = 0; i < AT_ONCE; i++)
		end(ECONNREFUSED);
	assert_false(launch_may(&launch, 1));
	begun = load.tally->begun;
	for (int tick = 0; tick < TICKS; tick++) {
		uint64_t due_ns;

		launch_tick(&launch);
		while (launch_may(&launch, 1)) {
			launch_begin(&launch, 1, &due_ns);
			end(ECONNREFUSED);
		}
	}
	assert_int_equal(load.tally->begun - begun, TICKS);
}

/* Arrivals expected, and when: the area beneath the rate. */
static void a_rate_in_stages(void **state)
{
	static const struct {
		const char *text;
		double most, length_s, arrivals, at_s;
	} cases[] = {
		{ "100", 100, 0, 50, 0.5 },
		{ "100/10s", 100, 10, 2000, 20 },
		{ "0:100/10s", 100, 10, 125, 5 },
		{ "0:100/10s", 100, 10, 500, 10 },
		{ "100:0/10s", 100, 10, 375, 5 },
		{ "100:0/10s", 100, 10, 501, INFINITY },
		{ "100/1s,0/1s,10/1s", 100, 3, 100, 2 },
		{ "100/1s,0/1s,10/1s", 100, 3, 105, 2.5 },
		{ "10:30/2s,1000", 1000, 2, 40, 2 },
		{ "10:30/2s,1000", 1000, 2, 1040, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char why[PARSE_WHY] = "";
		struct rate r;
		uint64_t at_ns;

		if (rate_parse(cases[i].text, &r, why) < 0)
			fail_msg("%s: %s", cases[i].text, why);
		at_ns = rate_when_ns(&r, cases[i].arrivals);
		assert_float_equal(rate_most(&r), cases[i].most, 1e-9);
		assert_int_equal(rate_length_ns(&r), cases[i].length_s * 1e9);
		if (isinf(cases[i].at_s) ?
			    at_ns != UINT64_MAX :
			    fabs((double)at_ns / 1e9 - cases[i].at_s) > 1e-6)
			fail_msg("%s: %g arrivals by %g s, not %g",
				 cases[i].text, cases[i].arrivals,
				 (double)at_ns / 1e9, cases[i].at_s);
	}
}

/* Each burst is whole, at one moment, among any number of workers. */
static void bursts_are_of_all_workers(void **state)
{
	enum { WORKERS = 3, BURSTS = 4 };
	static const uint64_t part[WORKERS] = { 4, 3, 3 };
	uint64_t at_ns[BURSTS] = { 0 };

	(void)state;
	options.session_rate = 1000;
	options.burst = 10;
	for (uint64_t w = 0; w < WORKERS; w++) {
		launch_init(&launch, &load, w, WORKERS);
		for (int b = 0; b < BURSTS; b++)
			for (uint64_t i = 0; i < part[w]; i++) {
				uint64_t got_ns = 0;

				assert_true(launch_next(&launch, &got_ns));
				if (w || i)
					assert_int_equal(got_ns, at_ns[b]);
				at_ns[b] = got_ns;
			}
	}
	for (int b = 1; b < BURSTS; b++)
		assert_true(at_ns[b] > at_ns[b - 1]);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		TEST(failures_cost_their_own_places),
		TEST(a_server_that_refuses_is_not_flooded),
		TEST(a_rate_in_stages),
		TEST(bursts_are_of_all_workers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
