/* Arrivals of the open model, and the heap of what is due first. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "loadgen/timetable.h"

enum { DRAWS = 100000 };

/* The earliest entry: it is due when it is, and not a moment before. */
static struct due take(struct due_heap *h)
{
	struct due out = { 0 };
	uint64_t at_ns = due_next_ns(h);

	if (at_ns)
		assert_false(due_take(h, at_ns - 1, &out));
	assert_true(due_take(h, at_ns, &out));
	assert_int_equal(out.at_ns, at_ns);
	return out;
}

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double uniform_share(double x)
{
	return x;
}

static double exponential_share(double x)
{
	return 1 - exp(-x);
}

/*
 * Kolmogorov and Smirnov: the largest distance from a distribution. Sorts.
 * Above 1.95 / sqrt(count) by chance once in 1,000 seeds.
 */
static void assert_distributed(double *x, size_t count, double (*share)(double))
{
	double worst = 0;

	qsort(x, count, sizeof(*x), ascending);
	for (size_t i = 0; i < count; i++) {
		double wanted = share(x[i]);

		worst = fmax(worst, fabs(wanted - (double)i / (double)count));
		worst = fmax(worst,
			     fabs(wanted - (double)(i + 1) / (double)count));
	}
	if (worst > 1.95 / sqrt((double)count))
		fail_msg("off by %g", worst);
}

static double *doubles(size_t count)
{
	double *x = calloc(count, sizeof(*x));

	assert_non_null(x);
	return x;
}

static void poisson_gaps_are_exponential(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 250, .poisson = true };
	double *gap = doubles(DRAWS);
	struct arrival_stream a;
	uint64_t last_ns = 0;

	(void)state;
	arrival_init(&a, &law, 1); /* a mean gap of 4 ms */
	for (size_t i = 0; i < DRAWS; i++) {
		uint64_t at_ns = arrival_take(&a, &law);

		assert_true(at_ns >= last_ns);
		gap[i] = (double)(at_ns - last_ns) / 4e6;
		last_ns = at_ns;
	}
	/* The mean's standard error is 1 / sqrt(DRAWS), 0.3 %. */
	assert_true(fabs((double)last_ns / (4e6 * DRAWS) - 1) < 0.012);
	assert_distributed(gap, DRAWS, exponential_share);
	free(gap);
}

static void gaps_do_not_depend_on_each_other(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 1000, .poisson = true };
	struct arrival_stream a;
	uint64_t at_ns, last_ns;
	double sum = 0, before = 0;

	(void)state;
	arrival_init(&a, &law, 2);
	last_ns = arrival_take(&a, &law);
	for (int i = 0; i < DRAWS; i++) {
		double gap;

		at_ns = arrival_take(&a, &law);
		gap = (double)(at_ns - last_ns) / 1e6 - 1;
		sum += gap * before;
		before = gap;
		last_ns = at_ns;
	}
	/* Correlation of neighbours; 4 standard errors. */
	assert_true(fabs(sum / DRAWS) < 4 / sqrt(DRAWS));
}

static void uniform_gaps_are_equal(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 8, .poisson = false };
	struct arrival_stream a;
	uint64_t last_ns;

	(void)state;
	arrival_init(&a, &law, 3);
	last_ns = arrival_take(&a, &law);
	assert_true(last_ns < 125000000);
	for (int i = 0; i < 1000; i++) {
		uint64_t at_ns = arrival_take(&a, &law);

		assert_int_equal(at_ns - last_ns, 125000000);
		last_ns = at_ns;
	}
}

static void ten_million_poisson_arrivals_keep_the_rate(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 7000, .poisson = true };
	struct arrival_stream a;
	uint64_t last_ns = 0;

	(void)state;
	arrival_init(&a, &law, 8);
	for (int i = 0; i < 10000000; i++)
		last_ns = arrival_take(&a, &law);
	/* The mean's standard error is 1 / sqrt(10^7), 0.03 %. */
	if (fabs((double)last_ns / (law.mean_gap_ns * 1e7) - 1) > 0.0013)
		fail_msg("10^7 arrivals took %ju ns", (uintmax_t)last_ns);
}

/* Gaps of a third of a microsecond over: what is cut off must not add up. */
static void ten_million_arrivals_do_not_drift(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 30000,
				   .poisson = false };
	struct arrival_stream a;
	uint64_t first_ns, last_ns = 0;
	double off_ns;

	(void)state;
	arrival_init(&a, &law, 4);
	first_ns = arrival_take(&a, &law);
	for (int i = 0; i < 10000000; i++)
		last_ns = arrival_take(&a, &law);
	off_ns = (double)(last_ns - first_ns) - 1e7 * 1e9 / 30000;
	if (fabs(off_ns) > 1000)
		fail_msg("%g ns off after 333 s", off_ns);
}

