/* What limits a run, from this machine. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/limits.h"
#include "lib/sock.h"
#include "loadgen/machine.h"

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
		cmocka_unit_test(this_machine_is_read),
		cmocka_unit_test(loopback_is_told_from_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
