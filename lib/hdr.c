#include "lib/hdr.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <zlib.h>

#include "lib/base64.h"

#define COOKIE UINT32_C(0x1c849313)
#define COMPRESSED_COOKIE UINT32_C(0x1c849314)
#define ONE UINT64_C(0x3ff0000000000000) /* as a double */

enum {
	OUTER_BYTES = 8,   /* cookie, length of what is compressed */
	HEADER_BYTES = 40, /* of what is compressed; the counts follow */
	WORD_BYTES = 9,	   /* the longest count */
	RAW_BYTES = HEADER_BYTES + WORD_BYTES * HDR_BUCKETS,
};

/* Both headers, big-endian. */
struct outer {
	uint32_t cookie;
	uint32_t bytes;
};

struct header {
	uint32_t cookie;
	uint32_t counts_bytes;
	uint32_t normalizing_offset;
	uint32_t digits;
	uint64_t lowest;
	uint64_t highest;
	uint64_t ratio; /* a double */
};

_Static_assert(sizeof(struct outer) == OUTER_BYTES &&
		       sizeof(struct header) == HEADER_BYTES,
	       "headers are copied as they are");

size_t hdr_last(const struct hist *h)
{
	size_t i;

	if (!h->over)
		return HIST_BUCKETS - 1;
	i = hist_bucket(h->max_ns);
	if (i < HIST_BUCKETS)
		return HIST_BUCKETS;
	return i < HDR_BUCKETS ? i : HDR_BUCKETS - 1;
}

uint64_t hdr_count(const struct hist *h, size_t i)
{
	if (i < HIST_BUCKETS)
		return h->bucket[i];
	return i == hdr_last(h) ? h->over : 0;
}

uint64_t hdr_middle_ns(size_t i)
{
	uint64_t lower = hist_lower_ns(i);

	return lower + (hist_upper_ns(i) - lower + 1) / 2;
}

/* LEB128, but a ninth byte is whole: 64 bits never need a tenth. */
static uint8_t *put_word(uint8_t *at, uint64_t word)
{
	for (int i = 1; i < WORD_BYTES && word > 0x7f; i++, word >>= 7)
		*at++ = (uint8_t)(word | 0x80);
	*at++ = (uint8_t)word;
	return at;
}

static bool take_word(const uint8_t **at, const uint8_t *end, uint64_t *word)
{
	*word = 0;
	for (int i = 0; *at < end; i++) {
		uint64_t byte = *(*at)++;
		bool last = i == WORD_BYTES - 1 || byte < 0x80;

		*word |= (last ? byte : byte & 0x7f) << 7 * i;
		if (last)
			return true;
	}
	return false;
}

/*
 * A count n is the word 2n, a run of n empty buckets 2n - 1 (ZigZag of -n).
 * The first bucket is written even if empty, as readers fail without counts;
 * empty ones at the end are not.
 */
static uint8_t *put_counts(uint8_t *at, const struct hist *h)
{
	size_t last = hdr_last(h), empty = 0;

	for (size_t i = 0; i <= last; i++) {
		uint64_t n = hdr_count(h, i);

		if (!n && i) {
			empty++;
			continue;
		}
		if (empty)
			at = put_word(at, 2 * empty - 1);
		at = put_word(at, 2 * n);
		empty = 0;
	}
	return at;
}

/* Returns the bytes at `raw`: a header and the counts. */
static size_t put_raw(uint8_t raw[RAW_BYTES], const struct hist *h)
{
	struct header header = {
		.cookie = htobe32(COOKIE),
		.digits = htobe32(HDR_DIGITS),
		.lowest = htobe64(1),
		.highest = htobe64(hist_upper_ns(hdr_last(h))),
		.ratio = htobe64(ONE),
	};
	size_t bytes = (size_t)(put_counts(raw + HEADER_BYTES, h) - raw);

	header.counts_bytes = htobe32((uint32_t)(bytes - HEADER_BYTES));
	memcpy(raw, &header, sizeof(header));
	return bytes;
}

