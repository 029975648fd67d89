/* What limits a run, from texts and from this machine. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/limits.h"
#include "lib/sock.h"
#include "loadgen/machine.h"

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

		assert_int_equal(machine_ports(range, reserved),
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

static struct address address_of(const char *host)
{
	struct address a;
	char why[PARSE_WHY];

	assert_int_equal(parse_address(host, &a, why), 0);
	return a;
}

static void this_machine_is_read(void **state)
{
	struct address any = address_of("127.0.0.1"), bound;
	int fd = sock_listen(&any, 5, &bound);
	struct machine m;
	struct rlimit limit;

	(void)state;
	assert_true(fd >= 0);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	m = machine_read(&bound);
	assert_int_equal(m.descriptors, limit.rlim_max);
	getrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(limit.rlim_cur, limit.rlim_max);
	assert_true(m.local);
	assert_true(m.loopback);
	assert_int_equal(m.backlog, 5);
	assert_in_range(m.ports, 1, 65535);
	assert_true(m.time_wait_s == 1 || m.time_wait_s == 60);
	assert_non_null(m.process_limit);
	assert_true(m.processes < limits_number("/proc/sys/kernel/pid_max"));
	close(fd);
}

static void loopback_is_told_from_others(void **state)
{
	static const struct {
		const char *host;
		bool loopback;
	} known[] = {
		{ "127.0.0.1", true },
		{ "127.255.255.254", true },
		{ "::1", true },
		{ "126.255.255.255", false },
		{ "128.0.0.1", false },
		{ "0.0.0.0", false },
		{ "198.51.100.1", false },
		{ "2001:db8::1", false },
		{ "2001:db8::1:127", false },
		{ "::", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct address a = address_of(known[i].host);

		assert_int_equal(machine_read(&a).loopback, known[i].loopback);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_are_counted),
		cmocka_unit_test(numbers_of_files),
		cmocka_unit_test(this_machine_is_read),
		cmocka_unit_test(loopback_is_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
