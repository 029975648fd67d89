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
		{ ENOSPC, "fs.epoll.max_user_watches" },
	};

	(void)state;
	r.result.sum->cause[ECONNREFUSED] = 1;
	assert_valid();
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		r.result.sum->cause[known[i].cause] = 1;
		assert_verdict(VERDICT_INVALID, known[i].words);
		r.result.sum->cause[known[i].cause] = 0;
	}
	/* With no connection at all, it was not the ports. */
	r.result.sum->connected = 0;
	r.result.sum->cause[EADDRNOTAVAIL] = 1;
	assert_verdict(VERDICT_INVALID, "no address of this machine leads");
}

static void descriptors_left(void **state)
{
	(void)state;
	r.result.sum->descriptors = 1;
	assert_verdict(VERDICT_SUSPECT, "workers left 1 descriptors open");
}

/*
 * A thousand sends that were late by `lag_us`, of which an echo took so long
 * from when it was due, and so long from its send. The lag's part in the figure
 * counts, not its length; where the server lets messages wait, the lag is small
 * though echoes are long.
 */
static void send_lag_counts_by_what_it_does(void **state)
{
	static const struct {
		uint64_t lag_us, echo_us, from_send_us;
		enum verdict_status status;
		const char *words;
	} cases[] = {
		{ 100, 400, 300, VERDICT_VALID, NULL },
		{ 120, 400, 380, VERDICT_VALID, NULL }, /* of few messages */
		{ 120, 400, 280, VERDICT_SUSPECT,
		  "send lag p99 is 120.0 us, some 30 % of the echo's p99" },
		{ 900, 1000, 100, VERDICT_SUSPECT, "some 90 %" },
		{ 900, 600000, 100, VERDICT_VALID, NULL },
		{ 3000, 5000, 2000, VERDICT_INVALID,
		  "send lag p99 is 3.00 ms" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tally *t = r.result.sum;

		t->send_lag = t->echo = t->echo_uncorrected =
			(struct hist){ 0 };
		record(&t->send_lag, 1000, cases[i].lag_us * NS_PER_US);
		record(&t->echo, 1000, cases[i].echo_us * NS_PER_US);
		record(&t->echo_uncorrected, 1000,
		       cases[i].from_send_us * NS_PER_US);
		assert_verdict(cases[i].status, cases[i].words);
	}
}

/* Nine late ones in a thousand are beyond the percentile that is judged. */
static void send_lag_beyond_the_percentile(void **state)
{
	struct tally *t = r.result.sum;

	(void)state;
	options.session_rate = 100;
	record(&t->first_echo, 1000, NS_PER_MS);
	record(&t->send_lag, 990, NS_PER_US);
	record(&t->send_lag, 10, NS_PER_S);
	assert_valid();
	record(&t->send_lag, 1, NS_PER_S);
	assert_verdict(VERDICT_INVALID, "100 % of the first echo's p99");
}

/* In the closed model it delays what comes next; in the open one, nothing. */
static void answers_that_lie_unread(void **state)
{
	(void)state;
	record(&r.result.sum->echo, 10, NS_PER_MS);
	record(&r.result.sum->receive_lag, 10, 2 * NS_PER_MS);
	assert_valid();
	record(&r.result.sum->receive_lag, 1, 3 * NS_PER_MS);
	assert_verdict(VERDICT_SUSPECT, "lay unread for 2091 us on average");
	options.hold = true;
	assert_valid();
	options.hold = false;
	r.offered_per_s = r.achieved_per_s = 10;
	assert_valid();
}

static void a_generator_that_did_not_run(void **state)
{
	(void)state;
	r.elapsed_s = WINDOW_S;
	r.result.sum->stalled_ns = 100 * WORKERS * NS_PER_MS;
	r.outcome.stalled_ns = 100 * NS_PER_MS;
	r.throttled_s = 0.01;
	assert_valid();
	r.outcome.stalled_ns++;
	r.outcome.stalls = 2;
	assert_verdict(VERDICT_SUSPECT, "did not run for 0.10 s of 10.00 s "
					"(stopped, or starved "
					"of CPU, 2 times)");
	r.result.sum->stalled_ns = 1001 * WORKERS * NS_PER_MS;
	assert_verdict(VERDICT_INVALID, "did not run for 1.00 s");
	r.result.sum->stalled_ns = 0;
	r.outcome.stalled_ns = 0;
	r.throttled_s = 0.011;
	assert_verdict(VERDICT_SUSPECT, "a CPU quota throttled");
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
	r.board->worker[1].no_start = ENOMEM;
	assert_verdict(VERDICT_INVALID, "1 worker could not go on: Cannot "
					"allocate memory");
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
		TEST(send_lag_counts_by_what_it_does),
		TEST(send_lag_beyond_the_percentile),
		TEST(answers_that_lie_unread),
		TEST(a_generator_that_did_not_run),
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
