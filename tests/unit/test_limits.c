/* Limits, from texts and numbers. */

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "lib/limits.h"
#include "tests/unit/fixture_scratch.h"

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
	struct limits l = { .most = { 1000, 999, 5000 },
			    .taken = 1000,
			    .cgroup_room = 7 };

	(void)state;
	assert_int_equal(limits_room(&l, LIMITS_PID_MAX), 0);
	assert_int_equal(limits_room(&l, LIMITS_THREADS_MAX), 0);
	assert_int_equal(limits_room(&l, LIMITS_USER), 4000);
	assert_int_equal(limits_room(&l, LIMITS_CGROUP), 7);
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
	/* What is taken may have changed a little since. */
	for (int i = 0; i < LIMITS_KINDS; i++)
		assert_true(room / 2 <= limits_room(&l, i));
}

static void put(const char *name, const char *text)
{
	char path[PATH_MAX];
	FILE *out;

	snprintf(path, sizeof(path), "%s", scratch_file(name));
	for (char *at = path + strlen(scratch) + 1; (at = strchr(at, '/'));
	     at++) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

static uint64_t cgroup_room(void)
{
	return limits_cgroup_room(scratch_file("groups"), scratch);
}

/* What its own processes have taken, and in every group above. */
static void the_tightest_group_counts(void **state)
{
	(void)state;
	assert_int_equal(cgroup_room(), UINT64_MAX);
	put("groups", "0::/a/b\n");
	assert_int_equal(cgroup_room(), UINT64_MAX);
	put("a/b/pids.max", "max\n");
	put("a/b/pids.current", "3\n");
	assert_int_equal(cgroup_room(), UINT64_MAX);
	put("a/pids.max", "500\n");
	put("a/pids.current", "100\n");
	assert_int_equal(cgroup_room(), 400);
	put("pids.max", "450\n");
	put("pids.current", "40\n");
	assert_int_equal(cgroup_room(), 400);
	put("a/b/pids.max", "2\n");
	assert_int_equal(cgroup_room(), 0);
	put("groups", "8:pids:/c\n4:memory:/a/b\n0::/\n");
	assert_int_equal(cgroup_room(), 410);
	put("pids/c/pids.max", "max\n");
	put("pids/pids.max", "9\n");
	put("pids/pids.current", "4\n");
	assert_int_equal(cgroup_room(), 5);
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
		cmocka_unit_test_setup_teardown(the_tightest_group_counts,
						scratch_make, scratch_remove),
		cmocka_unit_test(workers_share_the_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
