/* Durations for people. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/clock.h"

static void each_has_the_unit_of_its_size(void **state)
{
	static const struct {
		uint64_t ns;
		const char *words;
	} known[] = {
		{ 0, "0.0 us" },
		{ 52149, "52.1 us" },
		{ 999949, "999.9 us" },
		{ 999999, "1.00 ms" },
		{ 1000000, "1.00 ms" },
		{ 999994999, "999.99 ms" },
		{ 999999999, "1.00 s" },
		{ NS_PER_S, "1.00 s" },
		{ 3600 * NS_PER_S, "3600.00 s" },
		{ UINT64_MAX, "18446744073.71 s" },
	};
	char words[CLOCK_WORDS];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		clock_words(known[i].ns, words);
		assert_string_equal(words, known[i].words);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_the_unit_of_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
