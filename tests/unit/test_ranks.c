/* Aligned ranks: the numbers of another program, and of counting all orders. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "bench/judge/ranks.h"
#include "lib/rng.h"
#include "tests/unit/fixture_normal.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { ROUNDS_MOST = 400 };

static void assert_near(double got, double expected, double within)
{
	if (!(fabs(got - expected) <= within))
		fail_msg("%.10g is not within %g of %.10g", got, within,
			 expected);
}

/* A linear congruential generator, which is easily written anywhere. */
static void draw(double out[], size_t count, unsigned long long seed,
		 double step, double factor)
{
	for (size_t i = 0; i < count; i++) {
		seed = (seed * 1103515245 + 12345) % 2147483648;
		out[i] = 1000 * (1 + 0.2 * ((double)seed / 2147483648));
		if (step > 0)
			out[i] = floor(out[i] / step) * step;
		if (i % 3 == 0)
			out[i] *= factor;
	}
}

/*
 * Expected are the numbers of an independent program in Python, of the same
 * values: its p, and its interval at 1 - 0.05 / m.
 */
static void they_agree_with_another_program(void **state)
{
	static const struct {
		size_t rounds;
		unsigned long long seed;
		double step, factor; /* a step makes ties */
		int m;
		double p;
		struct interval ratio;
	} cases[] = {
		{ 20,
		  1,
		  0,
		  1,
		  3,
		  0.816551087,
		  { 0.96937682, 1.00385797, 1.03851675 } },
		{ 20,
		  2,
		  0,
		  1.1,
		  12,
		  1.71486568e-05,
		  { 1.03411567, 1.07970261, 1.11701723 } },
		{ 60,
		  3,
		  0,
		  0.95,
		  9,
		  4.48065655e-08,
		  { 0.92773118, 0.95211702, 0.97820011 } },
		{ 200,
		  4,
		  0,
		  1.02,
		  12,
		  0.00023636396,
		  { 1.00388662, 1.01792829, 1.03386611 } },
		{ 400,
		  5,
		  0,
		  1.13,
		  16,
		  6.94252304e-110,
		  { 1.12594121, 1.13672056, 1.14871713 } },
		{ 60,
		  6,
		  20,
		  1,
		  9,
		  0.836078968,
		  { 0.96498599, 1.00000000, 1.02712864 } },
		{ 200,
		  7,
		  10,
		  1.0625,
		  12,
		  1.60876954e-23,
		  { 1.04471789, 1.06250000, 1.07786224 } },
	};
	static double value[3 * ROUNDS_MOST];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct ranks r = { cases[i].rounds, 3, value };
		struct interval got;

		draw(value, 3 * r.rounds, cases[i].seed, cases[i].step,
		     cases[i].factor);
		assert_near(ranks_p(&r, 1) / cases[i].p, 1, 1e-6);
		assert_int_equal(ranks_interval(&r, 0.05 / cases[i].m, &got),
				 0);
		assert_near(got.low, cases[i].ratio.low, 1e-6);
		assert_near(got.mid, cases[i].ratio.mid, 1e-6);
		assert_near(got.high, cases[i].ratio.high, 1e-6);
	}
}

/* --- all orders, counted -------------------------------------------------- */