int hdr_encode(const struct hist *h, char **text)
{
	uLongf bytes = compressBound(RAW_BYTES);
	uint8_t *raw = malloc(RAW_BYTES), *packed = malloc(OUTER_BYTES + bytes);
	struct outer outer = { .cookie = htobe32(COMPRESSED_COOKIE) };
	int rc = -1;

	errno = ENOMEM;
	if (!raw || !packed ||
	    compress(packed + OUTER_BYTES, &bytes, raw, put_raw(raw, h)) !=
		    Z_OK)
		goto out;
	outer.bytes = htobe32((uint32_t)bytes);
	memcpy(packed, &outer, sizeof(outer));
	bytes += OUTER_BYTES;
	*text = malloc(BASE64_CHARS(bytes) + 1);
	if (!*text)
		goto out;
	base64_encode(packed, bytes, *text);
	rc = 0;
out:
	free(packed);
	free(raw);
	return rc;
}

/* Returns the bytes decompressed into `raw`, or -1 with errno. */
static ssize_t take_raw(const char *text, uint8_t raw[RAW_BYTES])
{
	uint8_t *packed = malloc(strlen(text) + 1);
	ssize_t bytes = packed ? base64_decode(text, packed) : -1;
	uLongf raw_bytes = RAW_BYTES;
	uLong packed_bytes;
	struct outer outer;
	ssize_t rc = -1;
	int z;

	if (bytes < 0)
		goto out;
	errno = EINVAL;
	if (bytes < OUTER_BYTES)
		goto out;
	memcpy(&outer, packed, sizeof(outer));
	packed_bytes = (uLong)bytes - OUTER_BYTES;
	if (be32toh(outer.cookie) != COMPRESSED_COOKIE ||
	    be32toh(outer.bytes) != packed_bytes)
		goto out;
	z = uncompress2(raw, &raw_bytes, packed + OUTER_BYTES, &packed_bytes);
	if (z == Z_MEM_ERROR)
		errno = ENOMEM;
	else if (z == Z_OK && packed_bytes == (uLong)bytes - OUTER_BYTES)
		rc = (ssize_t)raw_bytes;
out:
	free(packed);
	return rc;
}

/* Counts n samples in bucket i. Returns false if that is too much. */
static bool add(struct hist *h, size_t i, uint64_t n, uint64_t *total)
{
	uint64_t sum_ns;

	if (__builtin_add_overflow(*total, n, total) || *total > INT64_MAX ||
	    __builtin_mul_overflow(n, hdr_middle_ns(i), &sum_ns) ||
	    __builtin_add_overflow(h->sum_ns, sum_ns, &sum_ns))
		return false;
	h->sum_ns = sum_ns;
	if (n && hist_upper_ns(i) > h->max_ns)
		h->max_ns = hist_upper_ns(i);
	if (i < HIST_BUCKETS)
		h->bucket[i] += n;
	else
		h->over += n;
	return true;
}

static bool take_counts(const uint8_t *at, const uint8_t *end, struct hist *h)
{
	uint64_t total = hist_count(h), word;
	size_t i = 0;

	while (at < end) {
		if (!take_word(&at, end, &word) || i == HDR_BUCKETS)
			return false;
		if (word % 2 == 0) {
			if (!add(h, i++, word / 2, &total))
				return false;
		} else {
			if (word / 2 >= HDR_BUCKETS - i)
				return false;
			i += word / 2 + 1;
		}
	}
	return true;
}

int hdr_decode(const char *text, struct hist *into)
{
	uint8_t *raw = malloc(RAW_BYTES);
	struct hist *both = malloc(sizeof(*both));
	ssize_t bytes = raw && both ? take_raw(text, raw) : -1;
	struct header header;
	int rc = -1;

	if (bytes < 0)
		goto out;
	errno = EINVAL;
	if (bytes < HEADER_BYTES)
		goto out;
	memcpy(&header, raw, sizeof(header));
	if (be32toh(header.cookie) != COOKIE ||
	    be32toh(header.counts_bytes) != bytes - HEADER_BYTES)
		goto out;
	errno = EPROTO;
	if (be32toh(header.digits) != HDR_DIGITS || be64toh(header.lowest) != 1)
		goto out;
	errno = EINVAL;
	*both = *into;
	if (!take_counts(raw + HEADER_BYTES, raw + bytes, both))
		goto out;
	*into = *both;
	rc = 0;
out:
	free(both);
	free(raw);
	return rc;
}
