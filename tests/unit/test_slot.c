/* The names of a round's places: each its own, whatever is named twice. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/slot.h"

enum { MOST = 7 };

static void a_mode_named_again_is_numbered(void **state)
{
	static const struct {
		const char *mode[MOST], *slot[MOST];
	} known[] = {
		{ { "none" }, { "none" } },
		{ { "none", "none" }, { "none", "none-2" } },
		{ { "none", "none", "none" }, { "none", "none-2", "none-3" } },
		{ { "sig-ign", "none", "waitpid-loop", "none" },
		  { "sig-ign", "none", "waitpid-loop", "none-2" } },
		{ { "none", "sig-ign", "none", "sig-ign", "sig-ign", "none" },
		  { "none", "sig-ign", "none-2", "sig-ign-2", "sig-ign-3",
		    "none-3" } },
		/* The beginning of a name is not the name. */
		{ { "waitpid", "waitpid-loop", "waitpid" },
		  { "waitpid", "waitpid-loop", "waitpid-2" } },
	};
	char name[SLOT_NAME];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (size_t j = 0; known[i].mode[j]; j++) {
			slot_name(known[i].mode, j, name);
			assert_string_equal(name, known[i].slot[j]);
		}
}

static void the_baseline_again_is_no_mode_named_again(void **state)
{
	static const char *const modes[] = { "sig-ign", "sig-ign" };
	char name[SLOT_NAME], again[SLOT_NAME];

	(void)state;
	slot_name_again("sig-ign", again);
	assert_string_equal(again, "sig-ign-aa");
	for (size_t i = 0; i < 2; i++) {
		slot_name(modes, i, name);
		assert_string_not_equal(name, again);
	}
}

/* The longest name there is room for, as often as a run has room for. */
static void a_long_name_keeps_its_end(void **state)
{
	static const char tail[] = "-aa";
	const char *modes[SLOT_MODES];
	char mode[SLOT_NAME], name[SLOT_MODES][SLOT_NAME];

	(void)state;
	memset(mode, 'm', sizeof(mode) - 1);
	mode[sizeof(mode) - 1] = '\0';
	for (size_t i = 0; i < SLOT_MODES; i++)
		modes[i] = mode;
	for (size_t i = 0; i < SLOT_MODES; i++) {
		char end[8] = "";

		slot_name(modes, i, name[i]);
		if (i)
			snprintf(end, sizeof(end), "-%zu", i + 1);
		assert_memory_equal(name[i], mode, SLOT_NAME - 4);
		assert_string_equal(name[i] + SLOT_NAME - 4, end);
	}
	slot_name_again(mode, name[0]);
	assert_memory_equal(name[0], mode, SLOT_NAME - 4);
	assert_string_equal(name[0] + SLOT_NAME - 4, tail);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mode_named_again_is_numbered),
		cmocka_unit_test(the_baseline_again_is_no_mode_named_again),
		cmocka_unit_test(a_long_name_keeps_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
