/* HdrHistogram's text, byte by byte: what it holds, and what is refused. */

#include <endian.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "lib/base64.h"
#include "lib/hdr.h"
#include "lib/rng.h"

enum { HEADER = 40, MOST = 200000 };

static void put32(unsigned char *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

/* What is inside a text, decompressed; returns its bytes. */
static size_t inside(const char *text, unsigned char *raw)
{
	unsigned char *packed = malloc(strlen(text));
	ssize_t bytes = base64_decode(text, packed);
	uLongf raw_bytes = MOST;

	assert_true(bytes > 8);
	assert_int_equal(uncompress(raw, &raw_bytes, packed + 8,
				    (uLong)bytes - 8),
			 Z_OK);
	free(packed);
	return raw_bytes;
}

/* The text of a cookie, a length and what they announce; to be freed. */
static char *announced(uint32_t cookie, uint32_t bytes,
		       const unsigned char *packed, size_t packed_bytes)
{
	unsigned char *whole = malloc(8 + packed_bytes);
	char *text = malloc(BASE64_CHARS(8 + packed_bytes) + 1);

	put32(whole, cookie);
	put32(whole + 4, bytes);
	memcpy(whole + 8, packed, packed_bytes);
	base64_encode(whole, 8 + packed_bytes, text);
	free(whole);
	return text;
}

/* A text with this inside; to be freed. */
static char *around(const unsigned char *raw, size_t bytes)
{
	uLongf packed_bytes = compressBound(bytes);
	unsigned char *packed = malloc(packed_bytes);
	char *text;

	assert_int_equal(compress(packed, &packed_bytes, raw, bytes), Z_OK);
	text = announced(0x1c849314, (uint32_t)packed_bytes, packed,
			 packed_bytes);
	free(packed);
	return text;
}

/* Decodes a header and these counts; returns 0 or errno. */
static int decode_counts(const unsigned char *counts, size_t bytes,
			 struct hist *into)
{
	static unsigned char raw[MOST];
	struct hist before = *into;
	char *text;
	int rc;

	memset(raw, 0, HEADER);
	put32(raw, 0x1c849313);
	put32(raw + 4, (uint32_t)bytes);
	put32(raw + 12, 2);
	put32(raw + 20, 1);
	memcpy(raw + HEADER, counts, bytes);
	text = around(raw, HEADER + bytes);
	rc = hdr_decode(text, into) < 0 ? errno : 0;
	free(text);
	if (rc)
		assert_memory_equal(into, &before, sizeof(before));
	return rc;
}

static void the_header_is_as_published(void **state)
{
	static const unsigned char known[] = {
		0x1c, 0x84, 0x93, 0x13, 0,    0,    0,	  3,	/* counts */
		0,    0,    0,	  0,	0,    0,    0,	  2,	/* digits */
		0,    0,    0,	  0,	0,    0,    0,	  1,	/* lowest */
		0,    0,    0,	  0x1f, 0xff, 0xff, 0xff, 0xff, /* highest */
		0x3f, 0xf0, 0,	  0,	0,    0,    0,	  0,	/* 1.0 */
		0,    0x0b, 4, /* none, 6 times none, 2 */
	};
	unsigned char raw[MOST];
	struct hist h = { 0 };
	char *text;

	(void)state;
	hist_record(&h, 7);
	hist_record(&h, 7);
	assert_int_equal(hdr_encode(&h, &text), 0);
	assert_int_equal(inside(text, raw), sizeof(known));
	assert_memory_equal(raw, known, sizeof(known));
	free(text);
}

static void other_histograms_are_told_from_rubbish(void **state)
{
	/* The byte changed, its new value, and what is said then. */
	static const struct {
		size_t at;
		unsigned char byte;
		int error;
	} known[] = {
		{ 3, 0x13, 0 },	   { 3, 0x14, EINVAL }, { 3, 0x01, EINVAL },
		{ 0, 0, EINVAL },  { 7, 2, EINVAL },	{ 7, 4, EINVAL },
		{ 15, 3, EPROTO }, { 15, 1, EPROTO },	{ 23, 0, EPROTO },
		{ 16, 1, EPROTO }, { 23, 2, EPROTO },	{ 11, 1, 0 },
		{ 27, 1, 0 },	   { 39, 1, 0 },
	};
	struct hist h = { 0 };
	char *text;

	(void)state;
	hist_record(&h, 7);
	assert_int_equal(hdr_encode(&h, &text), 0);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		unsigned char raw[MOST];
		size_t bytes = inside(text, raw);
		char *changed;

		raw[known[i].at] = known[i].byte;
		changed = around(raw, bytes);
		errno = 0;
		assert_int_equal(hdr_decode(changed, &h) < 0 ? errno : 0,
				 known[i].error);
		free(changed);
	}
	free(text);
}

