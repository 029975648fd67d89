/* A limit for the whole of a run: what fits, and what would. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/budget.h"
#include "lib/clock.h"

/* Of churn: 4 cells a round, each of 2.5 s by the plan. */
static struct config config_of(unsigned rounds, unsigned warmups)
{
	return (struct config){
		.rounds = rounds,
		.warmups = warmups,
		.aa = true,
		.seed = 1,
		.modes = 3,
		.mode = { "sig-ign", "waitpid-loop", "none" },
		.with = { [EXPERIMENT_CHURN] = true },
		.load = { [EXPERIMENT_CHURN] = { .concurrency = 64,
						 .duration_ns =
							 2250 * NS_PER_MS } },
	};
}

static int check(const struct config *config, char why[BUDGET_WHY])
{
	struct plan plan;
	int rc;

	assert_int_equal(plan_make(&plan, config), 0);
	memset(why, 'x', BUDGET_WHY);
	rc = budget_check(&plan, config, why);
	plan_release(&plan);
	return rc;
}

static void assert_fits(struct config config, uint64_t budget_s)
{
	char why[BUDGET_WHY];

	config.budget_ns = budget_s * NS_PER_S;
	assert_int_equal(check(&config, why), 0);
}

static void assert_refused(struct config config, uint64_t budget_s,
			   const char *words)
{
	char why[BUDGET_WHY];

	config.budget_ns = budget_s * NS_PER_S;
	assert_int_equal(check(&config, why), -1);
	assert_string_equal(why, words);
}

static void without_a_budget_all_fits(void **state)
{
	(void)state;
	assert_fits(config_of(1000, 100), 0);
}

static void cells_and_the_report_must_fit(void **state)
{
	(void)state;
	/* 7 rounds of 10 s, and 10 s for the report. */
	assert_fits(config_of(6, 1), 80);
	assert_refused(config_of(6, 1), 79,
		       "BUDGET 79s: 28 cells take about 70 s, and the report "
		       "has 10 s; lower ROUNDS to 5, drop some of EXPERIMENTS "
		       "or MODES, or give BUDGET=80s");
	assert_refused(config_of(6, 1), 30,
		       "BUDGET 30s: 28 cells take about 70 s, and the report "
		       "has 10 s; lower ROUNDS to 1, drop some of EXPERIMENTS "
		       "or MODES, or give BUDGET=80s");
	assert_refused(config_of(6, 1), 29,
		       "BUDGET 29s: 28 cells take about 70 s, and the report "
		       "has 10 s; not even ROUNDS=1 fits, drop some of "
		       "EXPERIMENTS or MODES, or give BUDGET=80s");
	assert_refused(config_of(2, 0), 1,
		       "BUDGET 1s: 8 cells take about 20 s, and the report has "
		       "10 s; not even ROUNDS=1 fits, drop some of EXPERIMENTS "
		       "or MODES, or give BUDGET=30s");
}

/* Only where there are verdicts are they missed. */
static void too_few_rounds_to_judge_are_told_of(void **state)
{
	static const char words[] = "(below 6 no interval)";
	struct config config = config_of(10, 1);
	char why[BUDGET_WHY];

	(void)state;
	for (unsigned fit = 1; fit < 10; fit++) {
		config.budget_ns = (10 + 10 * (fit + 1)) * NS_PER_S;
		for (int verdicts = 0; verdicts < 2; verdicts++) {
			config.verdicts = verdicts;
			assert_int_equal(check(&config, why), -1);
			assert_int_equal(strstr(why, words) != NULL,
					 verdicts && fit < 6);
		}
	}
}

static uint64_t number_behind(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoul(at + strlen(key), NULL, 10) : 0;
}

/*
 * Whatever is given: what the sentence proposes is taken, and a round more or
 * a second less is not.
 */
static void what_is_proposed_is_the_most_that_fits(void **state)
{
	(void)state;
	for (unsigned ms = 100; ms < 4000; ms += 137)
		for (uint64_t budget_s = 11; budget_s < 200; budget_s += 3) {
			struct config config = config_of(9, 1), less;
			char why[BUDGET_WHY], ignored[BUDGET_WHY];
			uint64_t rounds;

			config.load[EXPERIMENT_CHURN].duration_ns =
				ms * NS_PER_MS;
			config.budget_ns = budget_s * NS_PER_S;
			if (check(&config, why) == 0)
				continue;
			less = config;
			rounds = number_behind(why, "lower ROUNDS to ");
			assert_in_range(rounds, rounds ? 1 : 0, 8);
			less.rounds = (unsigned)rounds;
			if (rounds)
				assert_int_equal(check(&less, ignored), 0);
			less.rounds++;
			assert_int_equal(check(&less, ignored), -1);
			assert_fits(config, number_behind(why, "BUDGET="));
			config.budget_ns =
				(number_behind(why, "BUDGET=") - 1) * NS_PER_S;
			assert_int_equal(check(&config, ignored), -1);
		}
}

static void cells_end_before_the_report(void **state)
{
	struct config config = config_of(1, 0);

	(void)state;
	assert_int_equal(budget_cells_end(&config, 5 * NS_PER_S), 0);
	assert_int_equal(budget_report_end(&config, 5 * NS_PER_S), 0);
	config.budget_ns = 240 * NS_PER_S;
	assert_int_equal(budget_report_end(&config, 5 * NS_PER_S),
			 245 * NS_PER_S);
	assert_int_equal(budget_cells_end(&config, 5 * NS_PER_S),
			 235 * NS_PER_S);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_budget_all_fits),
		cmocka_unit_test(cells_and_the_report_must_fit),
		cmocka_unit_test(too_few_rounds_to_judge_are_told_of),
		cmocka_unit_test(what_is_proposed_is_the_most_that_fits),
		cmocka_unit_test(cells_end_before_the_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
