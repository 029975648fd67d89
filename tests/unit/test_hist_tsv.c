/* Histograms as text: what is written is read back, and nothing else is. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/hist_tsv.h"
#include "lib/rng.h"

#define MAGIC "# forkbench histogram 2\n"
#define TOTALS "# sum_ns=200000000063 max_ns=200000000000 over=1 count=10\n"
#define COLUMNS "lower_ns\tupper_ns\tcount\n"
#define HEADER MAGIC TOTALS COLUMNS
#define MAGIC_1 "# forkbench histogram 1\n"
#define TOTALS_1 "# sum_ns=200000000540 max_ns=200000000000 over=1\n"

static void fill(struct hist *h, uint64_t seed, int count)
{
	struct rng r = { .state = seed };

	*h = (struct hist){ 0 };
	for (int i = 0; i < count; i++)
		hist_record(h, rng_next(&r) >> (24 + rng_below(&r, 40)));
}

/* As text; to be freed. */
static char *written(const struct hist *h)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	assert_int_equal(hist_tsv_write(h, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static int read_bytes(struct hist *into, const char *text, size_t bytes,
		      unsigned *line)
{
	/* fmemopen() takes no empty buffer. */
	FILE *in = bytes ? fmemopen((void *)(uintptr_t)text, bytes, "r") :
			   fopen("/dev/null", "r");
	int rc, saved;

	assert_non_null(in);
	errno = 0;
	rc = hist_tsv_read(into, in, line);
	saved = errno;
	fclose(in);
	errno = saved;
	return rc;
}

static void what_is_written_is_read_back(void **state)
{
	struct hist h, got = { 0 }, twice = { 0 };
	unsigned line;
	char *text;

	(void)state;
	fill(&h, 3, 20000);
	assert_true(h.over > 0);
	text = written(&h);
	assert_int_equal(read_bytes(&got, text, strlen(text), &line), 0);
	assert_memory_equal(&got, &h, sizeof(h));
	/* Reading adds. */
	assert_int_equal(read_bytes(&got, text, strlen(text), &line), 0);
	hist_merge(&twice, &h);
	hist_merge(&twice, &h);
	assert_memory_equal(&got, &twice, sizeof(h));
	free(text);
}

static void the_text_is_as_documented(void **state)
{
	struct hist h = { 0 };
	char *text;

	(void)state;
	text = written(&h);
	assert_string_equal(text, MAGIC "# sum_ns=0 max_ns=0 over=0 "
					"count=0\n" COLUMNS);
	free(text);
	hist_record(&h, 45056);
	hist_record(&h, 45311);
	hist_record(&h, 7);
	hist_record(&h, UINT64_C(1) << HIST_RANGE_BITS);
	text = written(&h);
	assert_string_equal(text, MAGIC "# sum_ns=137439043846 "
					"max_ns=137438953472 over=1 "
					"count=4\n" COLUMNS "7\t7\t1\n"
					"45056\t45311\t2\n");
	free(text);
}

static void broken_files_are_refused(void **state)
{
	static const struct {
		unsigned line;
		const char *text;
	} broken[] = {
		{ 1, "" },
		{ 1, "forkbench histogram 2\n" TOTALS COLUMNS },
		{ 1, "# forkbench histogram 3\n" TOTALS COLUMNS },
		{ 1, "# forkbench histogram 20\n" TOTALS COLUMNS },
		{ 1, "\n" HEADER },
		{ 1, TOTALS COLUMNS },
		{ 2, MAGIC COLUMNS "7\t7\t1\n" },
		{ 2, MAGIC },
		{ 2, MAGIC "# sum_ns=540 max_ns=300 count=10\n" },
		{ 2, MAGIC "# max_ns=300 sum_ns=540 over=1 count=10\n" },
		{ 2, MAGIC "# sum_ns=-1 max_ns=300 over=1 count=10\n" },
		{ 2, MAGIC "# sum_ns= max_ns=300 over=1 count=10\n" },
		{ 2, MAGIC "# sum_ns=540 max_ns=300 over=1 count=10 \n" },
		{ 2, MAGIC "# sum_ns=540 max_ns=300 over=1 count=\n" },
		{ 2, MAGIC "# sum_ns=540 max_ns=300 over=2 count=1\n" },
		{ 2, MAGIC "# sum_ns=18446744073709551616 max_ns=1 over=1 "
			   "count=10\n" },
		{ 2, MAGIC TOTALS_1 },
		{ 2, MAGIC_1 TOTALS },
		{ 3, MAGIC TOTALS },
		{ 3, MAGIC TOTALS "7\t7\t1\n" },
		{ 3, MAGIC TOTALS "lower_ns upper_ns count\n" },
		{ 4, HEADER HEADER },
		{ 4, HEADER "\n" },
		/* Edges that are no bucket's. */
		{ 4, HEADER "7\t8\t1\n" },
		{ 5, HEADER "7\t7\t1\n257\t258\t1\n" },
		{ 5, HEADER "7\t7\t1\n256\t258\t1\n" },
		{ 4, HEADER "137438953472\t138512695295\t1\n" },
		{ 4, HEADER "18446744073709551615\t18446744073709551615\t1\n" },
		/* Order. */
		{ 5, HEADER "8\t8\t1\n7\t7\t1\n" },
		{ 5, HEADER "8\t8\t1\n8\t8\t1\n" },
		/* Counts. */
		{ 4, HEADER "7\t7\t0\n" },
		{ 4, HEADER "7\t7\t-1\n" },
		{ 4, HEADER "7\t7\t+1\n" },
		{ 4, HEADER "7\t7\t 1\n" },
		{ 4, HEADER "7\t7\t1.5\n" },
		{ 4, HEADER "7\t7\t0x1\n" },
		{ 4, HEADER "7\t7\t\n" },
		/* More or fewer than the header says. */
		{ 4, HEADER },
		{ 5, HEADER "7\t7\t8\n" },
		{ 4, HEADER "7\t7\t10\n" },
		{ 5, HEADER "7\t7\t9\n8\t8\t1\n" },
		{ 5, HEADER "7\t7\t8\n8\t8\t18446744073709551615\n" },
		{ 4, HEADER "7\t7\t18446744073709551616\n" },
		{ 4, HEADER "7\t7\t99999999999999999999999999\n" },
		/* More than can be counted, or added up. */
		{ 2, MAGIC "# sum_ns=1 max_ns=1 over=0 count=9007199254740993"
			   "\n" },
		{ 2, MAGIC_1 "# sum_ns=1 max_ns=1 over=9007199254740993\n" },
		{ 5, MAGIC_1 TOTALS_1 COLUMNS "7\t7\t9007199254740991\n"
					      "8\t8\t1\n" },
		/* A sum or a maximum that the samples can't have. */
		{ 5, MAGIC "# sum_ns=7 max_ns=8 over=0 count=1\n" COLUMNS
			   "7\t7\t1\n" },
		{ 5, MAGIC "# sum_ns=8 max_ns=7 over=0 count=1\n" COLUMNS
			   "7\t7\t1\n" },
		{ 4, MAGIC "# sum_ns=1 max_ns=0 over=0 count=0\n" COLUMNS },
		/* Fields and what is behind them. */
		{ 4, HEADER "7\t7\n" },
		{ 4, HEADER "7 7 1\n" },
		{ 4, HEADER "7\t7\t1\t1\n" },
		{ 4, HEADER "7\t7\t1 \n" },
		{ 4, HEADER "7\t7\t1\r\n" },
		{ 5, HEADER "7\t7\t1\n# the end\n" },
		{ 5, HEADER "7\t7\t1\n\n" },
		{ 5, HEADER "7\t7\t1\n8\t8\t1" },
	};
	struct hist before, into;

	(void)state;
	fill(&before, 4, 100);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		const char *text = broken[i].text;
		unsigned line = 99;

		into = before;
		if (read_bytes(&into, text, strlen(text), &line) == 0)
			fail_msg("taken:\n%s", text);
		assert_int_equal(errno, EINVAL);
		if (line != broken[i].line)
			fail_msg("line %u, not %u:\n%s", line, broken[i].line,
				 text);
		assert_memory_equal(&into, &before, sizeof(into));
	}
}

static void a_file_cut_short_is_refused(void **state)
{
	struct hist h, before, into;
	unsigned whole_lines = 0;
	char *text;

	(void)state;
	fill(&h, 5, 12);
	fill(&before, 6, 100);
	text = written(&h);
	for (size_t bytes = 0; bytes < strlen(text); bytes++) {
		unsigned line;

		if (bytes && text[bytes - 1] == '\n')
			whole_lines++;
		into = before;
		assert_int_equal(read_bytes(&into, text, bytes, &line), -1);
		assert_int_equal(errno, EINVAL);
		assert_int_equal(line, whole_lines + 1);
		assert_memory_equal(&into, &before, sizeof(into));
	}
	assert_true(whole_lines > 8);
	free(text);
}

static void version_1_is_read_without_a_count(void **state)
{
	static const char text[] = MAGIC_1 TOTALS_1 COLUMNS "7\t7\t1\n45056\t45"
							    "311\t12\n";
	struct hist h = { 0 };
	unsigned line;

	(void)state;
	assert_int_equal(read_bytes(&h, text, strlen(text), &line), 0);
	assert_int_equal(h.sum_ns, 200000000540);
	assert_int_equal(h.max_ns, 200000000000);
	assert_int_equal(h.over, 1);
	assert_int_equal(hist_count(&h), 14);
	assert_int_equal(h.bucket[hist_bucket(45056)], 12);
}

/* A disk that gives one line and then fails. */
static ssize_t give_one_line(void *given, char *buf, size_t bytes)
{
	size_t length = strlen(MAGIC);

	if (*(bool *)given || bytes < length) {
		errno = EIO;
		return -1;
	}
	*(bool *)given = true;
	memcpy(buf, MAGIC, length);
	return (ssize_t)length;
}

static void failures_of_the_file_are_told(void **state)
{
	struct hist h = { 0 };
	FILE *full = fopen("/dev/full", "w"), *folder = fopen("/", "r");
	bool given = false;
	FILE *failing = fopencookie(
		&given, "r", (cookie_io_functions_t){ .read = give_one_line });
	unsigned line = 99;

	(void)state;
	assert_non_null(full);
	assert_non_null(folder);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(hist_tsv_write(&h, full), -1);
	assert_int_equal(errno, ENOSPC);
	fclose(full);
	assert_int_equal(hist_tsv_read(&h, folder, &line), -1);
	assert_int_equal(errno, EISDIR);
	assert_int_equal(line, 0);
	fclose(folder);
	assert_non_null(failing);
	assert_int_equal(hist_tsv_read(&h, failing, &line), -1);
	assert_int_equal(errno, EIO);
	assert_int_equal(line, 0);
	fclose(failing);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(the_text_is_as_documented),
		cmocka_unit_test(broken_files_are_refused),
		cmocka_unit_test(a_file_cut_short_is_refused),
		cmocka_unit_test(version_1_is_read_without_a_count),
		cmocka_unit_test(failures_of_the_file_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