/* The rank among all aligned values, by comparing it with each. */
static double rank_of(const double aligned[], size_t count, size_t at)
{
	double rank = 0.5;

	for (size_t i = 0; i < count; i++)
		rank += aligned[i] < aligned[at]  ? 1 :
			aligned[i] == aligned[at] ? 0.5 :
						    0;
	return rank;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Twice the share of all orders with a rank sum as far out on that side. */
static double counted_p(const double value[], size_t rounds, size_t width)
{
	double aligned[24], rank[24], sum = 0, mean = 0;
	size_t orders = 1, out = 0, count = rounds * width;

	for (size_t r = 0; r < count; r += width) {
		double sorted[3];

		for (size_t k = 0; k < width; k++)
			sorted[k] = log(value[r + k]);
		aligned[r] = (sorted[0] - sorted[1]) / 2;
		aligned[r + 1] = -aligned[r];
		qsort(sorted, width, sizeof(*sorted), by_value);
		for (size_t k = 0; k < width && width == 3; k++)
			aligned[r + k] = log(value[r + k]) - sorted[1];
		orders *= width;
	}
	for (size_t i = 0; i < count; i++) {
		rank[i] = rank_of(aligned, count, i);
		mean += rank[i] / (double)width;
		sum += i % width == 0 ? rank[i] : 0;
	}
	for (size_t order = 0; order < orders; order++) {
		size_t rest = order;
		double other = 0;

		for (size_t r = 0; r < count; r += width) {
			other += rank[r + rest % width];
			rest /= width;
		}
		out += sum >= mean ? other >= sum - 1e-9 : other <= sum + 1e-9;
	}
	return fabs(sum - mean) < 1e-9 ?
		       1 :
		       fmin(1, 2 * (double)out / (double)orders);
}

static void check_counted(struct rng *rng, size_t rounds, size_t width,
			  bool ties)
{
	/* Equal differences of their logarithms are so to the last bit. */
	static const double tied[] = { 1, 2, 8 };
	double value[24];
	struct ranks r = { rounds, width, value };

	for (size_t k = 0; k < rounds * width; k++)
		value[k] = ties ? tied[rng_below(rng, 3)] :
				  exp(fixture_normal(rng) + (k % width == 0));
	assert_near(ranks_p(&r, 1), counted_p(value, rounds, width), 1e-12);
}

static void few_rounds_are_exact(void **state)
{
	struct rng rng = { 7 };

	(void)state;
	for (size_t width = 2; width <= 3; width++)
		for (size_t rounds = 1; rounds <= 7; rounds++)
			for (int i = 0; i < 40; i++)
				check_counted(&rng, rounds, width, i < 20);
}

/* On both sides of RANKS_EXACT the two distributions say about the same. */
static void the_normal_distribution_is_near(void **state)
{
	struct rng rng = { 11 };
	int small = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		double value[3 * RANKS_EXACT], exact, normal;

		for (size_t k = 0; k < COUNT(value); k++)
			value[k] = exp(0.1 * fixture_normal(&rng) +
				       (k % 3 == 0 ? 0.05 : 0));
		/* A round of equal values adds hardly anything. */
		value[57] = value[58] = value[59] = 1;
		exact = ranks_p(&(struct ranks){ RANKS_EXACT - 1, 3, value },
				1);
		normal = ranks_p(&(struct ranks){ RANKS_EXACT, 3, value }, 1);
		assert_near(normal, exact, 0.06);
		if (exact < 0.1)
			assert_near(normal, exact, 0.006);
		small += exact < 0.1;
	}
	assert_true(small > 50);
}

/* --- intervals ------------------------------------------------------------ */

static void an_interval_is_what_the_test_does_not_reject(void **state)
{
	static const size_t rounds[] = { 8, 19, 20, 60 };

	(void)state;
	for (size_t i = 0; i < COUNT(rounds); i++)
		for (size_t width = 2; width <= 3; width++) {
			double value[3 * 60];
			struct ranks r = { rounds[i], width, value };
			struct rng rng = { 100 + i };
			struct interval at;
			double alpha = 0.05;

			for (size_t k = 0; k < r.rounds * width; k++)
				value[k] = exp(0.1 * fixture_normal(&rng));
			assert_int_equal(ranks_interval(&r, alpha, &at), 0);
			assert_true(at.low < at.mid && at.mid < at.high);
			assert_true(ranks_p(&r, at.low * 0.999999) <= alpha);
			assert_true(ranks_p(&r, at.low * 1.000001) > alpha);
			assert_true(ranks_p(&r, at.high * 0.999999) > alpha);
			assert_true(ranks_p(&r, at.high * 1.000001) <= alpha);
			assert_true(ranks_p(&r, at.mid) > 0.5);
		}
}