/* Neighbouring seeds are as good as any. */
static void phases_differ_between_sessions(void **state)
{
	double *phase = doubles(DRAWS);

	(void)state;
	for (int poisson = 0; poisson < 2; poisson++) {
		struct arrival_law law = { .mean_gap_ns = 1e9 / 100,
					   .poisson = poisson };

		for (uint64_t seed = 0; seed < DRAWS; seed++) {
			struct arrival_stream a;

			arrival_init(&a, &law, seed);
			phase[seed] = (double)arrival_take(&a, &law) / 1e7;
		}
		assert_distributed(phase, DRAWS,
				   poisson ? exponential_share : uniform_share);
		/* Hardly any two of 10^5 meet within 10^7 ns. */
		for (size_t i = 0; i + 3 < DRAWS; i++)
			assert_true(phase[i + 3] > phase[i]);
	}
	free(phase);
}

static void a_seed_repeats_its_arrivals(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 50, .poisson = true };
	struct arrival_stream a, b, other;
	int same = 0;

	(void)state;
	arrival_init(&a, &law, 77);
	arrival_init(&b, &law, 77);
	arrival_init(&other, &law, 78);
	for (int i = 0; i < 1000; i++) {
		uint64_t at_ns = arrival_take(&a, &law);

		assert_int_equal(arrival_take(&b, &law), at_ns);
		same += arrival_take(&other, &law) == at_ns;
	}
	assert_int_equal(same, 0);
}

enum { ITEMS = 5000 };

/* Each item must come out with its own time, and no time before another. */
static void the_heap_gives_the_earliest_first(void **state)
{
	static uint64_t at_ns[ITEMS];
	static int out[ITEMS];
	struct rng r = { .state = 5 };
	struct due_heap h;
	uint64_t last_ns = 0;

	(void)state;
	assert_int_equal(due_init(&h, 1), 0); /* it grows */
	for (size_t i = 0; i < ITEMS; i++) {
		at_ns[i] = rng_below(&r, ITEMS / 2); /* many alike */
		assert_int_equal(
			due_push(&h, (struct due){ at_ns[i], i, &at_ns[i] }),
			0);
	}
	assert_int_equal(h.count, ITEMS);
	for (size_t i = 0; i < ITEMS; i++) {
		struct due next = take(&h);
		size_t item = (size_t)((uint64_t *)next.item - at_ns);

		assert_true(next.at_ns >= last_ns);
		assert_int_equal(next.at_ns, at_ns[item]);
		assert_int_equal(next.id, item);
		assert_int_equal(out[item]++, 0);
		last_ns = next.at_ns;
	}
	assert_int_equal(h.count, 0);
	due_release(&h);
}

static void push_at(struct due_heap *h, uint64_t at_ns)
{
	assert_int_equal(due_push(h, (struct due){ .at_ns = at_ns }), 0);
}

/* As the sender uses it: take the first, put it back for later. */
/* What the sender relies on to keep no times: a copy gives them again. */
static void a_copy_gives_the_same_times_again(void **state)
{
	struct arrival_law law = { .mean_gap_ns = 1e9 / 3, .poisson = true };
	struct arrival_stream a, copy;

	(void)state;
	arrival_init(&a, &law, 9);
	copy = a;
	for (int i = 0; i < 50; i++)
		arrival_take(&a, &law);
	arrival_init(&a, &law, 9);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(arrival_take(&copy, &law),
				 arrival_take(&a, &law));
}

static void the_heap_holds_its_order_in_use(void **state)
{
	struct rng r = { .state = 6 };
	struct due_heap h;
	uint64_t last_ns = 0;

	(void)state;
	for (size_t room = 1; room <= 64; room++) {
		assert_int_equal(due_init(&h, room), 0);
		last_ns = 0;
		while (h.count < room)
			push_at(&h, rng_below(&r, 100));
		for (int i = 0; i < 1000; i++) {
			struct due next = take(&h);

			assert_int_equal(h.count, room - 1);
			for (size_t j = 0; j < h.count; j++)
				assert_true(h.entry[j].at_ns >= next.at_ns);
			assert_true(next.at_ns >= last_ns);
			last_ns = next.at_ns;
			push_at(&h, last_ns + rng_below(&r, 100));
		}
		due_release(&h);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(poisson_gaps_are_exponential),
		cmocka_unit_test(gaps_do_not_depend_on_each_other),
		cmocka_unit_test(uniform_gaps_are_equal),
		cmocka_unit_test(ten_million_poisson_arrivals_keep_the_rate),
		cmocka_unit_test(ten_million_arrivals_do_not_drift),
		cmocka_unit_test(phases_differ_between_sessions),
		cmocka_unit_test(a_seed_repeats_its_arrivals),
		cmocka_unit_test(a_copy_gives_the_same_times_again),
		cmocka_unit_test(the_heap_gives_the_earliest_first),
		cmocka_unit_test(the_heap_holds_its_order_in_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
