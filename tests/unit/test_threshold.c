/* Conditions: how they are read, and on which results they are met. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "loadgen/result.h"
#include "loadgen/threshold.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct condition parse(const char *text)
{
	struct condition c;
	char why[PARSE_WHY] = "";

	if (condition_parse(text, &c, why) < 0)
		fail_msg("\"%s\": %s", text, why);
	assert_ptr_equal(c.text, text);
	return c;
}

/* Checks whether it is met and, unless NULL, the figure as text. */
static void check(const struct result *r, const char *text, bool met,
		  const char *value)
{
	struct condition c = parse(text);
	struct finding f = condition_look(&c, r);

	if ((f.what == CONDITION_MET) != met)
		fail_msg("\"%s\" at %s should be %d", text, f.value, met);
	if (value && strcmp(f.value, value) != 0)
		fail_msg("\"%s\" tells \"%s\"", text, f.value);
	assert_int_equal(f.what == CONDITION_UNMEASURED, !strcmp(f.value, "-"));
	assert_int_equal(f.what == CONDITION_UNMEASURED, f.samples < 1 - 1e-9);
	assert_string_equal(f.why, "");
}

static void bounds_and_comparisons(void **state)
{
	static const struct {
		const char *text;
		enum comparison comparison;
		double bound;
	} known[] = {
		{ "echo_p99<5ms", BELOW, 5e6 },
		{ "echo_p99<=1.5s", AT_MOST, 1.5e9 },
		{ "send_lag_max>10us", ABOVE, 1e4 },
		{ "close_p99_9>=0ns", AT_LEAST, 0 },
		{ "first_echo_mean<1h", BELOW, 3600e9 },
		{ "sessions_per_s>=1000", AT_LEAST, 1000 },
		{ "messages_per_s>0.5", ABOVE, 0.5 },
		{ "sessions_per_s<1000000000", BELOW, 1e9 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct condition c = parse(known[i].text);

		assert_int_equal(c.comparison, known[i].comparison);
		assert_true(c.bound == known[i].bound);
	}
}

static void misuse(void **state)
{
#define FIGURE(name)                                                          \
	"unknown figure " name "; give (connect|first_echo|echo|"             \
	"echo_uncorrected|close|send_lag|receive_lag)_(mean|p50|p90|p99|p99_" \
	"9|max) or ("                                                         \
	"sessions|messages)_per_s"
#define NO_TIME "not a duration such as 250ms, 5s or 2m; give 0ns to 1h"
#define NO_RATE "not a number; give 0 to 1000000000"
#define NO_COMPARISON                                                      \
	"no comparison; give a figure, <, <=, > or >=, and a value, such " \
	"as echo_p99<5ms"
	static const char *const known[][2] = {
		{ "", NO_COMPARISON },
		{ "echo_p99", NO_COMPARISON },
		{ "echo_p99=5ms", NO_COMPARISON },
		{ "echo_p98<5ms", FIGURE("echo_p98") },
		{ "<5ms", FIGURE("") },
		{ "echo<5ms", FIGURE("echo") },
		{ "echo_<5ms", FIGURE("echo_") },
		{ "echo_p999<5ms", FIGURE("echo_p999") },
		{ "echo_p99 <5ms", FIGURE("echo_p99 ") },
		{ "Echo_p99<5ms", FIGURE("Echo_p99") },
		{ "sessions<5", FIGURE("sessions") },
		{ "echo_p99=<5ms", FIGURE("echo_p99=") },
		{ "a_very_long_name_of_a_figure<1ms", FIGURE("a_very_lon") },
		{ "echo_p99<", NO_TIME },
		{ "echo_p99<5", NO_TIME },
		{ "echo_p99< 5ms", NO_TIME },
		{ "echo_p99<==5ms", NO_TIME },
		{ "echo_p99<>5ms", NO_TIME },
		{ "echo_p99<2h", "out of range; give 0ns to 1h" },
		{ "sessions_per_s>=", NO_RATE },
		{ "sessions_per_s>=5ms", NO_RATE },
		{ "messages_per_s>-1", NO_RATE },
		{ "messages_per_s>1000000001", "out of range; give 0 to "
					       "1000000000" },
	};
	struct condition c = { .text = "before" };

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char why[PARSE_WHY] = "";

		if (condition_parse(known[i][0], &c, why) != -1)
			fail_msg("\"%s\" is taken", known[i][0]);
		if (strcmp(why, known[i][1]) != 0)
			fail_msg("\"%s\": %s", known[i][0], why);
		assert_string_equal(c.text, "before");
	}
}

