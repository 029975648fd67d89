/* What the machine did during a cell, from a /proc that is made up. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/watch.h"
#include "tests/unit/fixture_scratch.h"

static struct watch watch;
static struct validity_finding found;
static double value[METRIC_COUNT];

__attribute__((format(printf, 2, 3))) static void put(const char *file,
						      const char *format, ...)
{
	FILE *out = fopen(scratch_file(file), "w");
	va_list list;

	assert_non_null(out);
	va_start(list, format);
	vfprintf(out, format, list);
	va_end(list);
	assert_int_equal(fclose(out), 0);
}

/* Of 1000 ticks, so many are stolen; guest is in user. */
static void put_stat(int ticks, int steal)
{
	put("stat",
	    "cpu  100 100 100 %d 20 20 10 %d 70 0\n"
	    "cpu0 1 2 3 4 5 6 7 8 9 0\nctxt 12345\n",
	    ticks - 350 - steal, steal);
}

static void put_process(int user)
{
	put("77/stat",
	    "77 (cc1) R 1 1 1 0 -1 0 1 1 1 1 %d 0 0 0 20 0 1 0 5 6 7\n", user);
}

static void put_overflows(int count)
{
	put("net/netstat",
	    "TcpExt: SyncookiesSent ListenOverflows ListenDrops\n"
	    "TcpExt: 1 %d 2\n",
	    count);
}

static void put_quota(const char *max, int throttled_ms)
{
	put("groups/a/cpu.max", "%s 100000\n", max);
	put("groups/a/cpu.stat",
	    "usage_usec 7\nnr_periods 3\nnr_throttled 2\nthrottled_usec %d\n",
	    throttled_ms * 1000);
}

static int set_up(void **state)
{
	static const char *const folders[] = { "net",	   "77",
					       "self",	   "groups",
					       "groups/a", "groups/a/b" };

	if (scratch_make(state) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (mkdir(scratch_file(folders[i]), 0700) < 0)
			return -1;
	put_stat(1000, 50);
	put_process(100);
	put_overflows(5);
	put("net/sockstat", "sockets: used 60 tw 1\n"
			    "TCP: inuse 5 orphan 0 tw 321 alloc 12 mem 3\n");
	put("self/cgroup", "1:name=systemd:/\n0::/a/b\n");
	put("self/mounts",
	    "proc /proc proc rw 0 0\ncgroup2 %s/groups cgroup2 "
	    "rw,nsdelegate 0 0\n",
	    scratch);
	/* The quota is on an ancestor; the root has no such counters. */
	put("groups/cpu.stat", "usage_usec 7\n");
	put("groups/a/b/cpu.stat", "nr_throttled 0\nthrottled_usec 0\n");
	put("groups/a/b/cpu.max", "max 100000\n");
	put_quota("150000", 10);
	found = (struct validity_finding){ .count = 0 };
	return 0;
}

static int tear_down(void **state)
{
	watch_close(&watch);
	return scratch_remove(state);
}

/* All that was read was read so much earlier. */
static void age(uint64_t ms)
{
	uint64_t ns = ms * NS_PER_MS;

	watch.begin.at_ns -= ns;
	watch.foreign.looked_ns -= ns;
	watch.foreign.scanned_ns -= ns;
	for (size_t i = 0; i < WATCH_KEPT; i++)
		if (watch.kept[i].at_ns)
			watch.kept[i].at_ns -= ns;
}

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= 0.02 * fabs(wanted)))
		fail_msg("%.12g is not %.12g", got, wanted);
}

static void a_long_cell_has_shares_of_its_own_time(void **state)
{
	(void)state;
	watch_open(&watch, scratch);
	watch_begin(&watch);
	age(4000);
	put_stat(2000, 150);
	put_process(100 + 40);
	put_overflows(9);
	put_quota("150000", 10 + 200);
	watch_end(&watch, value, &found);
	assert_near(value[METRIC_STEAL_PCT], 10);
	assert_near(value[METRIC_FOREIGN_CPU_PCT], 10);
	assert_near(value[METRIC_THROTTLED_PCT], 5);
	assert_near(value[METRIC_LISTEN_OVERFLOWS], 4);
	assert_near(value[METRIC_TIME_WAIT], 321);
}

