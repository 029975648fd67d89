/* Interval logs, read back: which lines are histograms, and of what. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hdr.h"
#include "lib/hlog.h"

static char line[HLOG_LINE];

/* What a log holds, as "tag start length text|" for each histogram. */
static const char *entries_of(const char *log, size_t bytes)
{
	static char got[4096];
	FILE *in = fmemopen((char *)log, bytes, "r");
	struct hlog_entry e;
	size_t used = 0;
	int rc;

	assert_non_null(in);
	got[0] = '\0';
	while ((rc = hlog_next(in, line, &e)) == 1)
		used += (size_t)snprintf(got + used, sizeof(got) - used,
					 "%s %g %g %s|", e.tag, e.start_s,
					 e.length_s, e.text);
	assert_int_equal(rc, 0);
	fclose(in);
	return got;
}

#define GOOD "Tag=a:b,1.5,0.25,3.000,HISTFAAA+/=\n"
#define READ "a:b 1.5 0.25 HISTFAAA+/=|"

static void lines_of_histograms_are_found(void **state)
{
#define CASE(log, entries)                    \
	{                                     \
		log, sizeof(log) - 1, entries \
	}
	static const struct {
		const char *log;
		size_t bytes;
		const char *entries;
	} cases[] = {
		CASE(GOOD GOOD, READ READ),
		CASE("#[StartTime: 1, "
		     "x]\n\"StartTimestamp\",\"L\",\"M\"\n" GOOD,
		     READ),
		CASE("1,2,3,HISTFAAA\n", " 1 2 HISTFAAA|"),
		CASE("Tag=,1,2,3,AAAA\n", " 1 2 AAAA|"),
		/* The last line is cut short, wherever that is. */
		CASE(GOOD "Tag=a:b,1.5,0.25,3.000,HISTFAAA+/=", READ),
		CASE(GOOD "Tag=a:b,1.5", READ),
		CASE("Tag", ""),
		CASE("\n\n", ""),
		/* No line of these is a histogram's; the next one is. */
		CASE("Tag=a\n" GOOD, READ),
		CASE("Tag=a,1,2\n" GOOD, READ),
		CASE("Tag=a,1,2,3\n" GOOD, READ),
		CASE("Tag=a,1,2,3,\n" GOOD, READ),
		CASE("Tag=a,1,2,3,AA AA\n" GOOD, READ),
		CASE("Tag=a,1,2,3,AAAA,\n" GOOD, READ),
		CASE("Tag=a,-1,2,3,AAAA\n" GOOD, READ),
		CASE("Tag=a,nan,2,3,AAAA\n" GOOD, READ),
		CASE("Tag=a,1,1e999,3,AAAA\n" GOOD, READ),
		CASE("Tag=a, 1,2,3,AAAA\n" GOOD, READ),
		CASE("Tag=a,1x,2,3,AAAA\n" GOOD, READ),
		CASE("tag=a,1,2,3,AAAA\n" GOOD, READ),
		CASE("Tag=a,1,2,3,AA\0AA\n" GOOD, READ),
	};
#undef CASE

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(entries_of(cases[i].log, cases[i].bytes),
				    cases[i].entries);
}

static void too_long_a_line_is_passed_over(void **state)
{
	size_t head = strlen("1,2,3,");
	char *log = malloc(2 * HLOG_LINE + 64), *end;

	(void)state;
	assert_non_null(log);
	/* The longest one that is read, and one that is a byte longer. */
	for (size_t more = 0; more < 2; more++) {
		size_t text = HLOG_LINE - 1 - head + more;

		strcpy(log, "1,2,3,");
		memset(log + head, 'A', text);
		end = stpcpy(log + head + text, "\n7,8,9,BBBB\n");
		if (more) {
			assert_string_equal(
				entries_of(log, (size_t)(end - log)), " 7 8 "
								      "BBBB|");
		} else {
			FILE *in = fmemopen(log, (size_t)(end - log), "r");
			struct hlog_entry e;

			assert_int_equal(hlog_next(in, line, &e), 1);
			assert_int_equal(strlen(e.text), text);
			assert_int_equal(hlog_next(in, line, &e), 1);
			assert_string_equal(e.text, "BBBB");
			fclose(in);
		}
	}
	free(log);
}

static void what_was_written_is_read(void **state)
{
	static struct hist h, got;
	FILE *log = tmpfile();
	struct hlog_entry e;

	(void)state;
	/* Every bucket, with counts that do not compress. */
	for (size_t i = 0; i < HIST_BUCKETS; i++)
		h.bucket[i] = i * UINT64_C(2654435761) % 500000;
	h.max_ns = hist_upper_ns(HIST_BUCKETS - 1);
	assert_int_equal(hlog_begin(log, 1700000000.25), 0);
	assert_int_equal(hlog_line(log, "churn:none:1:1:fork", 0.5, 2, &h), 0);
	rewind(log);
	assert_int_equal(hlog_next(log, line, &e), 1);
	assert_string_equal(e.tag, "churn:none:1:1:fork");
	assert_true(e.start_s == 0.5 && e.length_s == 2);
	assert_int_equal(hdr_decode(e.text, &got), 0);
	assert_memory_equal(got.bucket, h.bucket, sizeof(h.bucket));
	assert_int_equal(hlog_next(log, line, &e), 0);
	fclose(log);
}

static void what_cannot_be_read_is_an_error(void **state)
{
	FILE *folder = fopen("/", "r");
	struct hlog_entry e;

	(void)state;
	assert_non_null(folder);
	assert_int_equal(hlog_next(folder, line, &e), -1);
	assert_int_equal(errno, EISDIR);
	fclose(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_histograms_are_found),
		cmocka_unit_test(too_long_a_line_is_passed_over),
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(what_cannot_be_read_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
