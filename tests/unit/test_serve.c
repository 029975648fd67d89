/* The accept loop, with an accept() that fails as the test says. */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "lib/daemon_stats.h"
#include "server/log.h"
#include "server/serve.h"

static const int *next_error;

/* In place of libc's. */
int accept(int fd, __SOCKADDR_ARG address, socklen_t *restrict bytes)
{
	(void)fd;
	(void)address;
	(void)bytes;
	errno = *next_error++;
	return -1;
}

/* Returns how many failures were counted, up to the one that ends the loop. */
static uint64_t failures_of(const int *errors, int last)
{
	struct daemon_stats *stats = shm_anonymous(DAEMON_STATS_HEADER);
	struct serve s = { .listen_fd = -1, .stats = stats };
	uint64_t failures;

	assert_non_null(stats);
	next_error = errors;
	assert_int_equal(serve(&s), -1);
	assert_int_equal(errno, last);
	assert_int_equal(*next_error, 0); /* all were had */
	assert_int_equal(stats->accepted, 0);
	failures = stats->accept_failures;
	shm_unmap(stats);
	return failures;
}

static void connections_that_are_lost_are_no_failures(void **state)
{
	static const int errors[] = {
		ECONNABORTED, EPROTO, EHOSTUNREACH, EPERM, EINTR, EBADF, 0
	};

	(void)state;
	assert_int_equal(failures_of(errors, EBADF), 0);
}

static void want_of_descriptors_or_memory_is_counted(void **state)
{
	static const int errors[] = { EMFILE,  ENFILE, ECONNABORTED,
				      ENOBUFS, ENOMEM, EINVAL,
				      0 };

	(void)state;
	assert_int_equal(failures_of(errors, EINVAL), 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_that_are_lost_are_no_failures),
		cmocka_unit_test(want_of_descriptors_or_memory_is_counted),
	};

	if (log_open("/dev/null") < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
