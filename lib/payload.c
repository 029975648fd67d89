#include "lib/payload.h"

#include <string.h>

#include "lib/rng.h"

enum { WORD = sizeof(uint64_t) };

uint64_t payload_key(uint64_t seed, uint64_t session, uint64_t message)
{
	return rng_mix(rng_mix(seed + session) + message);
}

/*
 * Message bytes come as words, each another sum of the key. Long messages have
 * many, so it is cheap: the key alone is mixed well.
 */
static uint64_t word_at(uint64_t key, size_t i)
{
	uint64_t sum = key + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);

	return sum ^ sum >> 32;
}

/* How many bytes from offset on belong to the word there, or to a part of it. */
static size_t part_of(size_t offset, size_t bytes)
{
	size_t left = WORD - offset % WORD;

	return bytes < left ? bytes : left;
}

void payload_fill(uint64_t key, size_t offset, void *out, size_t bytes)
{
	char *at = out;

	while (bytes) {
		uint64_t word = word_at(key, offset / WORD);
		size_t n = part_of(offset, bytes);

		if (n == WORD)
			memcpy(at, &word, WORD);
		else
			memcpy(at, (char *)&word + offset % WORD, n);
		at += n;
		offset += n;
		bytes -= n;
	}
}

bool payload_matches(uint64_t key, size_t offset, const void *in, size_t bytes)
{
	const char *at = in;
	uint64_t off = 0; /* bits that differ */

	while (bytes) {
		uint64_t word = word_at(key, offset / WORD), got;
		size_t n = part_of(offset, bytes);

		if (n == WORD) {
			memcpy(&got, at, WORD);
			off |= word ^ got;
		} else if (memcmp(at, (char *)&word + offset % WORD, n) != 0) {
			return false;
		}
		at += n;
		offset += n;
		bytes -= n;
	}
	return !off;
}
