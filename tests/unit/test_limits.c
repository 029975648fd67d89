/* Limits, from texts and numbers. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/limits.h"

static FILE *text_file(const char *text)
{
	FILE *in;

	if (!text)
		return NULL;
	in = tmpfile();
	assert_non_null(in);
	fputs(text, in);
	rewind(in);
	return in;
}

static void ports_are_counted(void **state)
{
	static const struct {
		const char *range, *reserved;
		uint64_t ports;
	} known[] = {
		{ "32768\t60999\n", "\n", 28232 },
		{ "32768\t60999\n", NULL, 28232 },
		{ "1024 65535\n", "", 64512 },
		{ "40000 40000\n", "\n", 1 },
		{ "32768 60999\n", "40000\n", 28231 },
		{ "32768 60999\n", "8080,40000,50000-50009\n", 28221 },
		{ "32768 60999\n", "1-32767,61000-65535\n", 28232 },
		{ "32768 60999\n", "30000-32769,60998-65535\n", 28228 },
		{ "40000 40009\n", "30000-50000\n", 0 },
		{ NULL, NULL, 65535 },
		{ "", "80\n", 65534 },
		{ "x y\n", "x\n", 65535 },
		{ "60999 32768\n", NULL, 65535 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		FILE *range = text_file(known[i].range);
		FILE *reserved = text_file(known[i].reserved);

		assert_int_equal(limits_ports(range, reserved).count,
				 known[i].ports);
		if (range)
			fclose(range);
		if (reserved)
			fclose(reserved);
	}
}

static void numbers_of_files(void **state)
{
	static const struct {
		const char *text;
		uint64_t number;
	} known[] = {
		{ "0\n", 0 },
		{ "4194304\n", 4194304 },
		{ "32768\t60999\n", 32768 },
		{ "max\n", UINT64_MAX },
		{ "", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		FILE *file = text_file(known[i].text);
		char path[64];

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
		assert_int_equal(limits_number(path), known[i].number);
		fclose(file);
	}
	assert_int_equal(limits_number("/nowhere"), UINT64_MAX);
}

static void what_is_taken_is_no_room(void **state)
{
	struct limits l = { .most = { 1000, 999, 5000, UINT64_MAX },
			    .taken = 1000 };

	(void)state;
	assert_int_equal(limits_room(&l, LIMITS_PID_MAX), 0);
	assert_int_equal(limits_room(&l, LIMITS_THREADS_MAX), 0);
	assert_int_equal(limits_room(&l, LIMITS_USER), 4000);
	assert_int_equal(limits_room(&l, LIMITS_CGROUP), UINT64_MAX);
}

static void the_least_limit_is_named(void **state)
{
	const char *name = NULL;
	uint64_t room = limits_processes(&name);
	struct limits l;
	int kind = 0;

	(void)state;
	limits_read(&l);
	while (kind < LIMITS_KINDS && name != limits_names[kind])
		kind++;
	assert_true(kind < LIMITS_KINDS);
	for (int i = 0; i < LIMITS_KINDS; i++)
		assert_true(l.most[kind] <= l.most[i]);
	assert_true(room < l.most[kind]);
}

static void workers_share_the_sessions(void **state)
{
	(void)state;
	assert_int_equal(limits_workers(968, 1000), 1);
	assert_int_equal(limits_workers(969, 1000), 2);
	assert_int_equal(limits_workers(64, 33), 64);
	assert_int_equal(limits_workers(1, 32), UINT64_MAX);
	assert_int_equal(limits_workers(1, UINT64_MAX), 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_counted),
		cmocka_unit_test(numbers_of_files),
		cmocka_unit_test(what_is_taken_is_no_room),
		cmocka_unit_test(the_least_limit_is_named),
		cmocka_unit_test(workers_share_the_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
