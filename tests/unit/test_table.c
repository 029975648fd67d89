/* Tables and JSON files: what is whole is read, what is not is refused. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/json.h"
#include "bench/table.h"
#include "tests/unit/fixture_scratch.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *file_of(const char *text, size_t bytes)
{
	const char *path = scratch_file("file");
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, bytes, out), bytes);
	assert_int_equal(fclose(out), 0);
	return path;
}

static void assert_file(const char *path, const char *text)
{
	char got[1024];
	FILE *in = fopen(path, "r");
	size_t bytes;

	assert_non_null(in);
	bytes = fread(got, 1, sizeof(got) - 1, in);
	fclose(in);
	got[bytes] = '\0';
	assert_string_equal(got, text);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("`%s` lacks `%s`", text, part);
}

/* --- reading ---------------------------------------------------------------*/

static void whole_lines_are_read(void **state)
{
	/* the fields of `b`, each followed by a bar */
	static const struct {
		const char *text;
		size_t rows, columns;
		const char *b;
	} cases[] = {
		{ "a\tb\n1\t2\n3\t4\n", 2, 2, "2|4|" },
		{ "a\tb\n1\t2\n3\t4", 1, 2, "2|" },
		{ "a\tb\n1\t2\n3", 1, 2, "2|" },
		{ "b\n\n\nx\n", 3, 1, "||x|" },
		{ "a\tb\tc\n\t\t\n", 1, 3, "|" },
		{ "a\tb\r\n1\t2\r\n\t\r\n", 2, 2, "2||" },
		{ "a\tb\n1\t2\r3\n", 1, 2, "2?3|" },
		{ "a\tb\n1\t\033[m\377\n", 1, 2, "?[m?|" },
		{ "a\tc\n1\t2\n", 1, 2, "|" },
		{ "a\tb\n", 0, 2, "" },
		{ "a\tb", 0, 0, "" },
		{ "", 0, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *path =
			file_of(cases[i].text, strlen(cases[i].text));
		char why[TABLE_WHY] = "", b[64] = "";
		struct table t;

		if (table_read(&t, path, why) < 0)
			fail_msg("case %zu: %s", i, why);
		assert_int_equal(t.rows, cases[i].rows);
		assert_int_equal(t.columns, cases[i].columns);
		for (size_t row = 0; row < t.rows; row++) {
			strcat(b, table_text(&t, row, table_column(&t, "b")));
			strcat(b, "|");
		}
		assert_string_equal(b, cases[i].b);
		table_release(&t);
		table_release(&t);
	}
}

static void numbers_are_read_strictly(void **state)
{
	static const struct {
		const char *text;
		double value;
	} cases[] = {
		{ "0", 0 },	      { "12.5", 12.5 },	  { "-3", -3 },
		{ "1.5e-3", 0.0015 }, { "1e300", 1e300 }, { "", NAN },
		{ " 1", NAN },	      { "1 ", NAN },	  { "1,5", NAN },
		{ "0x10", NAN },      { "inf", NAN },	  { "nan", NAN },
		{ "1e999", NAN },     { "1-2", NAN },	  { "e", NAN },
		{ "12 %", NAN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[64], why[TABLE_WHY];
		struct table t;
		double got;

		snprintf(text, sizeof(text), "a\tn\nx\t%s\n", cases[i].text);
		assert_int_equal(
			table_read(&t, file_of(text, strlen(text)), why), 0);
		got = table_number(&t, 0, table_column(&t, "n"));
		assert_true(isnan(cases[i].value) ? isnan(got) :
						    got == cases[i].value);
		assert_true(isnan(table_number(&t, 0, -1)));
		table_release(&t);
	}
}

static void what_is_no_table_is_refused(void **state)
{
	static char wide[3 * TABLE_COLUMNS];
	const struct {
		const char *text;
		size_t bytes;
		const char *words;
	} cases[] = {
		{ "a\tb\n1\n", 6, "line 2 has 1 fields, and the header has 2" },
		{ "a\tb\n1\t2\n1\t2\t3\n", 14, "line 3 has 3 fields" },
		{ "a\tb\n\n", 5, "line 2 has 1 fields" },
		{ "a\tb\n1\t\0\n", 8, "byte 7 is NUL" },
		{ "a\tb\ta\n", 6, "two columns are named `a`" },
		{ wide, sizeof(wide), "more than 256 columns" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wide); i++)
		wide[i] = i % 2 ? '\t' : 'x';
	wide[sizeof(wide) - 1] = '\n';
	for (size_t i = 0; i < COUNT(cases); i++) {
		char why[TABLE_WHY] = "";
		struct table t;

		assert_int_equal(
			table_read(&t, file_of(cases[i].text, cases[i].bytes),
				   why),
			-1);
		assert_has(why, cases[i].words);
		assert_null(t.text);
	}
}

/* As a machine that lost its power may leave it. */
static void an_incomplete_line_may_hold_anything(void **state)
{
	static const char text[] = "a\tb\n1\t2\n3\0\t\t\t4";
	char why[TABLE_WHY];
	struct table t;

	(void)state;
	assert_int_equal(table_read(&t, file_of(text, sizeof(text) - 1), why),
			 0);
	assert_int_equal(t.rows, 1);
	table_release(&t);
}

static void what_is_no_file_is_refused(void **state)
{
	char why[TABLE_WHY] = "";
	const char *path = scratch_file("file");
	struct table t;

	(void)state;
	errno = 0;
	assert_int_equal(table_read(&t, scratch_file("none"), why), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(table_read(&t, scratch, why), -1);
	assert_has(why, "not a regular file");
	assert_int_equal(mkfifo(scratch_file("pipe"), 0600), 0);
	assert_int_equal(table_read(&t, scratch_file("pipe"), why), -1);
	assert_has(why, "not a regular file");
	file_of("", 0);
	assert_int_equal(truncate(path, (off_t)TABLE_BYTES + 1), 0);
	assert_int_equal(table_read(&t, path, why), -1);
	assert_has(why, "at most 268435456 are read");
	file_of("", 0);
}

/* --- writing ---------------------------------------------------------------*/

static const char *const columns[] = { "a", "b" };

/* What is in the file when a writer opens it; after one more row. */
static void a_writer_goes_on_after_the_last_whole_line(void **state)
{
	static char lines[3 * 4096];
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "", "a\tb\nx\ty\n" },
		{ "a\tb", "a\tb\nx\ty\n" },
		{ "a\tb\n", "a\tb\nx\ty\n" },
		{ "a\tb\n1\t2\n", "a\tb\n1\t2\nx\ty\n" },
		{ "a\tb\n1\t2\n3\t", "a\tb\n1\t2\nx\ty\n" },
	};
	static const char *const row[] = { "x", "y" };
	char why[TABLE_WHY];
	const char *path;
	struct stat st;
	FILE *out;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		path = file_of(cases[i].before, strlen(cases[i].before));
		out = table_open(path, columns, 2, why);
		assert_non_null(out);
		assert_int_equal(table_row(out, row, 2), 0);
		/* It is there before the stream is closed. */
		assert_file(path, cases[i].after);
		assert_int_equal(fclose(out), 0);
	}
	/* A torn line that is longer than what is looked at in one go. */
	memset(lines, 'x', sizeof(lines));
	memcpy(lines, "a\tb\n", 4);
	path = file_of(lines, sizeof(lines));
	out = table_open(path, columns, 2, why);
	assert_non_null(out);
	fclose(out);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 4);
}

