/* What is decided before a run, on machines of every kind. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/sock.h"
#include "loadgen/preflight.h"

/* A closed loop of 64 for 5 s, on a machine as most are, on loopback. */
static struct options o;
static struct machine m;
static struct preflight p;
static char why[PREFLIGHT_WHY];

static void towards(const char *host)
{
	assert_int_equal(parse_address(host, &o.address, why), 0);
	m.local = m.loopback = strncmp(host, "127.", 4) == 0 ||
			       strcmp(host, "::1") == 0;
	m.time_wait_s = m.loopback ? 1 : 60;
}

static int start(void **state)
{
	(void)state;
	o = (struct options){ .concurrency = 64, .duration_ns = 5 * NS_PER_S };
	m = (struct machine){ .descriptors = 20000,
			      .ports = 28232,
			      .time_wait_most = 131072,
			      .processes = 30000,
			      .process_limit = "kernel.pid_max",
			      .backlog = -1 };
	towards("127.0.0.1");
	why[0] = '\0';
	return 0;
}

static void allowed(void)
{
	assert_int_equal(preflight_decide(&o, &m, &p, why), 0);
}

/* Refused with a line that names these, and isn't cut short. */
static void refused(const char *what, const char *value, const char *need)
{
	assert_int_equal(preflight_decide(&o, &m, &p, why), -1);
	assert_non_null(strstr(why, what));
	assert_non_null(strstr(why, value));
	assert_non_null(strstr(why, need));
	assert_true(strlen(why) < PREFLIGHT_WHY - 1);
}

static void warned(const char *what, const char *value, const char *fix)
{
	allowed();
	assert_int_equal(p.warnings, 1);
	assert_non_null(strstr(p.warning[0], what));
	assert_non_null(strstr(p.warning[0], value));
	assert_non_null(strstr(p.warning[0], fix));
	assert_true(strlen(p.warning[0]) < PREFLIGHT_WHY - 1);
}

static void workers_are_as_few_as_descriptors_allow(void **state)
{
	static const struct {
		uint64_t concurrency;
		unsigned workers;
	} known[] = {
		{ 1, 1 },
		{ 968, 1 },
		{ 969, 2 },
		{ 1936, 2 },
		{ 1937, 3 },
		{ 63 * 968, 63 },
		{ 63 * 968 + 1, 64 },
		{ 64 * 968, 64 },
	};

	(void)state;
	m.descriptors = 1000;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		o.concurrency = known[i].concurrency;
		allowed();
		assert_int_equal(p.workers, known[i].workers);
	}
	o.concurrency = 64 * 968 + 1;
	refused("--concurrency 61953", "64 workers of 1000", "ulimit -n 1001");
	assert_null(strstr(why, "--workers"));
}

static void given_workers_must_be_enough(void **state)
{
	(void)state;
	m.descriptors = 1000;
	o.concurrency = 968 * 2;
	o.workers = 2;
	allowed();
	assert_int_equal(p.workers, 2);
	o.workers = 7;
	allowed();
	assert_int_equal(p.workers, 7);
	o.workers = 1;
	refused("too many for 1 worker of 1000", "ulimit -n 1968",
		"raise --workers");
}

static void without_descriptors_nothing_runs(void **state)
{
	(void)state;
	m.descriptors = 32;
	refused("64 workers of 32 open files", "ulimit -n", "33");
	m.descriptors = 33;
	allowed();
	assert_int_equal(p.workers, 64);
	m.descriptors = UINT64_MAX;
	allowed();
	assert_int_equal(p.workers, 1);
}

