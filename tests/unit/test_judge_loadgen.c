/* What makes a run of the load generator suspect or invalid, and what not. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "loadgen/judge.h"
#include "loadgen/run.h"

enum { WORKERS = 2, SESSIONS = 1000, AT_ONCE = 10, WINDOW_S = 10 };

static struct options options;
static struct preflight checked;
static struct run r;

/* A run with which nothing is wrong. */
static int set_up(void **state)
{
	(void)state;
	options = (struct options){ .concurrency = AT_ONCE,
				    .timeout_ns = 3 * NS_PER_S };
	checked = (struct preflight){ .workers = WORKERS };
	r = (struct run){
		.o = &options,
		.preflight = &checked,
		.board = tally_board(WORKERS),
		.workers = WORKERS,
		.window_s = WINDOW_S,
		.mean_open = AT_ONCE,
		.rate_times_time = AT_ONCE,
		.offered_per_s = -1,
		.achieved_per_s = -1,
	};
	if (!r.board || result_init(&r.result) < 0)
		return -1;
	r.result.requested = SESSIONS;
	r.result.sum->begun = r.result.sum->served = SESSIONS;
	r.result.sum->connected = r.result.sum->completed = SESSIONS;
	hist_record(&r.result.sum->first_echo, NS_PER_MS);
	r.result.sum->completed_in_window = SESSIONS;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	run_release(&r);
	return 0;
}

/* There is this one reason, or with NULL none. */
static void assert_verdict(enum verdict_status status, const char *words)
{
	struct verdict v = { 0 };

	judge(&r, &v);
	if (v.status != status || v.reasons != (words ? 1 : 0))
		fail_msg("%s for %zu reasons: %s; not \"%s\"",
			 verdict_status_name(v.status), v.reasons, v.reason[0],
			 words ? words : "");
	if (words && !strstr(v.reason[0], words))
		fail_msg("\"%s\" has no \"%s\"", v.reason[0], words);
}

static void assert_valid(void)
{
	assert_verdict(VERDICT_VALID, NULL);
}

static void record(struct hist *h, int samples, uint64_t ns)
{
	while (samples--)
		hist_record(h, ns);
}

static void nothing_wrong(void **state)
{
	(void)state;
	assert_valid();
}

static void sessions_unserved(void **state)
{
	(void)state;
	r.result.sum->served--;
	assert_verdict(VERDICT_INVALID, "1 of 1000 sessions were never served");
	r.outcome.gave_up_why = GAVE_UP_DEAD;
	r.result.sum->served = r.result.requested;
	assert_verdict(VERDICT_INVALID, "nothing was served for 3 s");
}

static void sessions_that_fail_later(void **state)
{
	(void)state;
	/* Those that failed before their first echo are told as unserved. */
	r.result.sum->failed = r.result.sum->unserved = 7;
	assert_valid();
	r.result.sum->failed++;
	assert_verdict(VERDICT_INVALID, "1 session failed after");
}

static void echoes_altered(void **state)
{
	(void)state;
	r.result.sum->mismatched = 1;
	assert_verdict(VERDICT_INVALID, "1 session got what was not sent");
}

static void messages_unsent_or_late(void **state)
{
	(void)state;
	/* Lateness is judged by the send lag: these waited for the server. */
	r.result.sum->late = SESSIONS;
	assert_valid();
	r.result.unsent = 1;
	assert_verdict(VERDICT_INVALID, "1 message was due and never sent");
}

static void limits_of_the_machine(void **state)
{
	static const struct {
		int cause;
		const char *words;
	} known[] = {
		{ EMFILE, "ulimit -n or --workers (1 times)" },
		{ ENFILE, "fs.file-max (1 times)" },
		{ EADDRNOTAVAIL, "local ports ran out; give" },
		{ ENOBUFS, "net.ipv4.tcp_mem" },
		{ ENOMEM, "memory ran out" },
	};

	(void)state;
	r.result.sum->cause[ECONNREFUSED] = 1;
	assert_valid();
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		r.result.sum->cause[known[i].cause] = 1;
		assert_verdict(VERDICT_INVALID, known[i].words);
		r.result.sum->cause[known[i].cause] = 0;
	}
}