static void what_is_announced_must_come(void **state)
{
	static const struct {
		uint32_t cookie;
		int more_announced, more_given, rc;
	} known[] = {
		{ 0x1c849314, 0, 0, 0 },   { 0x1c849304, 0, 0, -1 },
		{ 0x1c849302, 0, 0, -1 },  { 0x1c849314, 1, 0, -1 },
		{ 0x1c849314, 0, 1, -1 },  { 0x1c849314, 1, 1, -1 },
		{ 0x1c849314, -1, 0, -1 }, { 0x1c849314, -1, -1, -1 },
	};
	unsigned char raw[HEADER] = { 0x1c, 0x84, 0x93, 0x13 };
	unsigned char packed[200] = { 0 };
	uLongf bytes = sizeof(packed) - 1;
	struct hist h = { 0 };
	char *text;

	(void)state;
	raw[15] = 2;
	raw[23] = 1;
	assert_int_equal(compress(packed, &bytes, raw, HEADER), Z_OK);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		text = announced(
			known[i].cookie,
			(uint32_t)((int)bytes + known[i].more_announced),
			packed, (size_t)((int)bytes + known[i].more_given));
		assert_int_equal(hdr_decode(text, &h), known[i].rc);
		free(text);
	}
}

static void counts_are_checked(void **state)
{
	/* 7296 empty buckets are as many as there are, 14591 in ZigZag. */
	static const unsigned char all_empty[] = { 0xff, 0x71 },
				   too_many[] = { 0x81, 0x72 },
				   one_behind[] = { 0xff, 0x71, 2 },
				   last[] = { 0xfd, 0x71, 2 },
				   cut[] = { 2, 0x80 };
	/* 2^63 - 1, the largest that is no run; one more; the longest run. */
	static const unsigned char most[] = { 0xfe, 0xff, 0xff, 0xff, 0xff,
					      0xff, 0xff, 0xff, 0xff },
				   more[] = { 0xfe, 0xff, 0xff, 0xff, 0xff,
					      0xff, 0xff, 0xff, 0xff, 2 },
				   run[] = { 0xff, 0xff, 0xff, 0xff, 0xff,
					     0xff, 0xff, 0xff, 0xff };
	struct hist h = { 0 };

	(void)state;
	assert_int_equal(decode_counts(all_empty, 2, &h), 0);
	assert_int_equal(decode_counts(last, 0, &h), 0);
	assert_int_equal(hist_count(&h), 0);
	assert_int_equal(h.max_ns, 0);
	assert_int_equal(decode_counts(last, 3, &h), 0);
	assert_int_equal(h.over, 1);
	assert_int_equal(h.max_ns, INT64_MAX);
	assert_int_equal(decode_counts(too_many, 2, &h), EINVAL);
	assert_int_equal(decode_counts(one_behind, 3, &h), EINVAL);
	assert_int_equal(decode_counts(run, 9, &h), EINVAL);
	assert_int_equal(decode_counts(cut, 2, &h), EINVAL);
	assert_int_equal(decode_counts(most, 8, &h), EINVAL);
	/* With the one before it is 2^63. */
	assert_int_equal(decode_counts(most, 9, &h), EINVAL);
	h = (struct hist){ 0 };
	assert_int_equal(decode_counts(more, 10, &h), EINVAL);
	assert_int_equal(decode_counts(most, 9, &h), 0);
	assert_int_equal(h.bucket[0], INT64_MAX);
	assert_int_equal(decode_counts(cut, 1, &h), EINVAL);
	/* 2^56 samples of 1.6 s. */
	h = (struct hist){ 0 };
	assert_int_equal(decode_counts((unsigned char[]){ 0xff, 0x30, 0x80,
							  0x80, 0x80, 0x80,
							  0x80, 0x80, 0x80,
							  0x80, 2 },
				       11, &h),
			 EINVAL);
}

