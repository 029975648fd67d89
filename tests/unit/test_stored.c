/* Reading results back: what is not whole and as it was written is refused. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/fixture_scratch.h"
#include "tests/unit/fixture_stored.h"

#define NAME "a.json"
#define A_JSON scratch_file(NAME)
static char why[STORED_WHY];

/* Stores it with one key changed, and reads it back. */
static int store(const struct stored *s, const char *within, const char *key,
		 const char *value, struct stored *back)
{
	assert_int_equal(fixture_store(s, within, key, value), 0);
	return stored_read(A_JSON, back, why);
}

static void one_wrong_key_is_refused(void **state)
{
	/* value NULL: without the key */
	static const struct {
		const char *within, *key, *value, *words;
	} cases[] = {
		{ NULL, "schema_version", "2", "newer loadgen" },
		{ NULL, "schema_version", NULL, "`schema_version` is not" },
		{ NULL, "merged", "[]", "merged already" },
		{ NULL, "config", "[]", "`config` is not an object" },
		{ NULL, "sessions", NULL, "`sessions.begun` is not" },
		{ NULL, "window", "5", "`window` is not a time span" },
		{ NULL, "window", NULL, "`window` is not a time span" },
		{ NULL, "window", "{\"start_unix_s\": 9, \"end_unix_s\": 9}",
		  "`window` is not a time span" },
		{ NULL, "window", "{\"start_unix_s\": 1, \"end_unix_s\": 9}",
		  "`rates.messages_per_s` is not" },
		{ NULL, "histograms", NULL, "`histograms.connect` is not" },
		{ "sessions", "served", "-1", "`sessions.served` is not" },
		{ "sessions", "served", "1.5", "`sessions.served` is not" },
		{ "sessions", "requested", NULL, "`sessions.requested`" },
		{ "sessions", "failed", "{\"EOF\": 1.0}",
		  "`sessions.failed` is not" },
		{ "sessions", "failed", "[]", "`sessions.failed` is not" },
		{ "sessions", "failed", "{\"E\\nX\": 1}",
		  "`sessions.failed` is not a set" },
		{ "sessions", "failed", "{\"EOF\": -1}",
		  "`sessions.failed` is not" },
		{ "sessions", "failed",
		  "{\"EOF\": 9223372036854775807, \"EPIPE\": 1}",
		  "`sessions.failed` is not" },
		{ "messages", "late", "\"1\"", "`messages.late` is not" },
		{ "messages", "unsent", NULL, "`messages.unsent` is not" },
		{ "rates", "messages_per_s", "-1", "`rates.messages_per_s`" },
		{ "rates", "messages_per_s", "1e300",
		  "`rates.messages_per_s`" },
		{ "histograms", "send_lag", NULL, "`histograms.send_lag`" },
		{ "histograms", "echo", "{\"sum_ns\": 1, \"max_ns\": 1}",
		  "`histograms.echo` is not a whole histogram" },
		{ "histograms", "echo",
		  "{\"sum_ns\": 1, \"max_ns\": 1, \"hdr\": \"HISTFAAA\"}",
		  "`histograms.echo` is not a whole histogram" },
		{ "histograms", "echo", "{\"sum_ns\": -1, \"max_ns\": 1}",
		  "`histograms.echo` is not a whole" },
		{ "verdict", "status", "\"fine\"", "`verdict.status` is not" },
		{ "verdict", "status", NULL, "`verdict.status` is not" },
		{ "verdict", "reasons", "{}", "`verdict.reasons` is not" },
		{ "verdict", "reasons", "[1]", "`verdict.reasons` is not" },
	};
	struct stored run, back;

	(void)state;
	assert_int_equal(fixture_stored(&run, A_JSON), 0);
	run.result.steady_start_unix_s = 1.7e9;
	run.result.steady_end_unix_s = 1.7e9 + 1;
	run.result.sum->echoed = run.result.sum->echoed_in_window = 100;
	run.result.messages_per_s = 100;
	hist_record(&run.result.sum->echo, 1000);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		if (store(&run, cases[k].within, cases[k].key, cases[k].value,
			  &back) == 0)
			fail_msg("taken: %s %s", cases[k].key, cases[k].value);
		if (!strstr(why, cases[k].words) || strchr(why, '\n') ||
		    strncmp(why, A_JSON, strlen(A_JSON)) != 0)
			fail_msg("no `%s` in: %s", cases[k].words, why);
	}
	stored_release(&run);
}