static void opening_spares_the_backlog(void **state)
{
	static const struct {
		int backlog;
		uint64_t opening;
	} known[] = { { -1, 1024 }, { 0, 1 },	    { 1, 1 },
		      { 5, 5 },	    { 1023, 1023 }, { 4096, 1024 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		m.backlog = known[i].backlog;
		o.hold = i % 2;
		allowed();
		assert_int_equal(p.opening, known[i].opening);
		assert_int_equal(p.backlog, known[i].backlog);
	}
}

static void an_open_model_waits_for_no_opening(void **state)
{
	(void)state;
	m.backlog = 5;
	o.session_rate = 100;
	allowed();
	assert_int_equal(p.opening, 64);
	o.opening = 7;
	allowed();
	assert_int_equal(p.opening, 7);
}

/* It has many open runs, whose rates nobody knows yet. */
static void a_search_is_open_and_long(void **state)
{
	(void)state;
	m.backlog = 5;
	o.searching = true;
	o.duration_ns = NS_PER_S / 4;
	allowed();
	assert_int_equal(p.opening, 64);
	assert_int_equal(p.sources.count, 4);
}

static void opening_is_shared_by_the_workers(void **state)
{
	(void)state;
	m.backlog = 5;
	o.workers = 8;
	allowed();
	assert_int_equal(p.opening, 8);
	o.opening = 8;
	allowed();
	o.opening = 2000;
	allowed();
	assert_int_equal(p.opening, 2000);
	o.opening = 7;
	refused("--opening 7", "8 workers", "give 8");
}

static void held_sessions_use_the_better_half_of_the_ports(void **state)
{
	static const struct {
		uint64_t concurrency, sources;
	} known[] = { { 64, 0 },    { 14116, 0 }, { 14117, 2 },
		      { 28232, 2 }, { 28233, 3 }, { 1000000, 71 } };

	(void)state;
	m.descriptors = 1000000;
	m.processes = UINT64_MAX;
	o.hold = true;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		char first[SOCK_NAME];

		o.concurrency = o.sessions = known[i].concurrency;
		allowed();
		assert_int_equal(p.sources.count, known[i].sources);
		assert_int_equal(p.warnings, 0);
		if (!p.sources.count)
			continue;
		sock_name(&p.sources.first, first);
		assert_string_equal(first, "127.1.0.1:0");
	}
}

static void time_wait_takes_ports_on_loopback(void **state)
{
	(void)state;
	/* 50,000 a second at most, each for a second, and 64. */
	allowed();
	assert_int_equal(p.sources.count, 4);
	o.duration_ns = NS_PER_S / 4;
	allowed();
	assert_int_equal(p.sources.count, 0);
	o.ramp_ns = o.warmup_ns = NS_PER_S / 4;
	allowed();
	assert_int_equal(p.sources.count, 3);
	/* Where a port can't be taken over, all buckets may fill. */
	o.duration_ns = 5 * NS_PER_S;
	m.time_wait_s = 60;
	allowed();
	assert_int_equal(p.sources.count, 10);
	m.time_wait_most = 1000;
	allowed();
	assert_int_equal(p.sources.count, 0);
}

static void what_leaves_no_time_wait_needs_no_more_ports(void **state)
{
	(void)state;
	o.close_kind = CLOSE_RST;
	allowed();
	assert_int_equal(p.sources.count, 0);
	o.close_kind = CLOSE_FIN;
	o.hold = true;
	allowed();
	assert_int_equal(p.sources.count, 0);
}

static void only_sessions_that_are_begun_count(void **state)
{
	(void)state;
	o.duration_ns = 0;
	o.sessions = 14116;
	allowed();
	assert_int_equal(p.sources.count, 0);
	o.sessions = 14117;
	allowed();
	assert_int_equal(p.sources.count, 2);
	o.sessions = 10;
	allowed();
	assert_int_equal(p.sources.count, 0);
}

static void the_session_rate_counts(void **state)
{
	(void)state;
	o.concurrency = 116;
	o.session_rate = 14000;
	allowed();
	assert_int_equal(p.sources.count, 0);
	o.session_rate = 14001;
	allowed();
	assert_int_equal(p.sources.count, 2);
}

static void given_sources_are_kept(void **state)
{
	(void)state;
	assert_int_equal(sources_parse("127.0.0.1", &o.sources, why), 0);
	warned("28232 local ports", "up to 50064 may be, 50000 in TIME_WAIT",
	       "--close rst or --source A-B");
	assert_int_equal(p.sources.count, 1);
	assert_int_equal(sources_parse("127.0.0.1-127.0.0.4", &o.sources, why),
			 0);
	allowed();
	assert_int_equal(p.warnings, 0);
	assert_int_equal(p.sources.count, 4);
}