static void descriptors_left(void **state)
{
	(void)state;
	r.result.sum->descriptors = 1;
	assert_verdict(VERDICT_SUSPECT, "workers left 1 descriptors open");
}

/* 1,000 samples for p99, 100 for p90; of fewer, the largest counts. */
static void send_lag_above_a_millisecond(void **state)
{
	static const struct {
		int samples;
		const char *words;
	} known[] = {
		{ 1, "send lag max is" },    { 99, "send lag max is" },
		{ 100, "send lag p90 is" },  { 999, "send lag p90 is" },
		{ 1000, "send lag p99 is" },
	};
	struct hist *lag = &r.result.sum->send_lag;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		*lag = (struct hist){ 0 };
		record(lag, known[i].samples, NS_PER_MS);
		assert_valid();
		*lag = (struct hist){ 0 };
		record(lag, known[i].samples, NS_PER_MS + 1);
		/* A single outlier is no evidence against the rest. */
		assert_verdict(strstr(known[i].words, "max") ? VERDICT_SUSPECT :
							       VERDICT_INVALID,
			       known[i].words);
	}
}

static void send_lag_beyond_the_percentile(void **state)
{
	struct hist *lag = &r.result.sum->send_lag;

	(void)state;
	record(lag, 990, NS_PER_US);
	record(lag, 10, NS_PER_S);
	assert_valid();
	record(lag, 1, NS_PER_S);
	assert_verdict(VERDICT_INVALID, "send lag p99 is 1000.00 ms");
}

static void send_lag_that_is_a_quarter_of_the_echo(void **state)
{
	struct hist *echo = &r.result.sum->echo;

	(void)state;
	record(&r.result.sum->send_lag, 1000, 100 * NS_PER_US);
	record(echo, 1000, 400 * NS_PER_US);
	assert_valid();
	*echo = (struct hist){ 0 };
	record(echo, 1000, 400 * NS_PER_US - 1);
	assert_verdict(VERDICT_SUSPECT, "send lag p99 is 100 us of an echo");
	/* Without a p99 of the echo there is nothing to compare with. */
	*echo = (struct hist){ 0 };
	record(echo, 999, NS_PER_US);
	assert_valid();
}

static void busy_worker(void **state)
{
	struct tally *second = &r.board->worker[1];

	(void)state;
	second->cpu_span_ns = 1000;
	second->cpu_window_ns = 900;
	assert_valid();
	second->cpu_window_ns = 901;
	assert_verdict(VERDICT_SUSPECT, "a worker used 90 % of its CPU");
	options.spin = true; /* it always does */
	assert_valid();
}

static void workers_that_died(void **state)
{
	(void)state;
	r.outcome.lost = 1;
	assert_verdict(VERDICT_INVALID, "1 worker died");
}

/* What is open at once may be missing at the end: 10 in 10 s. */
static void less_achieved_than_offered(void **state)
{
	(void)state;
	r.offered_per_s = 1000;
	r.achieved_per_s = 980 - 1.0 / WINDOW_S;
	assert_valid();
	r.achieved_per_s = 979.8 - 1.0 / WINDOW_S;
	assert_verdict(VERDICT_SUSPECT, "1000.0/s were due and");
	/* 100 a second are under way at the end, and by chance 30 more. */
	r.mean_time_s = 0.01 * WINDOW_S;
	assert_valid();
	/* But what is under way excuses no more than a tenth. */
	r.mean_time_s = 10 * WINDOW_S;
	r.achieved_per_s = 800;
	assert_verdict(VERDICT_SUSPECT, "1000.0/s were due and 800.0/s");
	r.offered_per_s = -1; /* the closed model offers nothing */
	assert_valid();
}