/* A histogram's sum and maximum that its samples can't have. */
static void absurd_histograms_are_refused(void **state)
{
	static const struct {
		uint64_t sum_ns, max_ns;
		int taken;
	} cases[] = {
		{ 3000, 1000, 1 },
		{ 2900, 1000, 1 },
		{ 999, 1000, 0 },
		{ 3001 * 1000, 1000, 0 },
		{ 3000, 900, 0 },
		{ 4000, 1100, 0 },
		{ 3000, 0, 0 },
		{ UINT64_C(1) << 40, UINT64_C(1) << 38, 0 },
		{ 30000, 10000, 0 },
	};
	struct stored run, back;

	(void)state;
	assert_int_equal(fixture_stored(&run, A_JSON), 0);
	for (int i = 0; i < 3; i++)
		hist_record(&run.result.sum->echo, 1000);
	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		run.result.sum->echo.sum_ns = cases[k].sum_ns;
		run.result.sum->echo.max_ns = cases[k].max_ns;
		assert_int_equal(store(&run, NULL, NULL, NULL, &back),
				 cases[k].taken ? 0 : -1);
		if (cases[k].taken)
			stored_release(&back);
	}
	/* As many samples as the latency says: 3. */
	run.result.sum->echo.sum_ns = 3000;
	run.result.sum->echo.max_ns = 1000;
	assert_int_equal(store(&run, NULL, "latency_us",
			       "{\"echo\": {\"count\": 4}}", &back),
			 -1);
	stored_release(&run);
}

static void write_text(const char *text, size_t bytes)
{
	FILE *out = fopen(A_JSON, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, bytes, out), bytes);
	assert_int_equal(fclose(out), 0);
}

static void must_refuse(const char *words)
{
	struct stored back;

	assert_int_equal(stored_read(A_JSON, &back, why), -1);
	if (!strstr(why, words) || strchr(why, '\n'))
		fail_msg("no `%s` in: %s", words, why);
}

static void what_is_no_result_is_refused(void **state)
{
	static const char twice[] = "{\"a\": 1, \"a\": 1}";
	static char spaces[(4 << 20) + 1];

	(void)state;
	unlink(A_JSON);
	must_refuse("No such file");
	write_text("", 0);
	must_refuse("not whole JSON");
	write_text("[1]", 3);
	must_refuse("not a JSON object");
	write_text("{} {}", 5);
	must_refuse("not whole JSON");
	write_text("{\"a\": \0}", 8);
	must_refuse("not whole JSON");
	write_text(twice, strlen(twice));
	must_refuse("not whole JSON");
	memset(spaces, ' ', sizeof(spaces));
	write_text(spaces, sizeof(spaces));
	must_refuse("longer than");
}

/* However much of the file is there, less than all is refused. */
static void cut_files_are_refused(void **state)
{
	static char text[1 << 16];
	struct stored run, back;
	size_t bytes;
	FILE *in;

	(void)state;
	assert_int_equal(fixture_stored(&run, A_JSON), 0);
	hist_record(&run.result.sum->echo, 1000);
	assert_int_equal(store(&run, NULL, NULL, NULL, &back), 0);
	stored_release(&back);
	stored_release(&run);
	in = fopen(A_JSON, "r");
	assert_non_null(in);
	bytes = fread(text, 1, sizeof(text), in);
	fclose(in);
	assert_true(bytes > 100 && bytes < sizeof(text));
	for (size_t n = 0; n < bytes; n += 7) {
		write_text(text, n);
		must_refuse("not whole JSON");
	}
}

static int finish(void **state)
{
	(void)state;
	return scratch_remove_with(NAME);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_wrong_key_is_refused),
		cmocka_unit_test(absurd_histograms_are_refused),
		cmocka_unit_test(what_is_no_result_is_refused),
		cmocka_unit_test(cut_files_are_refused),
	};

	return cmocka_run_group_tests(tests, scratch_make, finish);
}
