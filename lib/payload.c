#include "lib/payload.h"

#include <string.h>

#include "lib/rng.h"

enum { WORD = sizeof(uint64_t) };

uint64_t payload_key(uint64_t seed, uint64_t session, uint64_t message)
{
	return rng_mix(rng_mix(seed + session) + message);
}

/* Message bytes come as words; word i is the i-th of the key's own stream. */
static uint64_t word_at(uint64_t key, size_t i)
{
	return rng_mix(key + (i + 1) * UINT64_C(0x9e3779b97f4a7c15));
}

void payload_fill(uint64_t key, size_t offset, void *out, size_t bytes)
{
	char *at = out;

	while (bytes) {
		uint64_t word = word_at(key, offset / WORD);
		size_t skip = offset % WORD;
		size_t n = bytes < WORD - skip ? bytes : WORD - skip;

		memcpy(at, (char *)&word + skip, n);
		at += n;
		offset += n;
		bytes -= n;
	}
}

bool payload_matches(uint64_t key, size_t offset, const void *in, size_t bytes)
{
	const char *at = in;

	while (bytes) {
		uint64_t word = word_at(key, offset / WORD);
		size_t skip = offset % WORD;
		size_t n = bytes < WORD - skip ? bytes : WORD - skip;

		if (memcmp(at, (char *)&word + skip, n) != 0)
			return false;
		at += n;
		offset += n;
		bytes -= n;
	}
	return true;
}
