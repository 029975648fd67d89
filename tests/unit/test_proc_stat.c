/* A process's stat file: names that look like fields, and what is no such file.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/proc_stat.h"
#include "tests/unit/fixture_scratch.h"

static struct proc_stat s;

static int set_up(void **state)
{
	return scratch_make(state) == 0 ? mkdir(scratch_file("12"), 0700) : -1;
}

static int read_text(const char *text)
{
	FILE *out = fopen(scratch_file("12/stat"), "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
	return proc_stat_read(&s, scratch, 12);
}

static void a_name_may_hold_anything(void **state)
{
	static const char *const names[] = { "cat", "",	  "a b", ") S 1 (",
					     "((",  "))", "x\ny" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char text[64];

		snprintf(text, sizeof(text), "12 (%s) Z 7 9\n", names[i]);
		assert_int_equal(read_text(text), 0);
		assert_string_equal(s.name, names[i]);
		assert_string_equal(s.fields, "Z 7 9\n");
	}
}

static void what_is_no_stat_file_is_refused(void **state)
{
	static const char *const texts[] = {
		"",	    "12",	 "12 cat S 1", "12 (cat", "12 cat) S 1",
		"12 (cat)", "12 )cat( S"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (read_text(texts[i]) == 0)
			fail_msg("read: %s", texts[i]);
	assert_int_equal(proc_stat_read(&s, scratch, 13), -1);
}

static void more_than_there_is_room_for_is_cut(void **state)
{
	char text[2 * sizeof(s.text)];

	(void)state;
	memset(text, '1', sizeof(text) - 1);
	memcpy(text, "12 (cat) S ", 11);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(read_text(text), 0);
	assert_int_equal(strlen(s.fields),
			 sizeof(s.text) - 1 - strlen("12 (cat) "));
}

static void this_process_runs(void **state)
{
	int parent;

	(void)state;
	assert_int_equal(proc_stat_read(&s, "/proc", getpid()), 0);
	assert_int_equal(sscanf(s.fields, "R %d", &parent), 1);
	assert_int_equal(parent, getppid());
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_may_hold_anything),
		cmocka_unit_test(what_is_no_stat_file_is_refused),
		cmocka_unit_test(more_than_there_is_room_for_is_cut),
		cmocka_unit_test(this_process_runs),
	};

	return cmocka_run_group_tests(tests, set_up, scratch_remove);
}
