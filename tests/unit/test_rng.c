/* SplitMix64 against published values, and that nothing is favoured. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/rng.h"

#define GAMMA UINT64_C(0x9e3779b97f4a7c15)

/* https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64 */
static void the_published_stream(void **state)
{
	static const uint64_t known[] = {
		UINT64_C(6457827717110365317),	UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),	UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};
	struct rng r = { .state = 1234567 };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		assert_int_equal(rng_next(&r), known[i]);
	r.state = 0;
	assert_int_equal(rng_next(&r), UINT64_C(0xe220a8397b1dcdaf));
}

/* The sum over (got - expected)^2 / expected. */
static double chi_squared(const unsigned *got, size_t count, double expected)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (got[i] - expected) * (got[i] - expected) / expected;
	return sum;
}

static void below_is_below_and_uniform(void **state)
{
	struct rng r = { .state = 1 };
	unsigned got[10] = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t value = rng_below(&r, 10);

		assert_true(value < 10);
		got[value]++;
	}
	/* 9 degrees of freedom: above 34 by chance once in 10,000 seeds. */
	assert_true(chi_squared(got, 10, 10000) < 34);
	for (int i = 0; i < 100; i++)
		assert_int_equal(rng_below(&r, 1), 0);
}

/*
 * Of 3/4 * 2^64 values: a plain remainder would give the lower third half of
 * all draws.
 */
static void a_large_bound_favours_nobody(void **state)
{
	static const uint64_t third = UINT64_C(1) << 62;
	struct rng r = { .state = 2 };
	unsigned got[3] = { 0 };

	(void)state;
	for (int i = 0; i < 30000; i++) {
		uint64_t value = rng_below(&r, 3 * third);

		assert_true(value < 3 * third);
		got[value / third]++;
	}
	/* 2 degrees of freedom: above 19 by chance once in 10,000 seeds. */
	assert_true(chi_squared(got, 3, 10000) < 19);
	for (int i = 0; i < 100; i++)
		assert_true(rng_below(&r, UINT64_MAX) < UINT64_MAX);
}

/* Undoes each step of the finaliser. */
static uint64_t unmix(uint64_t z)
{
	z ^= z >> 31 ^ z >> 62;
	z *= UINT64_C(0x319642b2d24d8ec3);
	z ^= z >> 27 ^ z >> 54;
	z *= UINT64_C(0x96de1b173f119089);
	return z ^ z >> 30 ^ z >> 60;
}

static void unit_is_uniform_and_never_1(void **state)
{
	struct rng r = { .state = 3 };
	unsigned got[10] = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++) {
		double value = rng_unit(&r);

		assert_true(value >= 0.0 && value < 1.0);
		got[(int)(10 * value)]++;
	}
	assert_true(chi_squared(got, 10, 10000) < 34);
	/* The largest draw there is. */
	r.state = unmix(UINT64_MAX) - GAMMA;
	assert_int_equal(rng_next(&r), UINT64_MAX);
	r.state -= GAMMA;
	assert_true(rng_unit(&r) < 1.0);
}

static void mix_is_one_to_one(void **state)
{
	struct rng r = { .state = 4 };

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		uint64_t value = rng_next(&r);

		assert_int_equal(unmix(rng_mix(i)), i);
		assert_int_equal(unmix(rng_mix(value)), value);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_stream),
		cmocka_unit_test(below_is_below_and_uniform),
		cmocka_unit_test(a_large_bound_favours_nobody),
		cmocka_unit_test(unit_is_uniform_and_never_1),
		cmocka_unit_test(mix_is_one_to_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
