/* The percentile distribution, against one that hdr-histogram-js printed. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "loadgen/hgrm.h"

/* As text; to be freed. */
static char *written(const struct hist *h)
{
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	assert_int_equal(hgrm_write(h, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* But for the infinity, and for the mean, which is exact. */
static void the_text_is_the_usual_one(void **state)
{
	struct hist h = { 0 };
	char *text;

	(void)state;
	for (uint64_t us = 1; us <= 8; us++)
		hist_record(&h, us * 1000);
	text = written(&h);
	assert_string_equal(
		text, "       Value     Percentile TotalCount "
		      "1/(1-Percentile)\n\n"
		      "       1.003 0.000000000000          1           1.00\n"
		      "       1.003 0.100000000000          1           1.11\n"
		      "       2.007 0.200000000000          2           1.25\n"
		      "       3.007 0.300000000000          3           1.43\n"
		      "       4.015 0.400000000000          4           1.67\n"
		      "       4.015 0.500000000000          4           2.00\n"
		      "       5.023 0.550000000000          5           2.22\n"
		      "       5.023 0.600000000000          5           2.50\n"
		      "       6.015 0.650000000000          6           2.86\n"
		      "       6.015 0.700000000000          6           3.33\n"
		      "       6.015 0.750000000000          6           4.00\n"
		      "       7.007 0.775000000000          7           4.44\n"
		      "       7.007 0.800000000000          7           5.00\n"
		      "       7.007 0.825000000000          7           5.71\n"
		      "       7.007 0.850000000000          7           6.67\n"
		      "       7.007 0.875000000000          7           8.00\n"
		      "       8.031 0.887500000000          8           8.89\n"
		      "       8.031 1.000000000000          8            inf\n"
		      "#[Mean    =        4.500, StdDeviation   =        "
		      "2.292]\n"
		      "#[Max     =        8.000, Total count    =            "
		      "8]\n"
		      "#[Buckets =           30, SubBuckets     =          "
		      "256]\n");
	free(text);
}

static void samples_out_of_range_are_in_it(void **state)
{
	struct hist h = { 0 };
	char *text;

	(void)state;
	hist_record(&h, 1000);
	hist_record(&h, UINT64_C(1) << 38);
	hist_record(&h, (UINT64_C(1) << 39) + 1);
	text = written(&h);
	assert_non_null(strstr(text, "\n       1.003 0.300000000000          "
				     "1"));
	assert_non_null(strstr(text, "\n554050781.183 0.400000000000          "
				     "3"));
	assert_non_null(strstr(text, "\n554050781.183 1.000000000000          "
				     "3"));
	assert_non_null(strstr(text, "#[Max     = 549755813.889, Total count"));
	assert_non_null(strstr(text, "#[Buckets =           33, SubBuckets"));
	free(text);
}

/* Where doubles cannot tell the percentile before the last from 100. */
static void counts_of_any_size_end(void **state)
{
	struct hist h = { 0 };
	char *text;

	(void)state;
	h.bucket[1] = INT64_MAX - 1;
	h.bucket[2] = 1;
	text = written(&h);
	assert_non_null(strstr(text, "1.000000000000 9223372036854775807"));
	assert_true(strlen(text) < 30000);
	free(text);
}

static void an_empty_one_and_a_full_disk(void **state)
{
	struct hist h = { 0 };
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	errno = 0;
	assert_int_equal(hgrm_write(&h, full), -1);
	assert_int_equal(errno, ENODATA);
	assert_false(ferror(full));
	hist_record(&h, 5);
	assert_int_equal(hgrm_write(&h, full), -1);
	assert_int_equal(errno, ENOSPC);
	fclose(full);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_is_the_usual_one),
		cmocka_unit_test(samples_out_of_range_are_in_it),
		cmocka_unit_test(counts_of_any_size_end),
		cmocka_unit_test(an_empty_one_and_a_full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