/* Each histogram gets a value of its own, so that none is taken for another. */
static void every_latency(void **state)
{
	static struct tally sum;
	struct result r = { .sum = &sum };
	uint64_t us = 0;
	char text[64], value[FIGURE_BYTES];

	(void)state;
#define X(name) hist_record(&sum.name, ++us *NS_PER_US);
	TALLY_HISTS(X)
#undef X
	us = 0;
#define X(name)                                                             \
	snprintf(text, sizeof(text), #name "_max>=%juus", (uintmax_t)++us); \
	snprintf(value, sizeof(value), "%ju.0 us", (uintmax_t)us);          \
	check(&r, text, true, value);                                       \
	snprintf(text, sizeof(text), #name "_mean<=%juus", (uintmax_t)us);  \
	check(&r, text, true, value);
	TALLY_HISTS(X)
#undef X
}

static void every_statistic(void **state)
{
	static struct tally sum;
	struct result r = { .sum = &sum };

	(void)state;
	for (uint64_t ms = 1; ms <= 10000; ms++)
		hist_record(&sum.echo, ms * NS_PER_MS);
	check(&r, "echo_mean<=5000500us", true, "5.00 s");
	check(&r, "echo_mean<5000500us", false, NULL);
	check(&r, "echo_max<=10s", true, "10.00 s");
	check(&r, "echo_max<10s", false, "10.00 s");
	check(&r, "echo_max>=10s", true, "10.00 s");
	check(&r, "echo_max>10s", false, "10.00 s");
	/* A percentile is never told too low, and less than 1/128 too high. */
	check(&r, "echo_p50>=5s", true, NULL);
	check(&r, "echo_p50<5040ms", true, NULL);
	check(&r, "echo_p90>=9s", true, NULL);
	check(&r, "echo_p90<9071ms", true, NULL);
	check(&r, "echo_p99>=9900ms", true, NULL);
	check(&r, "echo_p99<9978ms", true, NULL);
	check(&r, "echo_p99_9>=9990ms", true, NULL);
	check(&r, "echo_p99_9>9989ms", true, NULL);
}

static void units_of_figures(void **state)
{
	static struct tally sum;
	struct result r = { .sum = &sum,
			    .sessions_per_s = 1234.56,
			    .messages_per_s = 0 };

	(void)state;
	hist_record(&sum.connect, 900);
	hist_record(&sum.first_echo, 3210 * NS_PER_US);
	hist_record(&sum.close, 2500 * NS_PER_MS);
	check(&r, "connect_max<1us", true, "0.9 us");
	check(&r, "first_echo_max<5ms", true, "3.21 ms");
	check(&r, "close_max<5ms", false, "2.50 s");
	check(&r, "sessions_per_s>1234.5", true, "1234.6/s");
	check(&r, "sessions_per_s<=1234.5", false, "1234.6/s");
	check(&r, "messages_per_s>=0", true, "0.0/s");
}

/* What was not measured meets neither a condition nor its opposite. */
static void not_measured(void **state)
{
	static struct tally sum;
	struct result r = { .sum = &sum,
			    .sessions_per_s = -1,
			    .messages_per_s = -1 };

	(void)state;
	for (int i = 0; i < 999; i++)
		hist_record(&sum.echo, NS_PER_MS);
	check(&r, "echo_p99<1h", false, "-");
	check(&r, "echo_p99>=0ns", false, "-");
	check(&r, "echo_p90<1h", true, "1.00 ms");
	hist_record(&sum.echo, NS_PER_MS);
	check(&r, "echo_p99<1h", true, "1.00 ms");
	check(&r, "close_mean<1h", false, "-");
	check(&r, "close_mean>=0ns", false, "-");
	check(&r, "close_max<1h", false, "-");
	check(&r, "sessions_per_s<1000", false, "-");
	check(&r, "sessions_per_s>=0", false, "-");
	check(&r, "messages_per_s<1000", false, "-");
	check(&r, "messages_per_s>=0", false, "-");
}

/* A figure is that of the sessions that were served, however few. */
static void failed_sessions_meet_nothing(void **state)
{
	static const struct {
		uint64_t requested, served, failed;
		enum condition_outcome what;
		const char *why;
	} cases[] = {
		{ 5, 5, 0, CONDITION_MET, "" },
		{ 5, 5, 1, CONDITION_MISSED, "1 session failed" },
		{ 5, 2, 3, CONDITION_MISSED, "3 sessions failed" },
		{ 5, 4, 0, CONDITION_MISSED, "1 session was not served" },
		{ 5, 3, 0, CONDITION_MISSED, "2 sessions were not served" },
	};
	static struct tally sum;
	struct condition c = parse("echo_max<5ms");
	struct result r = { .sum = &sum };

	(void)state;
	hist_record(&sum.echo, NS_PER_MS);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct finding f;

		r.requested = cases[i].requested;
		sum.served = cases[i].served;
		sum.failed = cases[i].failed;
		f = condition_look(&c, &r);
		assert_int_equal(f.what, cases[i].what);
		assert_string_equal(f.why, cases[i].why);
		assert_string_equal(f.value, "1.00 ms");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_and_comparisons),
		cmocka_unit_test(misuse),
		cmocka_unit_test(every_latency),
		cmocka_unit_test(every_statistic),
		cmocka_unit_test(units_of_figures),
		cmocka_unit_test(not_measured),
		cmocka_unit_test(failed_sessions_meet_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
