/* The machine before and after a cell, from a /proc that is made up. */

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

#include "bench/measure/host.h"
#include "lib/clock.h"
#include "tests/unit/fixture_run.h"

/* user to idle 900, iowait to softirq 50, steal 50; guest is in user. */
#define STAT                                      \
	"cpu  100 100 100 600 20 20 10 50 70 0\n" \
	"cpu0 1 2 3 4 5 6 7 8 9 0\nctxt 12345\n"
#define PRESSURE                                                 \
	"some avg10=2.50 avg60=3.00 avg300=4.00 total=3000000\n" \
	"full avg10=0.10 avg60=0.20 avg300=0.30 total=7\n"
#define SOCKETS                                         \
	"sockets: used 60 tw 1\n"                       \
	"TCP: inuse 5 orphan 0 tw 321 alloc 12 mem 3\n" \
	"UDP: inuse 2 mem 1\n"
#define MEMORY                          \
	"MemTotal:        2000000 kB\n" \
	"MemFree:          100000 kB\n" \
	"MemAvailable:    1234567 kB\n"

static char proc[32];
static struct host_watch watch;
static struct evidence evidence;

static void put(const char *file, const char *content)
{
	assert_int_equal(fixture_put(proc, file, content), 0);
}

/* The CPU time of the one process that there is, and is not ours. */
static void put_process(unsigned user)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "77 (burn) R 1 1 1 0 -1 0 1 1 1 1 %u 0 0 0 20 0 1 0 5 6 7\n",
		 user);
	put("77/stat", text);
}

static int set_up(void **state)
{
	static const char *const folders[] = { "pressure", "net", "77" };
	char path[64];

	(void)state;
	snprintf(proc, sizeof(proc), "/tmp/test_host.XXXXXX");
	if (!mkdtemp(proc))
		return -1;
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", proc, folders[i]);
		if (mkdir(path, 0700) < 0)
			return -1;
	}
	put("stat", STAT);
	put("loadavg", "1.25 0.70 0.33 2/345 6789\n");
	put("pressure/cpu", PRESSURE);
	put("net/sockstat", SOCKETS);
	put("meminfo", MEMORY);
	put_process(0);
	evidence = validity_no_evidence();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	host_release(&watch);
	fixture_remove(proc);
	return 0;
}

/* A cell that took so long, give or take what the readings take. */
static void begin(double elapsed_s)
{
	host_begin(&watch, proc);
	watch.before.at_ns -= (uint64_t)(elapsed_s * 1e9);
}

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 1e-9 * fabs(wanted)))
		fail_msg("%.12g is not %.12g", got, wanted);
}

static void assert_unknown(double value)
{
	if (!isnan(value))
		fail_msg("%g is known", value);
}

static double second(void)
{
	return (double)sysconf(_SC_CLK_TCK);
}

static void everything_is_read(void **state)
{
	struct drift_reading now;
	struct drift drift;

	(void)state;
	begin(0);
	now = watch.before.shown;
	assert_near(now.load_1min, 1.25);
	assert_near(now.cpu_pressure_avg10_pct, 2.5);
	assert_near(now.cpu_pressure_total_s, 3);
	assert_near(now.steal_total_s, 50 / second());
	assert_near(now.time_wait_sockets, 321);
	assert_near(now.memory_available_kib, 1234567);
	put("loadavg", "7.50 0.70 0.33 2/345 6789\n");
	drift = host_end(&watch, &evidence);
	assert_memory_equal(&drift.before, &now, sizeof(now));
	assert_near(drift.after.load_1min, 7.5);
	assert_near(drift.after.memory_available_kib, 1234567);
}

static void what_rose_is_a_share_of_the_time(void **state)
{
	struct drift drift;

	(void)state;
	begin(2);
	put("stat", "cpu  200 100 100 700 20 20 10 150 170 0\n");
	put("pressure/cpu", "some avg10=9.00 total=3500000\n");
	put_process(40);
	evidence.failed = 3;
	drift = host_end(&watch, &evidence);
	assert_true(drift.during.elapsed_s >= 2 && drift.during.elapsed_s < 12);
	/* Of 300 ticks more, 100 were stolen. */
	assert_near(drift.during.steal_pct, 100.0 / 3);
	assert_near(drift.during.cpu_pressure_pct,
		    100 * 0.5 / drift.during.elapsed_s);
	assert_near(drift.during.foreign_cpu_pct,
		    100 * 40 / second() / drift.during.elapsed_s);
	assert_near(evidence.steal_pct, drift.during.steal_pct);
	assert_near(evidence.foreign_cpu_pct, drift.during.foreign_cpu_pct);
	assert_string_equal(evidence.foreign_most, "burn (PID 77)");
	assert_near(evidence.failed, 3);
}

static void nothing_rose(void **state)
{
	struct drift drift;

	(void)state;
	begin(1);
	put("stat", "cpu  200 100 100 600 20 20 10 50 0 0\n");
	drift = host_end(&watch, &evidence);
	assert_near(drift.during.steal_pct, 0);
	assert_near(drift.during.cpu_pressure_pct, 0);
	assert_near(drift.during.foreign_cpu_pct, 0);
	assert_near(evidence.steal_pct, 0);
	assert_near(evidence.foreign_cpu_pct, 0);
}

