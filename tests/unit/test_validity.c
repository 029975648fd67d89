/* The rules by which a cell counts, each by itself and all together. */

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/validity.h"

/* --- each rule -------------------------------------------------------------- */

/*
 * A figure of the evidence, and beside which others it keeps and breaks its
 * rule. A rule of which figures are yes or no has no others.
 */
struct known {
	const char *rule;
	size_t offset;
	double keeps, breaks;
	enum validity consequence;
	const char *reason; /* part of it */
	struct {
		size_t offset; /* 0: no more */
		double value;
	} beside[2];
};

#define AT(member) offsetof(struct evidence, member)
#define INVALID VALIDITY_INVALID
#define SUSPECT VALIDITY_SUSPECT
#define AND(a, x) .beside[0] = { AT(a), x }
#define ALSO(a, x) .beside[1] = { AT(a), x }
/* The flags stand first; then the numbers, up to the texts. */
#define IS_FLAG(offset) ((offset) < AT(daemon_signal))

static const struct known known[] = {
	{ "daemon-killed", AT(daemon_signal), 0, SIGKILL, INVALID,
	  .reason = "the daemon was killed by signal 9, SIGKILL; " },
	{ "daemon-killed", AT(daemon_signal), 0, 64, INVALID,
	  .reason = "the daemon was killed by signal 64, SIG?; " },
	{ "generator-killed", AT(load_signal), 0, SIGSEGV, INVALID,
	  .reason = "the load generator was killed by signal 11, SIGSEGV; " },
	{ "daemon-died", AT(daemon_died), 0, 1, INVALID,
	  .reason = "the daemon died" },
	{ "no-result", AT(load_failed), 0, 1, INVALID,
	  .reason = "gave no result" },
	{ "unserved-session", AT(served), 5000, 4998, INVALID,
	  .reason = "2 sessions were never served", AND(requested, 5000) },
	{ "unserved-session", AT(requested), 5000, 5001, INVALID,
	  .reason = "1 sessions were never served", AND(served, 5000) },
	{ "mismatched-echo", AT(mismatched), 0, 3, INVALID,
	  .reason = "3 echoes were not" },
	{ "failed-session", AT(failed), 0, 12, INVALID,
	  .reason = "12 sessions failed" },
	{ "unsent-message", AT(unsent), 0, 1, INVALID,
	  .reason = "1 messages were due" },
	{ "no-descriptors", AT(descriptors_out), 0, 7, INVALID,
	  .reason = "ran out 7 times" },
	{ "no-ports", AT(ports_out), 0, 8, INVALID,
	  .reason = "ports ran out 8 times" },
	{ "fork-failed", AT(fork_failures), 0, 5, INVALID,
	  .reason = "fork() failed 5 times" },
	{ "accept-failed", AT(accept_failures), 0, 6, INVALID,
	  .reason = "accept() failed 6 times" },
	/* Of 1000 that were due, a tenth may be under way, and 31 by chance. */
	{ "low-rate", AT(achieved_per_s), 85, 84.8, INVALID,
	  .reason = "2.1 % of what was due was not done",
	  AND(offered_per_s, 100), ALSO(window_s, 10) },
	{ "send-lag", AT(send_lag_p99_us), 1000, 1001, INVALID,
	  .reason = "is at least 1.00 ms" },
	/* Of too few samples for a p99. */
	{ "send-lag", AT(send_lag_p90_us), 1000, 2500, INVALID,
	  .reason = "is at least 2.50 ms" },
	{ "missed-samples", AT(samples_missed), 5, 6, INVALID,
	  .reason = "6 % of the zombie sampler's", AND(samples, 100) },
	{ "missed-samples", AT(samples_missed), 0, 1, INVALID,
	  .reason = "100 % of the", AND(samples, 1) },
	{ "unsettled", AT(unsettled), 0, 1, INVALID, .reason = "still alive" },
	{ "command-failed", AT(command_status), 0, 127, INVALID,
	  .reason = "status 127" },
	{ "generator-invalid", AT(generator_invalid), 0, 2, INVALID,
	  .reason = "invalid for 2 reasons, the first: it was tired; " },
	{ "lag-share", AT(send_lag_p99_us), 100, 101, SUSPECT,
	  .reason = "send lag p99 is 25 % of echo p99", AND(echo_p99_us, 400) },
	/* Off by 8 % and 7 %; 1 % of the sessions may be cut. */
	{ "little", AT(rate_times_time), 52.9, 54, SUSPECT,
	  .reason = "differ from their rate times their time by 7 %",
	  AND(mean_open, 50), ALSO(completed, 10000) },
	{ "little", AT(rate_times_time), 47.1, 46, SUSPECT,
	  .reason = "time by 7 %", AND(mean_open, 50), ALSO(completed, 10000) },
	{ "little", AT(rate_times_time), 52.4, 52.6, SUSPECT,
	  .reason = "time by 5 %", AND(mean_open, 50) },
	{ "busy-worker", AT(worker_cpu_pct), 90, 90.6, SUSPECT,
	  .reason = "91 % of its CPU" },
	{ "steal", AT(steal_pct), 5, 5.6, SUSPECT, .reason = "took 6 %" },
	{ "foreign-load", AT(foreign_cpu_pct), 10, 10.6, SUSPECT,
	  .reason = "used 11 % of a CPU, most of it cc1 (PID 7); stop it" },
	{ "listen-overflow", AT(listen_overflows), 0, 9, SUSPECT,
	  .reason = "overflowed 9 times" },
	{ "generator-suspect", AT(generator_suspect), 0, 1, SUSPECT,
	  .reason = "suspect for 1 reasons, the first: it was tired; " },
	{ "no-evidence", AT(steal_pct), 0, NAN, SUSPECT,
	  .reason = "1 rules could not be judged, as loadgen.json lacks what "
		    "they need: steal; " },
};