static void decompression_is_bounded(void **state)
{
	static unsigned char raw[MOST];
	struct hist h = { 0 };

	(void)state;
	/* A single zero a bucket is clumsy, but within the bound; more isn't. */
	assert_int_equal(decode_counts(raw, HDR_BUCKETS, &h), 0);
	assert_int_equal(h.max_ns, 0);
	assert_int_equal(decode_counts(raw, HDR_BUCKETS + 1, &h), EINVAL);
	assert_int_equal(decode_counts(raw, 9 * HDR_BUCKETS + 1, &h), EINVAL);
	assert_int_equal(decode_counts(raw, MOST - HEADER, &h), EINVAL);
}

/*
 * Refused with nothing added, or (bits that pad compressed data can be either)
 * decoded as it was. Of exactly its size, for sanitizers to see its end.
 */
static void must_not_mislead(const char *text, size_t length,
			     const struct hist *as_it_was)
{
	struct hist into = { 0 };
	char *copy = strndup(text, length);

	if (hdr_decode(copy, &into) == 0) {
		assert_non_null(as_it_was);
		assert_memory_equal(into.bucket, as_it_was->bucket,
				    sizeof(into.bucket));
	} else {
		assert_int_equal(errno, EINVAL);
		assert_int_equal(hist_count(&into), 0);
	}
	free(copy);
}

static void texts_cut_or_changed_are_refused(void **state)
{
	struct rng r = { .state = 3 };
	struct hist h = { 0 };
	size_t length;
	char *text;

	(void)state;
	for (int n = 0; n < 100; n++)
		hist_record(&h, rng_below(&r, 100000));
	assert_int_equal(hdr_encode(&h, &text), 0);
	length = strlen(text);
	for (size_t cut = 0; cut < length; cut++)
		must_not_mislead(text, cut, NULL);
	for (size_t i = 0; i < length; i++) {
		char was = text[i];

		text[i] = was == 'A' ? 'B' : 'A';
		must_not_mislead(text, length, &h);
		text[i] = was;
	}
	free(text);
	must_not_mislead("HISTFAAAAAA=", 12, NULL);
}

/* No count is believed: whatever comes, the answer is one of three. */
static void random_counts_do_no_harm(void **state)
{
	struct rng r = { .state = 4 };

	(void)state;
	for (int n = 0; n < 20000; n++) {
		unsigned char counts[24];
		size_t bytes = rng_below(&r, sizeof(counts) + 1);
		struct hist h = { 0 };
		int rc;

		for (size_t i = 0; i < bytes; i++)
			counts[i] = (unsigned char)(rng_next(&r) |
						    rng_below(&r, 2) << 7);
		rc = decode_counts(counts, bytes, &h);
		assert_true(rc == 0 || rc == EINVAL);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_as_published),
		cmocka_unit_test(other_histograms_are_told_from_rubbish),
		cmocka_unit_test(what_is_announced_must_come),
		cmocka_unit_test(counts_are_checked),
		cmocka_unit_test(decompression_is_bounded),
		cmocka_unit_test(texts_cut_or_changed_are_refused),
		cmocka_unit_test(random_counts_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
