/* The rank-sum interval, against tables and a count of every order. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/judge/rank_sum.h"
#include "lib/rng.h"

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9))
		fail_msg("%.12g, not %.12g", got, wanted);
}

static size_t k_of(size_t n, size_t m)
{
	size_t k = 9999;

	assert_int_equal(rank_sum_k(n, m, &k), 0);
	return k;
}

/*
 * The critical values of the two-sided Mann-Whitney test at 5 %, as every
 * textbook prints them: the largest U that is significant, which is k - 1.
 */
static void k_is_one_above_the_tables_critical_value(void **state)
{
	static const struct {
		size_t n, m, critical;
	} table[] = {
		{ 2, 8, 0 },	{ 2, 20, 2 },	{ 3, 5, 0 },	{ 3, 10, 3 },
		{ 3, 20, 8 },	{ 4, 4, 0 },	{ 4, 5, 1 },	{ 4, 6, 2 },
		{ 4, 10, 5 },	{ 5, 5, 2 },	{ 5, 6, 3 },	{ 5, 10, 8 },
		{ 6, 6, 5 },	{ 6, 7, 6 },	{ 6, 10, 11 },	{ 7, 7, 8 },
		{ 8, 8, 13 },	{ 8, 10, 17 },	{ 9, 9, 17 },	{ 10, 10, 23 },
		{ 10, 20, 55 }, { 12, 12, 37 }, { 15, 15, 64 }, { 20, 20, 127 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_int_equal(k_of(table[i].n, table[i].m),
				 table[i].critical + 1);
		assert_int_equal(k_of(table[i].m, table[i].n),
				 table[i].critical + 1);
	}
}

/* Of every order of n + m values, in which bit i says that i is one of n. */
static size_t k_by_counting(unsigned n, unsigned m)
{
	size_t orders = 0, below = 0, with[64] = { 0 }, k = 0;

	for (unsigned order = 0; order < 1u << (n + m); order++) {
		size_t u = 0, others = 0;

		if ((unsigned)__builtin_popcount(order) != n)
			continue;
		for (unsigned i = 0; i < n + m; i++) {
			if (order >> i & 1)
				u += others;
			else
				others++;
		}
		with[u]++;
		orders++;
	}
	while ((below += with[k]) * 40 <= orders)
		k++;
	return k;
}

static void k_agrees_with_a_count_of_every_order(void **state)
{
	(void)state;
	for (unsigned n = 1; n <= 7; n++)
		for (unsigned m = 1; m <= 7; m++)
			assert_int_equal(k_of(n, m), k_by_counting(n, m));
}

static void too_few_values_have_no_interval(void **state)
{
	static const double a[] = { 1, 2, 3 }, b[] = { 11, 12, 13, 14, 15 };
	struct stats_shift s;

	(void)state;
	assert_int_equal(k_of(1, 1), 0);
	assert_int_equal(k_of(1, 38), 0);
	assert_int_equal(k_of(1, 39), 1); /* 2 of 40 orders */
	assert_int_equal(k_of(2, 7), 0);
	assert_int_equal(k_of(3, 3), 0);
	assert_int_equal(k_of(3, 4), 0);
	assert_int_equal(rank_sum_shift(a, 3, b, 4, &s), 0);
	assert_false(s.interval);
	assert_near(s.estimate, 10.5);
	assert_int_equal(rank_sum_shift(a, 1, b, 1, &s), 0);
	assert_false(s.interval);
	assert_near(s.estimate, 10);
	assert_int_equal(rank_sum_shift(a, 3, b, 5, &s), 0);
	assert_true(s.interval);
}

/* The differences by hand, sorted. */
static void the_estimate_and_the_interval_by_hand(void **state)
{
	/* 7 8 9 9 10 10 11 12 12 13 14 15 16 17 18 19 */
	static const double a[] = { 2, 0, 3, 1 }, b[] = { 19, 10, 15, 12 };
	/* 2 3 3 4 4 4 5 5 5 5 6 6 6 6 7 7 7 8 8 9 13 14 15 16 17 */
	static const double c[] = { 5, 1, 3, 2, 4 }, d[] = { 7, 10, 9, 18, 8 };
	struct stats_shift s;

	(void)state;
	assert_int_equal(rank_sum_shift(a, 4, b, 4, &s), 0);
	assert_near(s.estimate, 12);
	assert_true(s.interval);
	assert_near(s.low, 7);
	assert_near(s.high, 19);

	assert_int_equal(rank_sum_shift(c, 5, d, 5, &s), 0);
	assert_near(s.estimate, 6);
	assert_near(s.low, 3);
	assert_near(s.high, 15);
}

static void ties_are_differences_like_others(void **state)
{
	static const double same[] = { 5, 5, 5, 5 };
	static const double a[] = { 1, 1, 2, 2 }, b[] = { 2, 2, 3, 3 };
	struct stats_shift s;

	(void)state;
	assert_int_equal(rank_sum_shift(same, 4, same, 4, &s), 0);
	assert_true(s.interval);
	assert_near(s.estimate, 0);
	assert_near(s.low, 0);
	assert_near(s.high, 0);

	/* 0 four times, 1 eight times, 2 four times */
	assert_int_equal(rank_sum_shift(a, 4, b, 4, &s), 0);
	assert_near(s.estimate, 1);
	assert_near(s.low, 0);
	assert_near(s.high, 2);
}

enum { MOST = 12 };

static void draw(struct rng *rng, double values[MOST], size_t n, double shift)
{
	for (size_t i = 0; i < n; i++)
		values[i] = rng_unit(rng) + shift;
}

static void a_shift_shifts_and_an_exchange_negates(void **state)
{
	struct rng rng = { .state = 1 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		size_t n = 4 + rng_below(&rng, MOST - 3);
		size_t m = 4 + rng_below(&rng, MOST - 3);
		double a[MOST], b[MOST], moved[MOST];
		struct stats_shift s, back, more;

		draw(&rng, a, n, 0);
		draw(&rng, b, m, 0.3);
		for (size_t j = 0; j < m; j++)
			moved[j] = b[j] + 10;
		assert_int_equal(rank_sum_shift(a, n, b, m, &s), 0);
		assert_int_equal(rank_sum_shift(b, m, a, n, &back), 0);
		assert_int_equal(rank_sum_shift(a, n, moved, m, &more), 0);
		assert_true(s.interval && s.low <= s.estimate &&
			    s.estimate <= s.high);
		assert_near(back.estimate, -s.estimate);
		assert_near(back.low, -s.high);
		assert_near(back.high, -s.low);
		assert_near(more.estimate, s.estimate + 10);
		assert_near(more.low, s.low + 10);
		assert_near(more.high, s.high + 10);
	}
}

/* k rises with n, and evenly so: also where the exact sums end. */
static void the_limit_goes_on_where_the_exact_sums_end(void **state)
{
	size_t before = k_of(98, 100), k = k_of(99, 100);
	size_t step = k - before;

	(void)state;
	assert_true(step > 40 && step < 60);
	for (size_t n = 100; n <= 104; n++) {
		before = k;
		k = k_of(n, 100);
		assert_true(k - before + 1 >= step && k - before <= step + 1);
		assert_int_equal(k, k_of(100, n));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(k_is_one_above_the_tables_critical_value),
		cmocka_unit_test(k_agrees_with_a_count_of_every_order),
		cmocka_unit_test(too_few_values_have_no_interval),
		cmocka_unit_test(the_estimate_and_the_interval_by_hand),
		cmocka_unit_test(ties_are_differences_like_others),
		cmocka_unit_test(a_shift_shifts_and_an_exchange_negates),
		cmocka_unit_test(the_limit_goes_on_where_the_exact_sums_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
