/* The histogram against exact percentiles, and as several processes see it. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/hist.h"
#include "lib/rng.h"

#define RANGE_END (UINT64_C(1) << HIST_RANGE_BITS)

static uint64_t uniform(struct rng *r)
{
	return 1 + rng_below(r, 1000000);
}

static uint64_t exponential(struct rng *r)
{
	return (uint64_t)(-log(1.0 - rng_unit(r)) * 200e3);
}

/* 1 ns to 100 s, every decade alike. */
static uint64_t log_uniform(struct rng *r)
{
	return (uint64_t)pow(10.0, 11.0 * rng_unit(r));
}

static uint64_t bimodal(struct rng *r)
{
	return rng_below(r, 50) ? 45000 + rng_below(r, 9000) :
				  1000000000 + rng_below(r, 50000000);
}

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* pct is tenths of a per cent, so that the exact rank needs no rounding. */
static void check_percentile(const struct hist *h, const uint64_t *sorted,
			     size_t count, unsigned tenths)
{
	size_t rank = (count * tenths + 999) / 1000;
	uint64_t exact = sorted[rank - 1], got;
	int rc = hist_percentile(h, tenths / 10.0, &got);

	if (tenths < 1000 && count - rank < HIST_MIN_BEYOND) {
		assert_int_equal(rc, -1);
		assert_int_equal(errno, ERANGE);
		return;
	}
	assert_int_equal(rc, 0);
	if (got < exact || (got > exact && (got - exact) * 128 >= exact))
		fail_msg("p%g of %zu: %ju, not %ju", tenths / 10.0, count,
			 (uintmax_t)got, (uintmax_t)exact);
	if (tenths == 1000)
		assert_int_equal(got, sorted[count - 1]);
}

static void error_is_under_a_128th_and_never_below(void **state)
{
	static uint64_t (*const shapes[])(
		struct rng *) = { uniform, exponential, log_uniform, bimodal };
	static const size_t sizes[] = { 11, 1000, 10007, 200000 };
	static const unsigned tenths[] = { 1,	10,  100, 333, 500,
					   900, 990, 999, 1000 };
	uint64_t *value = calloc(200000, sizeof(*value));
	struct rng r = { .state = 1 };

	(void)state;
	assert_non_null(value);
	for (size_t shape = 0; shape < 4; shape++)
		for (size_t size = 0; size < 4; size++) {
			struct hist h = { 0 };
			uint64_t sum = 0;

			for (size_t i = 0; i < sizes[size]; i++) {
				value[i] = shapes[shape](&r);
				sum += value[i];
				hist_record(&h, value[i]);
			}
			assert_int_equal(hist_count(&h), sizes[size]);
			assert_true(hist_mean_ns(&h) ==
				    (double)sum / (double)sizes[size]);
			qsort(value, sizes[size], sizeof(*value), ascending);
			for (size_t i = 0; i < 9; i++)
				check_percentile(&h, value, sizes[size],
						 tenths[i]);
		}
	free(value);
}

static void buckets_tile_the_range(void **state)
{
	(void)state;
	assert_int_equal(hist_lower_ns(0), 0);
	assert_int_equal(hist_upper_ns(HIST_BUCKETS - 1), RANGE_END - 1);
	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		uint64_t lower = hist_lower_ns(i), upper = hist_upper_ns(i);

		assert_true(lower <= upper);
		assert_true(upper == lower || (upper - lower) * 128 < lower);
		assert_int_equal(hist_bucket(lower), i);
		assert_int_equal(hist_bucket(upper), i);
		if (i + 1 < HIST_BUCKETS)
			assert_int_equal(hist_lower_ns(i + 1), upper + 1);
	}
}

static void merge_equals_recording_into_one(void **state)
{
	struct hist whole = { 0 }, part[3] = { { 0 } }, merged = { 0 };
	struct rng r = { .state = 2 };

	(void)state;
	for (int i = 0; i < 50000; i++) {
		uint64_t value = 2 * log_uniform(&r); /* some over the range */

		hist_record(&whole, value);
		hist_record(&part[rng_below(&r, 3)], value);
	}
	assert_true(whole.over > 0);
	for (int i = 0; i < 3; i++)
		hist_merge(&merged, &part[i]);
	assert_memory_equal(&merged, &whole, sizeof(whole));
	hist_merge(&merged, &(struct hist){ 0 });
	assert_memory_equal(&merged, &whole, sizeof(whole));
}

