/* Messages: the same bytes however they are cut, and no two alike. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/payload.h"

enum { BYTES = 61 }; /* no multiple of a word */

static void any_two_pieces_make_the_whole(void **state)
{
	uint64_t key = payload_key(1, 2, 3);
	char whole[BYTES], pieces[BYTES + 1];

	(void)state;
	payload_fill(key, 0, whole, BYTES);
	for (size_t cut = 0; cut <= BYTES; cut++) {
		memset(pieces, '!', sizeof(pieces));
		payload_fill(key, 0, pieces, cut);
		assert_int_equal(pieces[cut], '!');
		payload_fill(key, cut, pieces + cut, BYTES - cut);
		assert_memory_equal(pieces, whole, BYTES);
		assert_int_equal(pieces[BYTES], '!');
		assert_true(payload_matches(key, 0, whole, cut));
		assert_true(
			payload_matches(key, cut, whole + cut, BYTES - cut));
	}
}

static void any_part_is_that_part(void **state)
{
	uint64_t key = payload_key(4, 5, 6);
	char whole[BYTES], part[BYTES];

	(void)state;
	payload_fill(key, 0, whole, BYTES);
	for (size_t from = 0; from < BYTES; from++)
		for (size_t n = 0; from + n <= BYTES; n++) {
			payload_fill(key, from, part, n);
			assert_memory_equal(part, whole + from, n);
			assert_true(payload_matches(key, from, part, n));
		}
}

static void one_flipped_bit_is_found(void **state)
{
	uint64_t key = payload_key(7, 8, 9);
	char text[BYTES];

	(void)state;
	payload_fill(key, 0, text, BYTES);
	for (size_t bit = 0; bit < 8 * BYTES; bit++) {
		size_t at = bit / 8;

		text[at] ^= (char)(1 << bit % 8);
		assert_false(payload_matches(key, 0, text, BYTES));
		assert_false(payload_matches(key, at, text + at, 1));
		assert_false(payload_matches(key, 0, text, at + 1));
		assert_true(payload_matches(key, 0, text, at));
		assert_true(payload_matches(key, at + 1, text + at + 1,
					    BYTES - at - 1));
		text[at] ^= (char)(1 << bit % 8);
	}
	assert_true(payload_matches(key, 0, text, BYTES));
}

/* A stale echo is the bytes of another place. */
static void what_is_shifted_is_found(void **state)
{
	uint64_t key = payload_key(10, 11, 12);
	char text[BYTES];

	(void)state;
	payload_fill(key, 0, text, BYTES);
	for (size_t shift = 1; shift <= BYTES - 16; shift++)
		assert_false(payload_matches(key, 0, text + shift, 16));
}

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* The seed's record is 64 bytes; their first word tells messages apart. */
static void no_two_messages_of_a_run_are_alike(void **state)
{
	enum { SESSIONS = 200, MESSAGES = 200, ALL = SESSIONS * MESSAGES };
	uint64_t *word = calloc(ALL, sizeof(*word));

	(void)state;
	assert_non_null(word);
	for (size_t i = 0; i < ALL; i++)
		payload_fill(payload_key(13, i / MESSAGES, i % MESSAGES), 0,
			     &word[i], sizeof(word[i]));
	qsort(word, ALL, sizeof(*word), ascending);
	for (size_t i = 1; i < ALL; i++)
		assert_int_not_equal(word[i], word[i - 1]);
	free(word);
}

/* About half of the bits differ where seed, session or message does. */
static void neighbours_have_little_in_common(void **state)
{
	uint64_t whole[8], other[8];

	(void)state;
	payload_fill(payload_key(20, 30, 40), 0, whole, sizeof(whole));
	for (int which = 0; which < 3; which++) {
		int differ = 0;

		payload_fill(payload_key(20 + (which == 0), 30 + (which == 1),
					 40 + (which == 2)),
			     0, other, sizeof(other));
		for (int i = 0; i < 8; i++)
			differ += __builtin_popcountll(whole[i] ^ other[i]);
		/* 512 bits: 256 +- 11.3; 5 of these. */
		assert_in_range(differ, 199, 313);
		assert_false(payload_matches(payload_key(20, 30, 40), 0, other,
					     sizeof(other)));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_two_pieces_make_the_whole),
		cmocka_unit_test(any_part_is_that_part),
		cmocka_unit_test(one_flipped_bit_is_found),
		cmocka_unit_test(what_is_shifted_is_found),
		cmocka_unit_test(no_two_messages_of_a_run_are_alike),
		cmocka_unit_test(neighbours_have_little_in_common),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