/* A cell of 50 ms, and what is known from before it. */
static void a_short_cell_has_shares_of_the_last_second(void **state)
{
	static const struct {
		unsigned before_ms; /* that a cell was begun and ended */
		double steal_pct, foreign_pct;
	} known[] = {
		/* 30 of 100 ticks; 30 ticks of 10 ms in 1,050 ms. */
		{ 1000, 30, 30 / 1.05 },
		{ 500, 30, 30 / 0.55 },
		{ 1100, 30, 30 / 1.15 },
		/* It is too long ago: only the cell itself counts. */
		{ 1200, 20, 20 / 0.05 },
		{ 60000, 20, 20 / 0.05 },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		watch_open(&watch, scratch);
		watch_begin(&watch);
		watch_end(&watch, value, NULL);
		age(known[i].before_ms);
		put_stat(1050, 50 + 20);
		put_process(100 + 10);
		watch_begin(&watch);
		/* Clocks are read at every look, ticks by a scan: have one. */
		watch.foreign.scanned_ns -= NS_PER_S;
		age(50);
		put_stat(1100, 50 + 30);
		put_process(100 + 30);
		watch_end(&watch, value, &found);
		assert_near(value[METRIC_STEAL_PCT], known[i].steal_pct);
		/* The time that the readings take comes on top. */
		assert_true(value[METRIC_FOREIGN_CPU_PCT] <=
				    known[i].foreign_pct &&
			    value[METRIC_FOREIGN_CPU_PCT] >=
				    0.6 * known[i].foreign_pct);

		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

/* However many cells there are: the ring holds a window, and wraps. */
static void the_window_slides(void **state)
{
	(void)state;
	watch_open(&watch, scratch);
	for (int i = 1; i <= 100; i++) {
		watch_begin(&watch);
		age(50);
		/* 10 ticks a cell; one stolen a cell in the later half. */
		put_stat(1000 + 10 * i, 50 + (i > 50 ? i - 50 : 0));
		watch_end(&watch, value, NULL);
		if (i == 50)
			assert_near(value[METRIC_STEAL_PCT], 0);
		/* 5 of the some 23 cells that there is a window of. */
		if (i == 55)
			assert_in_range((int)(10 * value[METRIC_STEAL_PCT]), 20,
					40);
		if (i >= 75)
			assert_near(value[METRIC_STEAL_PCT], 10);
	}
}

static void what_exceeds_a_limit_is_found(void **state)
{
	static const struct {
		int steal, foreign, throttled_ms, overflows; /* in 4 s */
		const char *text;
	} known[] = {
		{ 0, 0, 0, 0, "" },
		{ 49, 39, 39, 0, "" },
		{ 120, 0, 0, 0, "steal: 12 %" },
		{ 0, 160, 0, 0, "foreign-load: 40 %, most: cc1 (PID 77)" },
		{ 0, 0, 800, 0, "throttled: 20 %" },
		{ 0, 0, 0, 3, "listen-overflow: 3" },
		{ 60, 80, 9999, 1,
		  "steal: 6 %; foreign-load: 20 %, most: cc1 (PID 77); "
		  "throttled: 100 %; listen-overflow: 1" },
	};
	char text[VALIDITY_TEXT];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		watch_open(&watch, scratch);
		watch_begin(&watch);
		age(4000);
		put_stat(2000, 50 + known[i].steal);
		put_process(100 + known[i].foreign);
		put_quota("150000", 10 + known[i].throttled_ms);
		put_overflows(5 + known[i].overflows);
		watch_end(&watch, value, &found);
		validity_text(&found, text);
		assert_string_equal(text, known[i].text);
		assert_int_equal(found.status, *known[i].text ?
						       VALIDITY_SUSPECT :
						       VALIDITY_VALID);
		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

/* A file that is missing or strange makes one figure unknown, and no more. */
static void what_is_not_there_is_unknown_alone(void **state)
{
	static const struct {
		const char *file, *content; /* NULL: no such file */
		enum metric_id unknown;
	} known[] = {
		{ "stat", NULL, METRIC_STEAL_PCT },
		{ "stat", "intr 1 2 3 4 5 6 7 8\n", METRIC_STEAL_PCT },
		{ "stat", "cpu  1 2 3 4 5 6 7\ncpu0 8\n", METRIC_STEAL_PCT },
		/* Counters that fall. */
		{ "stat", "cpu  1 2 3 4 5 6 7 8\n", METRIC_STEAL_PCT },
		{ "stat", "cpu  9 9 9 9999 9 9 9 8\n", METRIC_STEAL_PCT },
		{ "net/netstat", NULL, METRIC_LISTEN_OVERFLOWS },
		{ "net/netstat", "TcpExt: ListenOverflows\nTcpExt: 4\n",
		  METRIC_LISTEN_OVERFLOWS },
		{ "net/netstat", "TcpExt: ListenOverflows\n",
		  METRIC_LISTEN_OVERFLOWS },
		{ "groups/a/cpu.stat", NULL, METRIC_THROTTLED_PCT },
		{ "groups/a/cpu.stat", "throttled_usec -1\n",
		  METRIC_THROTTLED_PCT },
		{ "groups/a/cpu.stat", "throttled_usec nan\n",
		  METRIC_THROTTLED_PCT },
		{ "groups/a/cpu.stat", "throttled_usec inf\n",
		  METRIC_THROTTLED_PCT },
	};
	static const enum metric_id all[] = {
		METRIC_STEAL_PCT, METRIC_FOREIGN_CPU_PCT, METRIC_THROTTLED_PCT,
		METRIC_LISTEN_OVERFLOWS, METRIC_TIME_WAIT
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		watch_open(&watch, scratch);
		watch_begin(&watch);
		age(4000);
		put_stat(2000, 50);
		if (known[i].content)
			put(known[i].file, "%s", known[i].content);
		else
			assert_int_equal(unlink(scratch_file(known[i].file)),
					 0);
		watch_end(&watch, value, &found);
		for (size_t j = 0; j < sizeof(all) / sizeof(all[0]); j++)
			if (!!isnan(value[all[j]]) !=
			    (all[j] == known[i].unknown))
				fail_msg("row %zu: %s is %g", i,
					 metrics[all[j]].name, value[all[j]]);
		assert_int_equal(found.status, VALIDITY_VALID);
		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

static void without_a_proc_nothing_is_known(void **state)
{
	(void)state;
	watch_open(&watch, "/nowhere");
	watch_begin(&watch);
	watch_end(&watch, value, &found);
	assert_true(isnan(value[METRIC_STEAL_PCT]));
	assert_true(isnan(value[METRIC_FOREIGN_CPU_PCT]));
	assert_true(isnan(value[METRIC_THROTTLED_PCT]));
	assert_true(isnan(value[METRIC_LISTEN_OVERFLOWS]));
	assert_true(isnan(value[METRIC_TIME_WAIT]));
	assert_int_equal(found.status, VALIDITY_VALID);
}

static void quotas_are_found_in_both_versions(void **state)
{
	static const struct {
		const char *cgroup, *type, *options;
		const char *file[2], *content[2];
		double pct; /* of 4 s */
	} known[] = {
		/* v2: without a quota, nothing is throttled. */
		{ "0::/a/b",
		  "cgroup2",
		  "rw",
		  { "cpu.max", NULL },
		  { "max 100000\n" },
		  0 },
		/* v1 has nanoseconds, and a quota of -1 is none. */
		{ "3:cpu,cpuacct:/a/b\n0::/",
		  "cgroup",
		  "rw,cpuacct,cpu",
		  { "cpu.cfs_quota_us", "cpu.stat" },
		  { "50000\n", "nr_throttled 1\nthrottled_time 0\n" },
		  1e-3 },
		{ "3:cpu,cpuacct:/a/b\n0::/",
		  "cgroup",
		  "rw,cpu",
		  { "cpu.cfs_quota_us", NULL },
		  { "-1\n" },
		  0 },
		/* The controller is not mounted; the name is a part of one. */
		{ "3:cpu:/a/b", "cgroup", "rw,cpuset", { NULL }, { NULL }, NAN },
		{ "nonsense", "cgroup2", "rw", { NULL }, { NULL }, NAN },
		{ "0::a/b", "cgroup2", "rw", { NULL }, { NULL }, NAN },
		{ "0:", "cgroup2", "rw", { NULL }, { NULL }, NAN },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		put("self/cgroup", "%s\n", known[i].cgroup);
		put("self/mounts", "x %s/groups %s %s 0 0\n", scratch,
		    known[i].type, known[i].options);
		for (int j = 0; j < 2 && known[i].file[j]; j++) {
			char name[64];

			snprintf(name, sizeof(name), "groups/a/%s",
				 known[i].file[j]);
			put(name, "%s", known[i].content[j]);
		}
		watch_open(&watch, scratch);
		watch_begin(&watch);
		age(4000);
		put("groups/a/cpu.stat", "nr_throttled 1\nthrottled_usec "
					 "2000000\n"
					 "throttled_time 40000\n");
		watch_end(&watch, value, &found);
		if (isnan(known[i].pct))
			assert_true(isnan(value[METRIC_THROTTLED_PCT]));
		else
			assert_near(value[METRIC_THROTTLED_PCT], known[i].pct);
		tear_down(state);
		assert_int_equal(set_up(state), 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_long_cell_has_shares_of_its_own_time),
		TEST(a_short_cell_has_shares_of_the_last_second),
		TEST(the_window_slides),
		TEST(what_exceeds_a_limit_is_found),
		TEST(what_is_not_there_is_unknown_alone),
		TEST(without_a_proc_nothing_is_known),
		TEST(quotas_are_found_in_both_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
