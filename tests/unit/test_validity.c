/* The rules by which a cell counts, each by itself. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/validity.h"

/* A number of the evidence, and the most that it may be. */
struct known {
	size_t offset;
	double limit, above;
	enum validity consequence;
	const char *reason; /* part of it */
};

#define AT(member) offsetof(struct evidence, member)

static const struct known rules[] = {
	{ AT(mismatched), 0, 3, VALIDITY_INVALID, "3 echoes were not" },
	{ AT(failed), 0, 12, VALIDITY_INVALID, "12 sessions failed" },
	{ AT(unsent), 0, 1, VALIDITY_INVALID, "1 messages were due" },
	{ AT(descriptors_out), 0, 7, VALIDITY_INVALID, "ran out 7 times" },
	{ AT(ports_out), 0, 8, VALIDITY_INVALID, "ports ran out 8 times" },
	{ AT(send_lag_p99_us), 1000, 1001, VALIDITY_INVALID,
	  "is at least 1.00 ms" },
	{ AT(fork_failures), 0, 5, VALIDITY_INVALID, "fork() failed 5 times" },
	{ AT(accept_failures), 0, 6, VALIDITY_INVALID,
	  "accept() failed 6 times" },
	{ AT(command_status), 0, 127, VALIDITY_INVALID, "status 127" },
	{ AT(worker_cpu_pct), 90, 91, VALIDITY_SUSPECT, "91 % of its CPU" },
	{ AT(steal_pct), 5, 6, VALIDITY_SUSPECT, "took 6 %" },
	{ AT(listen_overflows), 0, 9, VALIDITY_SUSPECT, "overflowed 9 times" },
};

enum { RULES = sizeof(rules) / sizeof(rules[0]) };

static void set(struct evidence *e, const struct known *rule, double value)
{
	*(double *)((char *)e + rule->offset) = value;
}

/* The finding has this one reason, or none if that is NULL. */
static void assert_found(const struct evidence *e, enum validity status,
			 const char *reason)
{
	struct validity_finding f;

	memset(&f, 0xff, sizeof(f));
	validity_judge(e, &f);
	if (f.status != status)
		fail_msg("%s: %s", reason ? reason : "-",
			 validity_name(f.status));
	assert_int_equal(f.reasons, reason ? 1 : 0);
	if (reason && !strstr(f.reason[0], reason))
		fail_msg("\"%s\" in: %s", reason, f.reason[0]);
}

static void what_is_unknown_is_not_judged(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.requested = 100;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.requested = -1;
	e.served = 100;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.samples_missed = 3;
	assert_found(&e, VALIDITY_VALID, NULL);
}

static void each_rule_holds_up_to_its_limit(void **state)
{
	(void)state;
	for (size_t i = 0; i < RULES; i++) {
		struct evidence e = validity_no_evidence();

		set(&e, &rules[i], rules[i].limit);
		assert_found(&e, VALIDITY_VALID, NULL);
		set(&e, &rules[i], rules[i].above);
		assert_found(&e, rules[i].consequence, rules[i].reason);
		/* Just above is above. */
		set(&e, &rules[i], rules[i].limit + 0.01);
		assert_found(&e, rules[i].consequence, "");
	}
}

static void the_daemon_and_the_load_must_have_lived(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	e.daemon_died = true;
	assert_found(&e, VALIDITY_INVALID, "the daemon died");
	e.daemon_died = false;
	e.load_failed = true;
	assert_found(&e, VALIDITY_INVALID, "gave no result");
	e.load_failed = false;
	e.unsettled = true;
	assert_found(&e, VALIDITY_INVALID, "still alive");
}

static void every_session_must_be_served(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	e.requested = e.served = 5000;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.served = 4998;
	assert_found(&e, VALIDITY_INVALID, "2 sessions were never served");
	e.served = 0;
	assert_found(&e, VALIDITY_INVALID, "5000 sessions were never served");
}

static void one_sample_in_twenty_may_be_missed(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	e.samples = 100;
	e.samples_missed = 5;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.samples_missed = 6;
	assert_found(&e, VALIDITY_INVALID, "6 % of the zombie sampler's");
	e.samples = e.samples_missed = 1;
	assert_found(&e, VALIDITY_INVALID, "100 % of the");
	e.samples = e.samples_missed = 0;
	assert_found(&e, VALIDITY_VALID, NULL);
}

/* Of the 99th percentile of echo, at most a quarter may be the generator's. */
static void send_lag_must_be_small_beside_echo(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	e.echo_p99_us = 400;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.send_lag_p99_us = 100;
	assert_found(&e, VALIDITY_VALID, NULL);
	e.send_lag_p99_us = 120;
	assert_found(&e, VALIDITY_SUSPECT, "send lag p99 is 30 % of echo p99");
	e.echo_p99_us = -1;
	assert_found(&e, VALIDITY_VALID, NULL);
}

static void the_worst_consequence_stands(void **state)
{
	struct evidence e = validity_no_evidence();
	struct validity_finding f;

	(void)state;
	e.failed = 1;
	e.steal_pct = 50;
	validity_judge(&e, &f);
	assert_int_equal(f.status, VALIDITY_INVALID);
	assert_int_equal(f.reasons, 2);
	assert_non_null(strstr(f.reason[0], "1 sessions failed"));
	assert_non_null(strstr(f.reason[1], "took 50 %"));
	e.failed = 0;
	e.worker_cpu_pct = 95;
	validity_judge(&e, &f);
	assert_int_equal(f.status, VALIDITY_SUSPECT);
	assert_int_equal(f.reasons, 2);
}

/* More reasons than there is room for. */
static void all_at_once(void **state)
{
	struct evidence e = validity_no_evidence();
	struct validity_finding f;

	(void)state;
	for (size_t i = 0; i < RULES; i++)
		set(&e, &rules[i], 1e15);
	e.daemon_died = e.load_failed = true;
	validity_judge(&e, &f);
	assert_int_equal(f.status, VALIDITY_INVALID);
	assert_int_equal(f.reasons, VALIDITY_REASONS);
	for (size_t i = 0; i < f.reasons; i++)
		assert_in_range(strlen(f.reason[i]), 10, VALIDITY_REASON - 2);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(validity_name(VALIDITY_VALID), "valid");
	assert_string_equal(validity_name(VALIDITY_SUSPECT), "suspect");
	assert_string_equal(validity_name(VALIDITY_INVALID), "invalid");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_unknown_is_not_judged),
		cmocka_unit_test(each_rule_holds_up_to_its_limit),
		cmocka_unit_test(the_daemon_and_the_load_must_have_lived),
		cmocka_unit_test(every_session_must_be_served),
		cmocka_unit_test(one_sample_in_twenty_may_be_missed),
		cmocka_unit_test(send_lag_must_be_small_beside_echo),
		cmocka_unit_test(the_worst_consequence_stands),
		cmocka_unit_test(all_at_once),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