static void other_machines_ports_run_out(void **state)
{
	static const char *const host[] = { "198.51.100.1", "2001:db8::1" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		start(NULL);
		towards(host[i]);
		warned("28232 local ports",
		       "up to 131136 may be, 131072 in TIME_WAIT",
		       "sysctl net.ipv4.tcp_tw_reuse=1");
		assert_int_equal(p.sources.count, 0);
		m.time_wait_s = 1;
		warned("28232 local ports",
		       "up to 50064 may be, 50000 in TIME_WAIT",
		       "sysctl net.ipv4.ip_local_port_range=");
		o.close_kind = CLOSE_RST;
		o.concurrency = 14116;
		allowed();
		assert_int_equal(p.warnings, 0);
		o.concurrency = 14117;
		warned("28232 local ports",
		       "up to 14117 may be, 0 in TIME_WAIT",
		       "give --source A-B");
		assert_null(strstr(p.warning[0], "--close"));
	}
}

static void more_sessions_than_ports_are_refused(void **state)
{
	(void)state;
	towards("::1"); /* no second loopback address without set-up */
	o.hold = true;
	m.descriptors = 100000;
	m.processes = UINT64_MAX;
	o.concurrency = 28232;
	allowed();
	assert_int_equal(p.warnings, 1);
	o.concurrency = 28233;
	refused("--concurrency 28233", "28232 local ports", "--source");
	assert_int_equal(sources_parse("fd00::1-fd00::2", &o.sources, why), 0);
	allowed();
	o.concurrency = 56465;
	refused("--concurrency 56465", "56464 local ports", "ip_local_port");
	m.ports = 0;
	o.concurrency = 1;
	refused("--concurrency 1", " 0 local ports", "ip_local_port");
	o.sources.count = 0;
	towards("127.0.0.1");
	refused("--concurrency 1", " 0 local ports", "ip_local_port");
}

static void a_forking_server_needs_processes(void **state)
{
	(void)state;
	m.descriptors = 100000;
	o.hold = true;
	o.concurrency = 30000;
	allowed();
	assert_int_equal(p.warnings, 0);
	o.concurrency = 30001;
	warned("needs 30001 processes", "kernel.pid_max leaves room for 30000",
	       "sysctl kernel.pid_max=4194304");
	m.process_limit = "the cgroup's pids.max";
	warned("needs 30001 processes", "pids.max leaves room for 30000",
	       "raise it");
	assert_null(strstr(p.warning[0], "sysctl"));
	m.local = false;
	allowed();
	assert_int_equal(p.warnings, 0);
}

static void two_warnings_are_two(void **state)
{
	(void)state;
	towards("::1");
	m.processes = 10;
	m.process_limit = "kernel.threads-max";
	allowed();
	assert_int_equal(p.warnings, 2);
	assert_non_null(strstr(p.warning[0], "local ports"));
	assert_non_null(strstr(p.warning[1], "kernel.threads-max"));
}

static void sources_are_tried_out(void **state)
{
	(void)state;
	towards("127.0.0.1");
	assert_int_equal(preflight(&o, &p, why), 0);
	assert_int_equal(p.backlog, -1); /* nobody listens at port 0 */
	assert_int_equal(sources_parse("127.0.0.1-127.0.0.9", &o.sources, why),
			 0);
	assert_int_equal(preflight(&o, &p, why), 0);
	assert_int_equal(p.sources.count, 9);
	/* Nobody's, RFC 5737. */
	assert_int_equal(sources_parse("198.51.100.7", &o.sources, why), 0);
	assert_int_equal(preflight(&o, &p, why), -1);
	assert_non_null(strstr(why, "--source: 198.51.100.7 is no address"));
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(workers_are_as_few_as_descriptors_allow),
		TEST(given_workers_must_be_enough),
		TEST(without_descriptors_nothing_runs),
		TEST(opening_spares_the_backlog),
		TEST(an_open_model_waits_for_no_opening),
		TEST(a_search_is_open_and_long),
		TEST(opening_is_shared_by_the_workers),
		TEST(held_sessions_use_the_better_half_of_the_ports),
		TEST(time_wait_takes_ports_on_loopback),
		TEST(what_leaves_no_time_wait_needs_no_more_ports),
		TEST(only_sessions_that_are_begun_count),
		TEST(the_session_rate_counts),
		TEST(given_sources_are_kept),
		TEST(other_machines_ports_run_out),
		TEST(more_sessions_than_ports_are_refused),
		TEST(a_forking_server_needs_processes),
		TEST(two_warnings_are_two),
		TEST(sources_are_tried_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
