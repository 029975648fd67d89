/* The accept loop, with an accept() that fails as the test says. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cmocka.h>

#include "lib/clock.h"
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
	static const int errors[] = { ECONNABORTED, EPROTO,   EHOSTUNREACH,
				      EHOSTDOWN,    ENETDOWN, ENETUNREACH,
				      ENOPROTOOPT,  ENONET,   EINTR,
				      EBADF,	    0 };

	(void)state;
	assert_int_equal(failures_of(errors, EBADF), 0);
}

static void nothing(int signal_number)
{
	(void)signal_number;
}

/* Signals come meanwhile, as when children die. */
static void what_is_wanting_is_counted_and_waited_for(void **state)
{
	static const int errors[] = { EMFILE, ENFILE,	    ENOBUFS,
				      ENOMEM, ECONNABORTED, EACCES,
				      EPERM,  EINVAL,	    0 };
	static const struct itimerval often = { { 0, 3000 }, { 0, 3000 } };
	static const struct itimerval never = { { 0, 0 }, { 0, 0 } };
	uint64_t start_ns = clock_now_ns();

	(void)state;
	signal(SIGALRM, nothing);
	setitimer(ITIMER_REAL, &often, NULL);
	assert_int_equal(failures_of(errors, EINVAL), 6);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_true(clock_now_ns() - start_ns >= 6 * 100 * NS_PER_MS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_that_are_lost_are_no_failures),
		cmocka_unit_test(what_is_wanting_is_counted_and_waited_for),
	};

	if (log_open("/dev/null") < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
