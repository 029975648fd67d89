/*
 * The accept loop, with an accept() that does as the test says, and reap modes
 * of its own.
 */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "lib/daemon_stats.h"
#include "server/log.h"
#include "server/serve.h"
#include "server/sessions.h"

enum { CONNECTED = -1 };

static const int *next_error;

/* In place of libc's. */
int accept(int fd, __SOCKADDR_ARG address, socklen_t *restrict bytes)
{
	(void)fd;
	(void)address;
	(void)bytes;
	errno = *next_error++;
	return errno == CONNECTED ? open("/dev/null", O_RDWR) : -1;
}

/* Returns how many failures were counted, up to the one that ends the loop. */
static uint64_t failures_of(const int *errors, int last)
{
	struct daemon_stats *stats = shm_anonymous(DAEMON_STATS_HEADER);
	static const struct options o;
	struct server s = { .options = &o,
			    .listen_fd = -1,
			    .stats = stats,
			    .reap = &reap_none };
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

/* A reap mode whose descriptor is the end of a pipe, as the listener's is. */
static struct daemon_stats *counters;
static int word[2], listener[2];

static void see_to_it(void)
{
	char byte;

	assert_int_equal(read(word[0], &byte, 1), 1);
	counters->children_exited++;
	assert_int_equal(write(listener[1], "", 1), 1);
}

static const struct reap waking = {
	.wake_fd = &word[0],
	.on_wake = see_to_it,
};

/* Serves with that mode, which has one thing to see to, until it fails. */
static void serve_waking(uint64_t max_children, uint64_t forked)
{
	static const int errors[] = { EAGAIN, EBADF, 0 };
	const struct options o = { .max_children = max_children };
	struct server s = { .options = &o, .reap = &waking };

	assert_int_equal(pipe(word), 0);
	assert_int_equal(pipe(listener), 0);
	assert_int_equal(write(word[1], "", 1), 1);
	s.listen_fd = listener[0];
	s.stats = counters = shm_anonymous(DAEMON_STATS_HEADER);
	assert_non_null(counters);
	assert_int_equal(sessions_set_up(counters, s.reap), 0);
	counters->forked = forked;
	next_error = errors;
	assert_int_equal(serve(&s), -1);
	assert_int_equal(errno, EBADF);
	assert_true(fcntl(listener[0], F_GETFL) & O_NONBLOCK);
	assert_int_equal(counters->wakeups, 1);
	assert_int_equal(counters->accept_failures, 0);
	assert_int_equal(counters->children_killed, 0);
	shm_unmap(counters);
	for (int i = 0; i < 2; i++) {
		close(word[i]);
		close(listener[i]);
	}
}

static void a_mode_s_descriptor_is_waited_for_too(void **state)
{
	(void)state;
	serve_waking(0, 0);
}

/* It makes the room that is waited for; else the child were found killed. */
static void also_while_there_is_no_room(void **state)
{
	(void)state;
	serve_waking(1, 1);
}

/* The connection is at its end, so the child leaves by itself. */
static void note_child(void)
{
	counters->reaped++;
}

static int lose(pid_t *pid)
{
	assert_int_equal(waitpid(*pid, NULL, 0), *pid);
	return ENOMEM;
}

static void a_child_that_does_not_serve_is_a_failed_fork(void **state)
{
	static const int errors[] = { CONNECTED, EBADF, 0 };
	static const struct reap losing = {
		.after_fork = lose,
		.in_child = note_child,
	};
	static const struct options o;
	struct server s = { .options = &o, .listen_fd = -1, .reap = &losing };

	(void)state;
	s.stats = counters = shm_anonymous(DAEMON_STATS_HEADER);
	assert_non_null(counters);
	assert_int_equal(sessions_set_up(counters, s.reap), 0);
	next_error = errors;
	assert_int_equal(serve(&s), -1);
	assert_int_equal(counters->accepted, 1);
	assert_int_equal(counters->fork_failures, 1);
	assert_int_equal(counters->forked, 0);
	assert_int_equal(hist_count(&counters->fork), 0);
	assert_int_equal(counters->reaped, 1);
	assert_int_equal(counters->children_started, 1);
	shm_unmap(counters);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(connections_that_are_lost_are_no_failures),
		cmocka_unit_test(what_is_wanting_is_counted_and_waited_for),
		cmocka_unit_test(a_mode_s_descriptor_is_waited_for_too),
		cmocka_unit_test(also_while_there_is_no_room),
		cmocka_unit_test(a_child_that_does_not_serve_is_a_failed_fork),
	};

	if (log_open("/dev/null") < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
