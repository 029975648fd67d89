/* Letting sessions finish, on a machine whose wall clock is stepped. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/clock.h"
#include "server/log.h"
#include "server/sessions.h"
#include "server/stop.h"
#include "tests/unit/fixture_child.h"

#define LONG_NS (3600 * NS_PER_S)

static struct daemon_stats *stats;

static uint64_t true_ns(void)
{
	struct timespec now;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/*
 * In place of libc's: the wall clock is a day ahead and a day behind in turn,
 * as if it was set at every look.
 */
int clock_gettime(clockid_t id, struct timespec *now)
{
	static int step = 86400;
	int rc = (int)syscall(SYS_clock_gettime, id, now);

	if (id == CLOCK_REALTIME)
		now->tv_sec += step = -step;
	return rc;
}

static int begin(void **state)
{
	(void)state;
	stats = shm_anonymous(DAEMON_STATS_HEADER);
	if (!stats)
		return -1;
	assert_int_equal(sessions_set_up(stats, &reap_none), 0);
	return 0;
}

static int end(void **state)
{
	shm_unmap(stats);
	return child_reap_all(state);
}

static void add_session(void)
{
	sessions_add(child_live("session"));
	stats->forked++;
}

/* Ends by itself after a while, and says so, as sessions do. */
static void add_short_session(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		clock_sleep_until(clock_now_ns() + 50 * NS_PER_MS);
		stats->children_exited++;
		_exit(0);
	}
	assert_true(pid > 0);
	sessions_add(pid);
	stats->forked++;
}

static uint64_t time_of_drain(uint64_t timeout_ns)
{
	uint64_t start_ns = true_ns();

	sessions_drain(timeout_ns, 1);
	return true_ns() - start_ns;
}

static void with_no_timeout_nobody_is_waited_for(void **state)
{
	(void)state;
	add_session();
	assert_true(time_of_drain(0) < NS_PER_S);
}

static void without_sessions_there_is_no_wait(void **state)
{
	(void)state;
	assert_true(time_of_drain(LONG_NS) < NS_PER_S);
}

static void the_last_session_ends_it(void **state)
{
	uint64_t ns;

	(void)state;
	add_short_session();
	add_short_session();
	ns = time_of_drain(LONG_NS);
	assert_in_range(ns, 30 * NS_PER_MS, 10 * NS_PER_S);
	assert_int_equal(daemon_stats_live(stats), 0);
}

/* Until the kernel is asked, the counters take it for alive. */
static void who_was_killed_is_not_waited_for(void **state)
{
	(void)state;
	sessions_add(child_zombie("killed"));
	stats->forked++;
	add_short_session();
	assert_true(time_of_drain(LONG_NS) < 10 * NS_PER_S);
	assert_int_equal(stats->children_killed, 1);
}

static void the_timeout_is_kept_whatever_the_wall_clock_does(void **state)
{
	(void)state;
	add_session();
	assert_in_range(time_of_drain(200 * NS_PER_MS), 200 * NS_PER_MS,
			10 * NS_PER_S);
}

/* Last, as what was asked stays asked. */
static void being_told_again_ends_it(void **state)
{
	(void)state;
	add_session();
	assert_int_equal(stop_set_up(-1, NULL), 0);
	raise(SIGTERM);
	assert_int_equal(stop_times(), 1);
	assert_in_range(time_of_drain(100 * NS_PER_MS), 100 * NS_PER_MS,
			10 * NS_PER_S);
	raise(SIGINT);
	assert_int_equal(stop_times(), 2);
	assert_true(time_of_drain(LONG_NS) < 10 * NS_PER_S);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(with_no_timeout_nobody_is_waited_for),
		TEST(without_sessions_there_is_no_wait),
		TEST(the_last_session_ends_it),
		TEST(who_was_killed_is_not_waited_for),
		TEST(the_timeout_is_kept_whatever_the_wall_clock_does),
		TEST(being_told_again_ends_it),
	};

	signal(SIGINT, SIG_DFL);  /* a shell's "&" ignores it */
	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	if (log_open("/dev/null") < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