enum { KNOWN = sizeof(known) / sizeof(known[0]) };

static void set(struct evidence *e, size_t offset, double value)
{
	if (IS_FLAG(offset))
		*(bool *)((char *)e + offset) = value > 0;
	else
		*(double *)((char *)e + offset) = value;
}

static struct evidence beside(const struct known *k)
{
	struct evidence e = validity_no_evidence();

	snprintf(e.generator_first, sizeof(e.generator_first), "it was tired");
	snprintf(e.foreign_most, sizeof(e.foreign_most), "cc1 (PID 7)");
	for (int i = 0; k && i < 2 && k->beside[i].offset; i++)
		set(&e, k->beside[i].offset, k->beside[i].value);
	return e;
}

/* The finding has this one reason, by that rule; or none if that is NULL. */
static void assert_found(const struct evidence *e, enum validity status,
			 const char *rule, const char *reason)
{
	struct validity_finding f;

	memset(&f, 0xff, sizeof(f));
	validity_judge(e, &f);
	if (f.status != status || f.reasons != (rule ? 1 : 0))
		fail_msg("%s: %s for %zu reasons", rule ? rule : "-",
			 validity_name(f.status), f.reasons);
	if (!rule)
		return;
	assert_ptr_equal(f.rule[0], validity_find(rule));
	if (!strstr(f.reason[0], reason))
		fail_msg("\"%s\" in: %s", reason, f.reason[0]);
	if (!strstr(f.reason[0], f.rule[0]->advice))
		fail_msg("no advice in: %s", f.reason[0]);
}

static void assert_valid(const struct evidence *e)
{
	assert_found(e, VALIDITY_VALID, NULL, NULL);
}

static void each_rule_holds_up_to_its_limit(void **state)
{
	(void)state;
	for (const struct known *k = known; k < known + KNOWN; k++) {
		struct evidence e = beside(k);

		set(&e, k->offset, k->keeps);
		assert_valid(&e);
		set(&e, k->offset, k->breaks);
		assert_found(&e, k->consequence, k->rule, k->reason);
	}
}

static void every_rule_of_the_table_is_tried(void **state)
{
	(void)state;
	for (size_t i = 0; i < validity_rule_count; i++) {
		size_t j = 0;

		while (j < KNOWN &&
		       strcmp(known[j].rule, validity_rules[i].name) != 0)
			j++;
		if (j == KNOWN)
			fail_msg("no test of %s", validity_rules[i].name);
	}
}

static void what_is_unknown_is_not_judged(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	assert_valid(&e);
	for (size_t at = AT(daemon_signal); at < AT(generator_first);
	     at += sizeof(double))
		assert_true(*(double *)((char *)&e + at) < 0);
	for (const struct known *k = known; k < known + KNOWN; k++) {
		/* One figure of two; or what it is compared with. */
		for (int i = 0; i < 2 && k->beside[i].offset; i++) {
			e = validity_no_evidence();
			set(&e, k->beside[i].offset, k->beside[i].value);
			assert_valid(&e);
		}
		e = beside(k);
		if (!IS_FLAG(k->offset))
			set(&e, k->offset, -1);
		assert_valid(&e);
	}
}