/* 5 %, and the edges: 10 sessions at either end of 1,000. */
static void littles_law(void **state)
{
	static const double within[] = { 9.31, 10, 10.69, -1 };
	static const double beyond[] = { 0, 9.29, 10.71, 20 };

	(void)state;
	for (size_t i = 0; i < sizeof(within) / sizeof(within[0]); i++) {
		r.rate_times_time = within[i];
		assert_valid();
	}
	for (size_t i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		r.rate_times_time = beyond[i];
		assert_verdict(VERDICT_SUSPECT, "the load was not steady");
	}
	r.mean_open = -1;
	assert_valid();
}

static void littles_law_needs_a_hundred_sessions(void **state)
{
	(void)state;
	r.rate_times_time = 20;
	options.concurrency = 1;
	r.result.sum->completed_in_window = 99;
	assert_valid();
	r.result.sum->completed_in_window = 100;
	assert_verdict(VERDICT_SUSPECT, "the load was not steady");
}

static void connections_lost_or_late(void **state)
{
	(void)state;
	r.tcp.listen_drops = 1;
	assert_verdict(VERDICT_SUSPECT, "listeners dropped 1 connections");
	r.tcp.listen_overflows = 1; /* these are drops, too */
	assert_verdict(VERDICT_SUSPECT, "accept queues overflowed 1 times");
	r.tcp = (struct tcp_counters){ .syn_retransmits = 1, .timeouts = 1 };
	assert_verdict(VERDICT_SUSPECT, "1 handshakes were sent again");
	r.tcp = (struct tcp_counters){ .timeouts = 1, .syn_retransmits = -1 };
	assert_verdict(VERDICT_SUSPECT, "in vain for an acknowledgement 1 ");
#define X(field, name) r.tcp.field = -1;
	TCP_COUNTERS(X) /* unknown */
#undef X
	assert_valid();
}

/* It is no fault of the server's that they were not yet served. */
static void interrupted(void **state)
{
	struct verdict v = { 0 };

	(void)state;
	r.outcome.interrupted_by = SIGINT;
	r.outcome.gave_up_why = GAVE_UP_SIGNAL;
	r.result.sum->failed = 1;
	r.offered_per_s = 1000;
	r.achieved_per_s = 1;
	assert_verdict(VERDICT_INVALID, "interrupted by SIGINT");
	r.result.sum->served--;
	judge(&r, &v);
	assert_int_equal(v.status, VERDICT_INVALID);
	assert_int_equal(v.reasons, 2);
	assert_non_null(strstr(v.reason[1], "1 of 1000 sessions were not yet"));
}

/* They may be why; of a valid run, they weren't. */
static void warnings_explain_what_is_not_valid(void **state)
{
	struct verdict v = { 0 };

	(void)state;
	strncpy(checked.warning[0], "few ports", PREFLIGHT_WHY - 1);
	checked.warnings = 1;
	assert_valid();
	r.result.sum->mismatched = 1;
	judge(&r, &v);
	assert_int_equal(v.status, VERDICT_INVALID);
	assert_int_equal(v.reasons, 2);
	assert_string_equal(v.reason[1], "few ports");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		TEST(nothing_wrong),
		TEST(sessions_unserved),
		TEST(sessions_that_fail_later),
		TEST(echoes_altered),
		TEST(messages_unsent_or_late),
		TEST(limits_of_the_machine),
		TEST(descriptors_left),
		TEST(send_lag_above_a_millisecond),
		TEST(send_lag_beyond_the_percentile),
		TEST(send_lag_that_is_a_quarter_of_the_echo),
		TEST(busy_worker),
		TEST(workers_that_died),
		TEST(less_achieved_than_offered),
		TEST(littles_law),
		TEST(littles_law_needs_a_hundred_sessions),
		TEST(connections_lost_or_late),
		TEST(interrupted),
		TEST(warnings_explain_what_is_not_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