/* A histogram looked at again and again: nothing falls between two looks. */
static void rises_add_up_to_the_whole(void **state)
{
	struct hist whole = { 0 }, before = { 0 }, rise, sum = { 0 };
	struct rng r = { .state = 3 };

	(void)state;
	for (int look = 0; look < 20; look++) {
		for (uint64_t i = rng_below(&r, 1000); i; i--)
			hist_record(&whole, 2 * log_uniform(&r));
		hist_rise(&rise, &before, &whole);
		hist_merge(&sum, &rise);
		before = whole;
	}
	assert_true(whole.over > 0);
	assert_memory_equal(&sum, &whole, sizeof(whole));
	hist_rise(&rise, &before, &whole);
	assert_memory_equal(&rise, &(struct hist){ 0 }, sizeof(rise));
}

/* Exact if it is the largest so far, else the upper edge of its bucket. */
static void a_rise_knows_its_largest_by_the_bucket(void **state)
{
	struct hist before, whole = { 0 }, rise;

	(void)state;
	hist_record(&whole, 1000001);
	before = whole;
	hist_record(&whole, 5001);
	hist_rise(&rise, &before, &whole);
	assert_int_equal(hist_count(&rise), 1);
	assert_int_equal(rise.sum_ns, 5001);
	assert_int_equal(rise.max_ns, hist_upper_ns(hist_bucket(5001)));

	before = whole;
	hist_record(&whole,
		    1000000); /* above it ends the bucket, not the max */
	hist_rise(&rise, &before, &whole);
	assert_int_equal(rise.max_ns, 1000001);

	before = whole;
	hist_record(&whole, 2000001);
	hist_rise(&rise, &before, &whole);
	assert_int_equal(rise.max_ns, 2000001);

	before = whole;
	hist_record(&whole, RANGE_END + 7);
	hist_rise(&rise, &before, &whole);
	assert_int_equal(rise.over, 1);
	assert_int_equal(rise.max_ns, RANGE_END + 7);

	before = whole;
	hist_record(&whole, RANGE_END); /* of those only the largest is known */
	hist_rise(&rise, &before, &whole);
	assert_int_equal(hist_count(&rise), 1);
	assert_int_equal(rise.max_ns, RANGE_END + 7);
}

static void values_out_of_range_are_counted(void **state)
{
	struct hist h = { 0 };
	uint64_t got;

	(void)state;
	for (int i = 0; i < 980; i++)
		hist_record(&h, 1000);
	hist_record(&h, RANGE_END - 1);
	assert_int_equal(h.over, 0);
	for (uint64_t i = 0; i < 19; i++)
		hist_record(&h, RANGE_END + 1000 * i);
	assert_int_equal(h.over, 19);
	assert_int_equal(hist_count(&h), 1000);
	assert_int_equal(h.max_ns, RANGE_END + 18000);
	assert_int_equal(hist_percentile(&h, 98, &got), 0);
	assert_int_equal(got, hist_upper_ns(hist_bucket(1000)));
	assert_int_equal(hist_percentile(&h, 98.1, &got), 0);
	assert_int_equal(got, RANGE_END - 1);
	/* Among those out of range only the largest is known. */
	assert_int_equal(hist_percentile(&h, 98.2, &got), 0);
	assert_int_equal(got, RANGE_END + 18000);
	assert_int_equal(hist_percentile(&h, 100, &got), 0);
	assert_int_equal(got, RANGE_END + 18000);
}

static void a_percentile_needs_ten_beyond(void **state)
{
	static const struct {
		double pct;
		int enough;
	} known[] = { { 50, 20 }, { 90, 100 }, { 99, 1000 }, { 99.9, 10000 } };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct hist h = { 0 };
		uint64_t got;

		for (int n = 1; n < known[i].enough; n++)
			hist_record(&h, 7);
		assert_int_equal(hist_percentile(&h, known[i].pct, &got), -1);
		assert_int_equal(errno, ERANGE);
		assert_int_equal(hist_percentile(&h, 100, &got), 0);
		hist_record(&h, 7);
		assert_int_equal(hist_percentile(&h, known[i].pct, &got), 0);
		assert_int_equal(got, 7);
	}
}