static void counters_that_fall_are_not_known(void **state)
{
	static const char *const stats[] = {
		"cpu  200 100 100 700 20 20 10 49 0 0\n",
		/* all in all; or by nothing */
		"cpu  100 100 100 400 20 20 10 60 0 0\n",
		"cpu  100 100 100 400 20 20 10 40 0 0\n",
		STAT,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(stats) / sizeof(stats[0]); i++) {
		struct drift drift;

		put("stat", STAT);
		put("pressure/cpu", PRESSURE);
		begin(1);
		put("stat", stats[i]);
		put("pressure/cpu", "some avg10=9.00 total=2999999\n");
		drift = host_end(&watch, &evidence);
		host_release(&watch);
		assert_unknown(drift.during.steal_pct);
		assert_unknown(drift.during.cpu_pressure_pct);
		/* As in a cell without it: nothing is judged by it. */
		assert_near(evidence.steal_pct, -1);
	}
}

/* A kernel without PSI, say: what depends on it is unknown, and no more. */
static void what_is_not_there_is_unknown_alone(void **state)
{
	static const struct {
		const char *file, *content; /* NULL: no such file */
		bool steal, load, pressure, time_wait, memory;
	} known[] = {
		{ "pressure/cpu", NULL, .pressure = true },
		{ "pressure/cpu", "", .pressure = true },
		{ "pressure/cpu", "full avg10=1.00 total=3\n",
		  .pressure = true },
		{ "pressure/cpu", "some avg10=x total=x\n", .pressure = true },
		{ "stat", NULL, .steal = true },
		{ "stat", "intr 1 2 3 4 5 6 7 8\n", .steal = true },
		{ "stat", "cpu  1 2 3 4 5 6 7\ncpu0 8\n", .steal = true },
		{ "loadavg", NULL, .load = true },
		{ "loadavg", "", .load = true },
		{ "net/sockstat", NULL, .time_wait = true },
		{ "net/sockstat", "TCP: inuse 5\nUDP: tw 7\n",
		  .time_wait = true },
		{ "meminfo", NULL, .memory = true },
		{ "meminfo", "MemFree: 7 kB\n", .memory = true },
	};
	char path[64];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct drift d;

		if (known[i].content) {
			put(known[i].file, known[i].content);
		} else {
			snprintf(path, sizeof(path), "%s/%s", proc,
				 known[i].file);
			assert_int_equal(unlink(path), 0);
		}
		begin(1);
		if (!known[i].steal)
			put("stat", "cpu  200 100 100 600 20 20 10 50\n");
		d = host_end(&watch, &evidence);
		assert_int_equal(isnan(d.after.load_1min), known[i].load);
		assert_int_equal(isnan(d.after.cpu_pressure_avg10_pct),
				 known[i].pressure);
		assert_int_equal(isnan(d.after.cpu_pressure_total_s),
				 known[i].pressure);
		assert_int_equal(isnan(d.during.cpu_pressure_pct),
				 known[i].pressure);
		assert_int_equal(isnan(d.after.steal_total_s), known[i].steal);
		assert_int_equal(isnan(d.during.steal_pct), known[i].steal);
		assert_int_equal(isnan(d.after.time_wait_sockets),
				 known[i].time_wait);
		assert_int_equal(isnan(d.after.memory_available_kib),
				 known[i].memory);
		assert_near(d.during.foreign_cpu_pct, 0);
		/* The next one begins with all of it again. */
		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

static void without_a_proc_nothing_is_known_but_the_time(void **state)
{
	struct drift drift;

	(void)state;
	host_begin(&watch, "/nowhere");
	drift = host_end(&watch, &evidence);
	assert_true(drift.during.elapsed_s >= 0);
#define X(name) assert_unknown(drift.before.name);
	DRIFT_READINGS(X)
#undef X
	assert_unknown(drift.during.foreign_cpu_pct);
	assert_near(evidence.foreign_cpu_pct, -1);
	assert_near(evidence.steal_pct, -1);
	assert_string_equal(evidence.foreign_most, "");
}

static void a_drift_of_which_nothing_is_known(void **state)
{
	struct drift d = drift_unknown();

	(void)state;
#define X(name)                        \
	assert_unknown(d.before.name); \
	assert_unknown(d.after.name);
	DRIFT_READINGS(X)
#undef X
#define X(name) assert_unknown(d.during.name);
	DRIFT_RISES(X)
#undef X
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(everything_is_read),
		TEST(what_rose_is_a_share_of_the_time),
		TEST(nothing_rose),
		TEST(counters_that_fall_are_not_known),
		TEST(what_is_not_there_is_unknown_alone),
		TEST(without_a_proc_nothing_is_known_but_the_time),
		cmocka_unit_test(a_drift_of_which_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