/* What should be there and is missing: the rule that needs it is named. */
static void what_is_missing_is_a_doubt(void **state)
{
	struct evidence e;
	struct validity_finding f;

	(void)state;
	for (const struct known *k = known; k < known + KNOWN; k++) {
		char names[64];

		if (IS_FLAG(k->offset) || strcmp(k->rule, "no-evidence") == 0)
			continue;
		e = beside(k);
		set(&e, k->offset, NAN);
		snprintf(names, sizeof(names), "%s", k->rule);
		/* Two rules are of the lag, if echo is known. */
		if (strcmp(k->rule, "lag-share") == 0)
			snprintf(names, sizeof(names), "send-lag, lag-share");
		assert_found(&e, VALIDITY_SUSPECT, "no-evidence", names);
	}
	/* More than there is room for. */
	for (size_t at = AT(daemon_signal); at < AT(generator_first);
	     at += sizeof(double))
		set(&e, at, NAN);
	e.failed = 1;
	validity_judge(&e, &f);
	assert_int_equal(f.status, VALIDITY_INVALID);
	assert_int_equal(f.reasons, 2);
	assert_string_equal(f.rule[0]->name, "failed-session");
	assert_string_equal(f.rule[1]->name, "no-evidence");
	assert_in_range(strlen(f.reason[1]), VALIDITY_DETAIL,
			VALIDITY_REASON - 1);
}

/* --- several at once -------------------------------------------------------- */

/* Both rules broken; then whether the second is told, too. */
static void what_the_generator_says_is_told_once(void **state)
{
	static const struct {
		const char *here, *taken_over;
		bool told;
	} pairs[] = {
		{ "failed-session", "generator-invalid", false },
		{ "low-rate", "generator-invalid", false },
		{ "fork-failed", "generator-invalid", true },
		{ "busy-worker", "generator-invalid", true },
		{ "steal", "generator-invalid", true },
		{ "failed-session", "generator-suspect", false },
		{ "listen-overflow", "generator-suspect", false },
		{ "steal", "generator-suspect", true },
		{ "fork-failed", "generator-suspect", true },
	};
	struct validity_finding f;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct known *a = known, *b = known;
		bool found = false;
		struct evidence e;

		while (strcmp(a->rule, pairs[i].here) != 0)
			a++;
		while (strcmp(b->rule, pairs[i].taken_over) != 0)
			b++;
		e = beside(a);
		set(&e, a->offset, a->breaks);
		set(&e, b->offset, b->breaks);
		validity_judge(&e, &f);
		for (size_t j = 0; j < f.reasons; j++)
			found |= strcmp(f.rule[j]->name, b->rule) == 0;
		if (found != pairs[i].told)
			fail_msg("%s, %s", a->rule, b->rule);
		assert_int_equal(f.reasons, 1 + pairs[i].told);
		assert_int_equal(f.status,
				 a->consequence == VALIDITY_INVALID ||
						 pairs[i].told ?
					 fmax(a->consequence, b->consequence) :
					 a->consequence);
	}
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

/* More reasons than there is room for: the gravest are told. */
static void all_at_once(void **state)
{
	struct evidence e = beside(NULL);
	struct validity_finding f;

	(void)state;
	memset(e.generator_first, 'x', VALIDITY_DETAIL - 1);
	for (size_t i = 0; i < KNOWN; i++)
		set(&e, known[i].offset, 1e15);
	validity_judge(&e, &f);
	assert_int_equal(f.status, VALIDITY_INVALID);
	assert_int_equal(f.reasons, VALIDITY_REASONS);
	for (size_t i = 0; i < f.reasons; i++) {
		assert_int_equal(f.rule[i]->consequence, VALIDITY_INVALID);
		assert_in_range(strlen(f.reason[i]), 10, VALIDITY_REASON - 2);
	}
	/* The longest that there may be. */
	e = validity_no_evidence();
	e.generator_invalid = 1;
	memset(e.generator_first, 'x', VALIDITY_DETAIL - 1);
	validity_judge(&e, &f);
	assert_non_null(strstr(f.reason[0], "x; see the verdict in "));
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
		cmocka_unit_test(each_rule_holds_up_to_its_limit),
		cmocka_unit_test(every_rule_of_the_table_is_tried),
		cmocka_unit_test(what_is_unknown_is_not_judged),
		cmocka_unit_test(what_is_missing_is_a_doubt),
		cmocka_unit_test(what_the_generator_says_is_told_once),
		cmocka_unit_test(the_worst_consequence_stands),
		cmocka_unit_test(all_at_once),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
