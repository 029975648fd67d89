/* HdrHistogram's array, and texts of ours and of others. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hdr.h"
#include "lib/rng.h"

#define RANGE_END (UINT64_C(1) << HIST_RANGE_BITS)

/* Where HdrHistogram counts a value, as its Java original computes it. */
static size_t index_of(uint64_t value)
{
	const int half_magnitude = 7; /* of 2 digits: 2 * 10^2 <= 2^8 */
	const uint64_t half = UINT64_C(1) << half_magnitude;
	const uint64_t mask = 2 * half - 1;
	int bucket = 64 - half_magnitude - 1 - __builtin_clzll(value | mask);
	uint64_t sub = value >> bucket;

	return (size_t)((((uint64_t)bucket + 1) << half_magnitude) + sub -
			half);
}

static void buckets_are_those_of_the_original(void **state)
{
	struct rng r = { .state = 1 };

	(void)state;
	for (size_t i = 0; i < HDR_BUCKETS; i++) {
		assert_int_equal(index_of(hist_lower_ns(i)), i);
		assert_int_equal(index_of(hist_upper_ns(i)), i);
		assert_int_equal(index_of(hdr_middle_ns(i)), i);
	}
	assert_int_equal(hist_upper_ns(HDR_BUCKETS - 1), INT64_MAX);
	for (int n = 0; n < 1000000; n++) {
		uint64_t value = rng_next(&r) >> (1 + rng_below(&r, 63));

		assert_int_equal(hist_bucket(value), index_of(value));
	}
}

static void samples_out_of_range_lie_at_the_largest(void **state)
{
	static const struct {
		uint64_t max_ns;
		size_t last;
	} known[] = {
		{ RANGE_END, HIST_BUCKETS },
		{ 3 * RANGE_END, HIST_BUCKETS + 192 },
		{ INT64_MAX, HDR_BUCKETS - 1 },
		{ UINT64_MAX, HDR_BUCKETS - 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct hist h = { 0 };

		hist_record(&h, RANGE_END - 1);
		assert_int_equal(hdr_last(&h), HIST_BUCKETS - 1);
		assert_int_equal(hdr_count(&h, HIST_BUCKETS - 1), 1);
		hist_record(&h, RANGE_END + 5);
		hist_record(&h, known[i].max_ns);
		assert_int_equal(hdr_last(&h), known[i].last);
		for (size_t b = HIST_BUCKETS; b < HDR_BUCKETS; b++)
			assert_int_equal(hdr_count(&h, b),
					 b == known[i].last ? 2 : 0);
		/* Caught between two stores of hist_record(). */
		h.max_ns = 5;
		assert_int_equal(hdr_last(&h), HIST_BUCKETS);
	}
}

/* All but sum and largest value, which are as the header says. */
static void assert_same_counts(const struct hist *got, const struct hist *h)
{
	uint64_t sum_ns = 0, max_ns = 0;

	assert_memory_equal(got->bucket, h->bucket, sizeof(h->bucket));
	assert_int_equal(got->over, h->over);
	for (size_t i = 0; i < HDR_BUCKETS; i++) {
		if (!hdr_count(h, i))
			continue;
		sum_ns += hdr_count(h, i) * hdr_middle_ns(i);
		max_ns = hist_upper_ns(i);
	}
	assert_int_equal(got->sum_ns, sum_ns);
	assert_int_equal(got->max_ns, max_ns);
}

static void what_is_encoded_is_decoded(void **state)
{
	struct rng r = { .state = 2 };
	struct hist h = { 0 }, got, twice = { 0 };
	char *text;

	(void)state;
	for (int n = 0; n < 3000; n++) {
		assert_int_equal(hdr_encode(&h, &text), 0);
		assert_memory_equal(text, "HISTFAAA", 8);
		got = (struct hist){ 0 };
		assert_int_equal(hdr_decode(text, &got), 0);
		assert_same_counts(&got, &h);
		free(text);
		hist_record(&h, rng_next(&r) >> (20 + rng_below(&r, 44)));
	}
	/* A count of 63 bits takes nine bytes, all of the ninth. */
	h.bucket[0] = UINT64_C(3) << 61;
	assert_int_equal(hdr_encode(&h, &text), 0);
	got = (struct hist){ 0 };
	assert_int_equal(hdr_decode(text, &got), 0);
	assert_same_counts(&got, &h);
	free(text);
	/* Decoding adds. */
	h.bucket[0] = 1;
	assert_int_equal(hdr_encode(&h, &text), 0);
	assert_int_equal(hdr_decode(text, &twice), 0);
	assert_int_equal(hdr_decode(text, &twice), 0);
	hist_merge(&h, &h);
	assert_same_counts(&twice, &h);
	free(text);
}

/* Both by hdr-histogram-js 3.0.1, which leaves 1 in fields without meaning. */
static void a_text_of_others_is_decoded(void **state)
{
	static const struct {
		uint64_t value;
		uint64_t count;
	} samples[] = {
		{ 0, 3 },	   { 7, 1 },
		{ 8, 1 },	   { 127, 2 },
		{ 300, 500 },	   { 45056, 3 },
		{ 1000000000, 1 }, { RANGE_END - 1, 4 },
	};
	struct hist h = { 0 }, want = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		for (uint64_t n = 0; n < samples[i].count; n++)
			hist_record(&want, samples[i].value);
	want.bucket[hist_bucket(300)] *= 10000000;
	assert_int_equal(hdr_decode("HISTFAAAADt4nJNpmSzMwMAgzsDAwMjAwMDEAAEgtv"
				    "z/////"
				    "w/hs3ExMrxlZVjM1nFi/"
				    "QHUjH9tPGab5fBwALaYMfQ==",
				    &h),
			 0);
	assert_same_counts(&h, &want);
	h = (struct hist){ 0 };
	assert_int_equal(hdr_decode("HISTFAAAACl4nJNpmSzMwMDAycDAwMjAwMDEAAGMEC"
				    "4cMH5m"
				    "Z+o0Y/nLzAQATvcEFw==",
				    &h),
			 0);
	assert_int_equal(h.over, 3);
	assert_int_equal(hist_count(&h), 4);
	assert_int_equal(h.bucket[hist_bucket(1000)], 1);
	assert_int_equal(h.max_ns,
			 hist_upper_ns(hist_bucket((RANGE_END << 2) + 1)));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(buckets_are_those_of_the_original),
		cmocka_unit_test(samples_out_of_range_lie_at_the_largest),
		cmocka_unit_test(what_is_encoded_is_decoded),
		cmocka_unit_test(a_text_of_others_is_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
