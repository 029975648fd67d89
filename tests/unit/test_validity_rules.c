/* The table of rules: those that weigh several figures, and its texts. */

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/validity.h"

/* The one reason is that rule's; or none, if that is NULL. */
static void assert_found(const struct evidence *e, const char *rule,
			 const char *reason)
{
	struct validity_finding f;

	validity_judge(e, &f);
	assert_int_equal(f.reasons, rule ? 1 : 0);
	if (!rule)
		return;
	assert_string_equal(f.rule[0]->name, rule);
	assert_non_null(strstr(f.reason[0], reason));
}

static void assert_valid(const struct evidence *e)
{
	assert_found(e, NULL, NULL);
}

static void what_is_under_way_is_not_missing(void **state)
{
	/* At 100/s for 10 s: 20 may be missing, and those under way. */
	static const struct {
		double echo_mean_us, keeps, breaks;
	} of[] = {
		{ 0, 97.95, 97.8 },	/* and 1 more */
		{ 500000, 90.8, 90.7 }, /* 50, by chance 21 more, and 1 */
		{ 1000000, 85, 84.8 },	/* 100, 30 and 1 */
		{ 9000000, 85, 84.8 },	/* no more than that */
	};
	struct evidence e = validity_no_evidence();

	(void)state;
	e.offered_per_s = 100;
	e.window_s = 10;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		e.echo_mean_us = of[i].echo_mean_us;
		e.achieved_per_s = of[i].keeps;
		assert_valid(&e);
		e.achieved_per_s = of[i].breaks;
		assert_found(&e, "low-rate", "2.1 % of what");
	}
	/* More than was due is none missing; and nothing may be due. */
	e.achieved_per_s = 150;
	assert_valid(&e);
	e.achieved_per_s = e.offered_per_s = 0;
	assert_valid(&e);
}

static void few_sessions_break_littles_law_by_chance(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	e.mean_open = 2;
	e.rate_times_time = 4;
	e.completed = 99;
	assert_valid(&e);
	e.completed = 100;
	assert_found(&e, "little", "time by 96 %");
	e.mean_open = 0;
	assert_valid(&e);
}

/* The p90 says nothing where there is a p99. */
static void the_p99_of_lag_goes_first(void **state)
{
	struct evidence e = validity_no_evidence();

	(void)state;
	e.send_lag_p90_us = 5000;
	e.send_lag_p99_us = 900;
	assert_valid(&e);
	e.samples = e.samples_missed = 0;
	assert_valid(&e);
}

static void every_name_is_one_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < validity_rule_count; i++) {
		const struct validity_rule *rule = &validity_rules[i];

		assert_ptr_equal(validity_find(rule->name), rule);
		assert_true(*rule->name);
		for (const char *at = rule->name; *at; at++)
			assert_true(islower((unsigned char)*at) || *at == '-');
		if (i)
			assert_true(rule[-1].consequence >= rule->consequence);
	}
	assert_null(validity_find("steal "));
	assert_null(validity_find(""));
}

static void conditions_are_whole_sentences(void **state)
{
	char condition[VALIDITY_REASON], limit[32];

	(void)state;
	for (size_t i = 0; i < validity_rule_count; i++) {
		const struct validity_rule *rule = &validity_rules[i];

		memset(condition, 'x', sizeof(condition));
		validity_condition(rule, condition);
		assert_in_range(strlen(condition), 10, VALIDITY_REASON - 2);
		/* A sign for per cent is not the beginning of a format. */
		for (const char *at = condition; (at = strchr(at, '%')); at++)
			assert_true(at[-1] == ' ' && strchr(" ,", at[1]));
		snprintf(limit, sizeof(limit), " %g ", rule->limit);
		assert_int_equal(strstr(condition, limit) != NULL,
				 rule->limit > 0);
		assert_in_range(strlen(rule->advice), 5, 80);
		assert_null(strchr(rule->advice, '%'));
	}
	validity_condition(validity_find("steal"), condition);
	assert_string_equal(condition, "the host took over 5 % of the CPU "
				       "time");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_under_way_is_not_missing),
		cmocka_unit_test(few_sessions_break_littles_law_by_chance),
		cmocka_unit_test(the_p99_of_lag_goes_first),
		cmocka_unit_test(every_name_is_one_rules),
		cmocka_unit_test(conditions_are_whole_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
