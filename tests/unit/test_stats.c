/* Hodges-Lehmann and the signed-rank interval, against R 4.2. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench/judge/stats.h"

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9))
		fail_msg("%.12g, not %.12g", got, wanted);
}

static void median_of_odd_and_even(void **state)
{
	double odd[] = { 3, 1, 2 }, even[] = { 4, 1, 3, 2 }, one[] = { 7 };

	(void)state;
	assert_near(stats_median(odd, 3), 2);
	assert_near(stats_median(even, 4), 2.5);
	assert_near(stats_median(one, 1), 7);
}

/* max(which(psignrank(0:400, n) <= 0.025)) */
static void k_of_the_exact_distribution(void **state)
{
	static const struct {
		size_t n, k;
	} known[] = { { 1, 0 },	  { 5, 0 },   { 6, 1 },	  { 8, 4 },   { 10, 9 },
		      { 12, 14 }, { 15, 26 }, { 20, 53 }, { 30, 138 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t k = 99;

		assert_int_equal(stats_signed_rank_k(known[i].n, &k), 0);
		assert_int_equal(k, known[i].k);
	}
}

/* wilcox.test(x, conf.int = TRUE, exact = TRUE): estimate, conf.int */
static void agrees_with_r(void **state)
{
	static const struct {
		size_t n;
		double x[10];
		double estimate, low, high;
	} known[] = {
		{ 6,
		  { 0.012, -0.034, 0.051, 0.008, 0.027, -0.006 },
		  0.01,
		  -0.034,
		  0.051 },
		{ 8,
		  { -0.31, -0.28, -0.35, -0.22, -0.41, -0.30, -0.27, -0.33 },
		  -0.3075,
		  -0.36,
		  -0.26 },
		{ 10,
		  { 0.021, 0.043, -0.017, 0.064, 0.035, 0.002, 0.058, -0.009,
		    0.047, 0.029 },
		  0.028,
		  0.006,
		  0.047 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct stats_shift s;

		assert_int_equal(stats_paired(known[i].x, known[i].n, &s), 0);
		assert_near(s.estimate, known[i].estimate);
		assert_true(s.interval);
		assert_near(s.low, known[i].low);
		assert_near(s.high, known[i].high);
	}
}

static void no_interval_below_six(void **state)
{
	static const double x[] = { 1, 2, 3, 4, 5 };
	struct stats_shift s;

	(void)state;
	for (size_t n = 1; n <= 5; n++) {
		assert_int_equal(stats_paired(x, n, &s), 0);
		assert_false(s.interval);
		assert_near(s.estimate, (1 + (double)n) / 2);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_odd_and_even),
		cmocka_unit_test(k_of_the_exact_distribution),
		cmocka_unit_test(agrees_with_r),
		cmocka_unit_test(no_interval_below_six),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