static void empty_or_out_of_range_is_an_error(void **state)
{
	static const double bad[] = { 0, -1, 100.001, NAN, INFINITY };
	struct hist h = { 0 };
	uint64_t got;

	(void)state;
	assert_int_equal(hist_percentile(&h, 50, &got), -1);
	assert_int_equal(errno, ENODATA);
	assert_int_equal(hist_percentile(&h, 100, &got), -1);
	assert_int_equal(errno, ENODATA);
	assert_int_equal(hist_count(&h), 0);
	assert_true(hist_mean_ns(&h) == -1.0);
	for (int i = 0; i < 100; i++)
		hist_record(&h, 5);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(hist_percentile(&h, bad[i], &got), -1);
		assert_int_equal(errno, EINVAL);
	}
}

enum { WRITERS = 4, EACH = 100000 };

static _Noreturn void be_writer(struct hist *h, const int gate[2], uint64_t id)
{
	char byte;

	close(gate[1]);
	if (read(gate[0], &byte, 1) != 0)
		_exit(1);
	for (uint64_t i = 0; i < EACH; i++)
		hist_record_shared(h, i % 4 ? 1 : 1000 * (i + 1) + id);
	hist_record_shared(h, RANGE_END + id);
	_exit(0);
}

/* Two samples, of 7 and 300 ns, which shares a bucket with 301 ns. */
static void sums_and_maxima_must_be_of_the_samples(void **state)
{
	const uint64_t far = UINT64_C(1) << HIST_RANGE_BITS;
	const struct {
		uint64_t sum_ns, max_ns, over;
		bool plausible;
	} cases[] = {
		{ 307, 300, 0, true },	     { 307, 301, 0, true },
		{ 307, 299, 0, false },	     { 307, 302, 0, false },
		{ 307, 7, 0, false },	     { 601, 300, 0, true },
		{ 602, 300, 0, false },	     { 299, 300, 0, false },
		{ 0, 0, 0, false },	     { 307, 300, 1, false },
		{ 307, far, 0, false },	     { 307, far, 1, false },
		{ 307 + far, far, 1, true },
	};
	struct hist empty = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct hist h = { 0 };

		hist_record(&h, 7);
		hist_record(&h, 300);
		h.sum_ns = cases[i].sum_ns;
		h.max_ns = cases[i].max_ns;
		h.over = cases[i].over;
		assert_int_equal(hist_plausible(&h), cases[i].plausible);
	}
	assert_true(hist_plausible(&empty));
	empty.max_ns = 1;
	assert_false(hist_plausible(&empty));
}

static void processes_that_share_lose_no_count(void **state)
{
	struct hist *h = mmap(NULL, sizeof(*h), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t sum = 0;
	pid_t writer[WRITERS];
	int gate[2], status;

	(void)state;
	assert_ptr_not_equal(h, MAP_FAILED);
	assert_int_equal(pipe(gate), 0);
	for (uint64_t id = 0; id < WRITERS; id++) {
		writer[id] = fork();
		if (writer[id] == 0)
			be_writer(h, gate, id);
		assert_true(writer[id] > 0);
		for (uint64_t i = 0; i < EACH; i++)
			sum += i % 4 ? 1 : 1000 * (i + 1) + id;
		sum += RANGE_END + id;
	}
	close(gate[0]);
	close(gate[1]);
	for (int id = 0; id < WRITERS; id++) {
		assert_int_equal(waitpid(writer[id], &status, 0), writer[id]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(hist_count(h), WRITERS * (EACH + 1));
	assert_int_equal(h->bucket[1], WRITERS * (EACH / 4 * 3));
	assert_int_equal(h->over, WRITERS);
	assert_int_equal(h->max_ns, RANGE_END + WRITERS - 1);
	assert_int_equal(h->sum_ns, sum);
	munmap(h, sizeof(*h));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(error_is_under_a_128th_and_never_below),
		cmocka_unit_test(buckets_tile_the_range),
		cmocka_unit_test(merge_equals_recording_into_one),
		cmocka_unit_test(rises_add_up_to_the_whole),
		cmocka_unit_test(a_rise_knows_its_largest_by_the_bucket),
		cmocka_unit_test(values_out_of_range_are_counted),
		cmocka_unit_test(a_percentile_needs_ten_beyond),
		cmocka_unit_test(empty_or_out_of_range_is_an_error),
		cmocka_unit_test(sums_and_maxima_must_be_of_the_samples),
		cmocka_unit_test(processes_that_share_lose_no_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