static void a_writer_refuses_what_is_not_its_table(void **state)
{
	char why[TABLE_WHY] = "";

	(void)state;
	assert_null(table_open(file_of("a\tc\n1\t2\n", 8), columns, 2, why));
	assert_has(why, "its columns are not those");
	assert_file(scratch_file("file"), "a\tc\n1\t2\n");
	assert_null(table_open(scratch_file("no/such"), columns, 2, why));
	assert_has(why, "No such file");
}

static void no_field_can_break_a_line(void **state)
{
	static const char *const row[] = { "x\ty\nz", NULL };
	char why[TABLE_WHY];
	const char *path = file_of("", 0);
	FILE *out = table_open(path, columns, 2, why);

	(void)state;
	assert_non_null(out);
	assert_int_equal(table_row(out, row, 2), 0);
	fclose(out);
	assert_file(path, "a\tb\nx?y?z\t\n");
	/* A full disk is told. */
	out = fopen("/dev/full", "w");
	assert_non_null(out);
	assert_int_equal(table_row(out, row, 2), -1);
	assert_int_equal(errno, ENOSPC);
	fclose(out);
}

/* --- JSON ------------------------------------------------------------------*/

static void json_comes_back_plain_or_is_refused(void **state)
{
	static const struct {
		const char *text, *words; /* words NULL: taken */
	} cases[] = {
		{ "{\"schema_version\": 2}", NULL },
		{ "{\"schema_version\": 1, \"a\": [\"x\"]}", NULL },
		{ "{\"schema_version\": 3}", "schema_version is 3, and this "
					     "program reads up to 2" },
		{ "{\"schema_version\": 0}", "is not a whole number" },
		{ "{\"schema_version\": \"2\"}", "is not a whole number" },
		{ "{}", "is not a whole number" },
		{ "[]", "not a JSON object" },
		{ "{\"schema_version\": 2", "not whole JSON" },
		{ "", "not whole JSON" },
		{ "{\"schema_version\": 2, \"a\": 1, \"a\": 2}", "not whole" },
		{ "{\"schema_version\": 2, \"a\\n\": 1}", "a key that is no" },
	};
	char why[JSON_WHY] = "";
	const char *path;
	json_t *read;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		path = file_of(cases[i].text, strlen(cases[i].text));
		read = json_read(path, SCHEMA_VERSION, why);
		assert_int_equal(read != NULL, cases[i].words == NULL);
		if (cases[i].words)
			assert_has(why, cases[i].words);
		json_decref(read);
	}
	read = json_pack("{s:i, s:[s]}", "schema_version", 2, "a", "x\ty\033");
	assert_int_equal(json_write(read, path), 0);
	json_decref(read);
	read = json_read(path, SCHEMA_VERSION, why);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(read, "a"), 0)),
			    "x?y?");
	json_decref(read);
	assert_int_equal(json_write(NULL, path), -1);
	assert_null(json_read(scratch_file("none"), SCHEMA_VERSION, why));
	assert_int_equal(errno, ENOENT);
	file_of("", 0);
	assert_int_equal(truncate(path, (off_t)JSON_BYTES + 1), 0);
	assert_null(json_read(path, SCHEMA_VERSION, why));
	assert_has(why, "at most 16777216 are read");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_lines_are_read),
		cmocka_unit_test(numbers_are_read_strictly),
		cmocka_unit_test(what_is_no_table_is_refused),
		cmocka_unit_test(an_incomplete_line_may_hold_anything),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(a_writer_goes_on_after_the_last_whole_line),
		cmocka_unit_test(a_writer_refuses_what_is_not_its_table),
		cmocka_unit_test(no_field_can_break_a_line),
		cmocka_unit_test(json_comes_back_plain_or_is_refused),
	};

	return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}