/* A level that is so many times as much has that many times the interval. */
static void an_interval_moves_with_the_ratio(void **state)
{
	static const double factors[] = { 0.01, 0.9, 1.03, 7 };
	double value[3 * 30], times[3 * 30];
	struct interval one, moved;

	(void)state;
	draw(value, COUNT(value), 9, 0, 1);
	assert_int_equal(
		ranks_interval(&(struct ranks){ 30, 3, value }, 0.01, &one), 0);
	for (size_t i = 0; i < COUNT(factors); i++) {
		for (size_t k = 0; k < COUNT(value); k++)
			times[k] = value[k] * (k % 3 ? 1 : factors[i]);
		assert_int_equal(ranks_interval(&(struct ranks){ 30, 3, times },
						0.01, &moved),
				 0);
		assert_near(moved.low / factors[i], one.low, 1e-6);
		assert_near(moved.mid / factors[i], one.mid, 1e-6);
		assert_near(moved.high / factors[i], one.high, 1e-6);
	}
}

static void too_few_rounds_leave_it_open(void **state)
{
	/* The outermost sum's p is 2 / width^rounds. */
	static const struct {
		size_t rounds, width;
		double alpha;
		bool open;
	} cases[] = {
		{ 1, 3, 0.05, true },	    { 3, 3, 0.05, true },
		{ 4, 3, 0.05, false },	    { 5, 3, 0.05 / 12, true },
		{ 6, 3, 0.05 / 12, false }, { 5, 2, 0.05, true },
		{ 6, 2, 0.05, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double value[18];
		struct interval got;

		draw(value, COUNT(value), 3, 0, 1);
		assert_int_equal(
			ranks_interval(&(struct ranks){ cases[i].rounds,
							cases[i].width, value },
				       cases[i].alpha, &got),
			0);
		assert_int_equal(got.low == 0, cases[i].open);
		assert_int_equal(isinf(got.high), cases[i].open);
		assert_true(got.mid > 0.8 && got.mid < 1.25);
	}
}

/* The level is its round's median from 6 / 8 to 6 / 2. */
static void a_flat_part_has_its_middle(void **state)
{
	static const double value[] = { 6, 2, 8 };
	struct interval got;

	(void)state;
	assert_int_equal(
		ranks_interval(&(struct ranks){ 1, 3, value }, 0.05, &got), 0);
	assert_near(got.mid, 1.5, 3e-6);
}

static void equal_values_give_a_point(void **state)
{
	double value[3 * 30];
	struct interval got;

	(void)state;
	for (size_t i = 0; i < COUNT(value); i++)
		value[i] = i % 3 ? 5 : 10;
	assert_int_equal(
		ranks_interval(&(struct ranks){ 30, 3, value }, 0.01, &got), 0);
	assert_near(got.low, 2, 1e-6);
	assert_near(got.mid, 2, 1e-6);
	assert_near(got.high, 2, 1e-6);
	for (size_t i = 0; i < COUNT(value); i++)
		value[i] = 5;
	assert_true(ranks_p(&(struct ranks){ 30, 3, value }, 1) == 1);
}

static void misuse_is_refused(void **state)
{
	static const double good[] = { 1, 2, 3 }, none[] = { 1, 0, 3 },
			    negative[] = { 1, 2, -3 }, nan[] = { NAN, 2, 3 },
			    infinite[] = { 1, INFINITY, 3 };
	static const struct {
		struct ranks r;
		double ratio;
	} cases[] = {
		{ { 0, 3, good }, 1 },	   { { 1, 1, good }, 1 },
		{ { 1, 4, good }, 1 },	   { { 1, 3, none }, 1 },
		{ { 1, 3, negative }, 1 }, { { 1, 3, nan }, 1 },
		{ { 1, 3, infinite }, 1 }, { { 1, 3, good }, 0 },
		{ { 1, 3, good }, NAN },   { { 1, 3, good }, INFINITY },
	};
	struct interval out;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		errno = 0;
		assert_true(isnan(ranks_p(&cases[i].r, cases[i].ratio)));
		assert_int_equal(errno, EINVAL);
		if (cases[i].ratio != 1)
			continue;
		errno = 0;
		assert_int_equal(ranks_interval(&cases[i].r, 0.05, &out), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(ranks_interval(&(struct ranks){ 1, 3, good }, 0, &out),
			 -1);
	assert_int_equal(ranks_centre(good, 0, 0.05, &out), -1);
	assert_int_equal(ranks_centre(good, 3, 1, &out), -1);
}

/* Twelve comparisons of a long run, as a quick run has them. */
static void a_long_run_is_judged_at_once(void **state)
{
	static double value[3 * ROUNDS_MOST];
	clock_t start = clock();

	(void)state;
	draw(value, COUNT(value), 12345, 0, 1.05);
	for (int i = 0; i < 12; i++) {
		struct interval out;

		assert_int_equal(
			ranks_interval(&(struct ranks){ ROUNDS_MOST, 3, value },
				       0.05 / 12, &out),
			0);
	}
	/* 0.03 s; the rest is for slow machines and sanitizers. */
	assert_true(clock() - start < CLOCKS_PER_SEC);
}

/* --- a sample's centre ---------------------------------------------------- */

static void a_centre_is_bounded_by_walsh_averages(void **state)
{
	/*
	 * 1, 2, 4, ...: every Walsh average differs, and the k-th is known.
	 * k of 5 % by Hollander, Wolfe and Chicken's table of T.
	 */
	static const struct {
		size_t count;
		double low, mid, high;
	} cases[] = {
		{ 1, -INFINITY, 1, INFINITY },
		{ 5, -INFINITY, 5, INFINITY },
		{ 6, 1, 8.5, 32 },  /* k = 1 */
		{ 8, 2.5, 19, 72 }, /* k = 4 */
		{ 10, 6, 64, 257 }, /* k = 9 */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double value[10];
		struct interval got;

		for (size_t k = 0; k < cases[i].count; k++)
			value[k] = exp2((double)k);
		assert_int_equal(
			ranks_centre(value, cases[i].count, 0.05, &got), 0);
		assert_true(got.low == cases[i].low);
		assert_true(got.mid == cases[i].mid);
		assert_true(got.high == cases[i].high);
	}
}

/* On both sides of RANKS_EXACT, of a symmetric sample. */
static void a_centres_interval_covers_it(void **state)
{
	static const size_t counts[] = { 8, RANKS_EXACT - 1, RANKS_EXACT, 40 };
	enum { RUNS = 2000 };

	(void)state;
	for (size_t i = 0; i < COUNT(counts); i++) {
		struct rng rng = { i };
		int missed = 0;

		for (int run = 0; run < RUNS; run++) {
			double value[40];
			struct interval got;

			for (size_t k = 0; k < counts[i]; k++)
				value[k] = 3 + fixture_normal(&rng);
			assert_int_equal(
				ranks_centre(value, counts[i], 0.05, &got), 0);
			missed += got.low > 3 || got.high < 3;
		}
		/* Three standard errors of 5 %, and not far less than that. */
		assert_true(missed < RUNS * 0.0646);
		assert_true(missed > RUNS * 0.02);
	}
}

static void quantiles_and_medians_are_right(void **state)
{
	static const struct {
		double p, z;
	} cases[] = { { 0.5, 0 },
		      { 0.975, 1.959963985 },
		      { 0.025, -1.959963985 },
		      { 0.9995, 3.290526731 },
		      { 1e-10, -6.361340902 } };
	static const double values[] = { 9, 1, 5, 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_near(ranks_normal(cases[i].p), cases[i].z, 1e-8);
	assert_true(ranks_median(values, 4) == 4);
	assert_true(ranks_median(values, 3) == 5);
	assert_true(ranks_median(values, 1) == 9);
	assert_true(isnan(ranks_median(values, 0)));
	assert_true(values[0] == 9);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_agree_with_another_program),
		cmocka_unit_test(few_rounds_are_exact),
		cmocka_unit_test(the_normal_distribution_is_near),
		cmocka_unit_test(an_interval_is_what_the_test_does_not_reject),
		cmocka_unit_test(an_interval_moves_with_the_ratio),
		cmocka_unit_test(too_few_rounds_leave_it_open),
		cmocka_unit_test(a_flat_part_has_its_middle),
		cmocka_unit_test(equal_values_give_a_point),
		cmocka_unit_test(misuse_is_refused),
		cmocka_unit_test(a_long_run_is_judged_at_once),
		cmocka_unit_test(a_centre_is_bounded_by_walsh_averages),
		cmocka_unit_test(a_centres_interval_covers_it),
		cmocka_unit_test(quantiles_and_medians_are_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
