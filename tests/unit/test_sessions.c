/* The daemon's living sessions: counted, and ended. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/sessions.h"
#include "tests/unit/fixture_child.h"

static struct daemon_stats stats;

enum { LONG_MS = 10000 };

/* A session. */
static pid_t live_session(void)
{
	pid_t pid = child_live("session");

	sessions_add(pid);
	return pid;
}

static void the_living_are_counted(void **state)
{
	pid_t dead = child_zombie("session");

	(void)state;
	assert_int_equal(sessions_count(), 0);
	sessions_add(dead);
	assert_int_equal(sessions_count(), 0);
	live_session();
	live_session();
	assert_int_equal(sessions_count(), 2);
}

static void a_stopped_one_is_alive(void **state)
{
	pid_t pid = live_session();

	(void)state;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(sessions_count(), 1);
	kill(pid, SIGKILL);
	child_await_zombie(pid);
	assert_int_equal(sessions_count(), 0);
}

/* Those of the starter, whose exec made it the daemon; whatever their name. */
static void children_that_were_not_added_are_no_sessions(void **state)
{
	pid_t other = child_live("session");

	(void)state;
	assert_int_equal(sessions_count(), 0);
	live_session();
	assert_int_equal(sessions_count(), 1);
	assert_int_equal(sessions_end(LONG_MS, 0), 0);
	assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
}

/* The number of one that was collected may be somebody else's by now. */
static void who_was_collected_is_not_sent_a_signal(void **state)
{
	(void)state;
	sessions_add(getpid()); /* alive, and no child */
	assert_int_equal(sessions_end(0, 0), 0);
}

/* Dead ones, which nobody collects. */
static void the_list_keeps_the_living_of_any_number(void **state)
{
	enum { ROUNDS = 5000 };
	pid_t dead = child_zombie("session");

	(void)state;
	live_session();
	for (int i = 0; i < ROUNDS; i++)
		sessions_add(dead);
	live_session();
	for (int i = 0; i < ROUNDS; i++)
		sessions_add(dead);
	assert_int_equal(sessions_count(), 2);
}

static void ended_by(int signal_number, pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), signal_number);
}

static void none_left_is_a_success(void **state)
{
	(void)state;
	assert_int_equal(sessions_end(0, 0), 0);
	sessions_add(child_zombie("session"));
	assert_int_equal(sessions_end(0, 0), 0);
}

static void they_end_by_sigterm(void **state)
{
	pid_t one = live_session(), other = live_session();

	(void)state;
	assert_int_equal(sessions_end(LONG_MS, 0), 0);
	ended_by(SIGTERM, one);
	ended_by(SIGTERM, other);
}

static void what_sigterm_does_not_end_sigkill_does(void **state)
{
	pid_t polite, deaf;

	(void)state;
	polite = live_session();
	signal(SIGTERM, SIG_IGN); /* is inherited */
	deaf = live_session();
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(sessions_end(100, LONG_MS), 0);
	ended_by(SIGTERM, polite);
	ended_by(SIGKILL, deaf);
}

static struct rlimit usual; /* of descriptors */

static void raise_limit(int signal_number)
{
	(void)signal_number;
	setrlimit(RLIMIT_NOFILE, &usual);
}

static void without_a_descriptor_it_is_tried_again(void **state)
{
	const struct itimerval soon = { .it_value.tv_usec = 100 * 1000 };
	struct rlimit none;
	pid_t pid = live_session();

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(sessions_count(), 1);
	assert_int_equal(sessions_end(30, 30), -1);
	assert_int_equal(errno, ETIMEDOUT);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	signal(SIGALRM, raise_limit);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_int_equal(sessions_end(LONG_MS, 0), 0);
	signal(SIGALRM, SIG_DFL);
	ended_by(SIGTERM, pid);
}

/*
 * A daemon whose child ends when `line` does, and may not be sent a signal, as
 * it is root's. Exits with 0 if live_end() gives up.
 */
static _Noreturn void fail_to_end(const int line[2])
{
	char byte;

	pid_t pid = fork();

	if (pid == 0) {
		close(line[1]);
		_exit(read(line[0], &byte, 1) != 0);
	}
	sessions_add(pid);
	alarm(LONG_MS / 1000);
	if (setresuid(54321, 54321, 54321) < 0)
		_exit(2);
	_exit(sessions_end(30, 30) == -1 && errno == ETIMEDOUT ? 0 : 1);
}

static void what_can_t_be_ended_is_given_up(void **state)
{
	int line[2], status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0)
		skip();
	assert_int_equal(pipe(line), 0);
	pid = fork();
	if (pid == 0)
		fail_to_end(line);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	close(line[0]);
	close(line[1]);
	assert_int_equal(status, 0);
}

/* A process that another has forked and left, in this one's group. */
static pid_t orphan(const char *name)
{
	int told[2];
	pid_t pid, between;

	assert_int_equal(pipe(told), 0);
	between = fork();
	if (between == 0) {
		pid = fork();
		if (pid == 0) {
			prctl(PR_SET_NAME, name);
			alarm(LONG_MS / 1000);
			pid = getpid();
			if (write(told[1], &pid, sizeof(pid)) < 0)
				_exit(1);
			for (;;)
				pause();
		}
		_exit(0);
	}
	assert_true(between > 0);
	assert_int_equal(waitpid(between, NULL, 0), between);
	assert_int_equal(read(told[0], &pid, sizeof(pid)), sizeof(pid));
	close(told[0]);
	close(told[1]);
	return pid;
}

static void begin_orphans(void)
{
	assert_int_equal(sessions_set_up(&stats, &reap_double_fork), 0);
	assert_int_equal(setpgid(0, 0), 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
}

static int end_orphans(void **state)
{
	assert_int_equal(sessions_set_up(&stats, &reap_none), 0);
	return child_reap_all(state);
}

static void orphans_are_recognised_by_group_and_name(void **state)
{
	char name[REAP_NAME];
	pid_t other, mine, dead, stranger;

	(void)state;
	begin_orphans();
	reap_orphan_name(name);
	mine = orphan(name);
	other = orphan("echod 1"); /* of another daemon of a shell's pipeline */
	dead = child_zombie(name);
	stranger = child_live(name);
	assert_int_equal(setpgid(stranger, 0), 0);
	sessions_add(mine);
	sessions_add(other);
	sessions_add(dead);
	sessions_add(stranger);
	assert_int_equal(sessions_count(), 1);
	assert_int_equal(sessions_end(LONG_MS, 0), 0);
	ended_by(SIGTERM, mine);
	assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
	assert_int_equal(waitpid(stranger, NULL, WNOHANG), 0);
}

/* /proc cannot be read then. */
static void without_a_descriptor_orphans_count_as_alive(void **state)
{
	char name[REAP_NAME];
	struct rlimit none;

	(void)state;
	begin_orphans();
	reap_orphan_name(name);
	sessions_add(orphan(name));
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(sessions_count(), 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &usual), 0);
	assert_int_equal(sessions_end(LONG_MS, 0), 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, child_reap_all)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_living_are_counted),
		TEST(a_stopped_one_is_alive),
		TEST(children_that_were_not_added_are_no_sessions),
		TEST(who_was_collected_is_not_sent_a_signal),
		TEST(the_list_keeps_the_living_of_any_number),
		TEST(none_left_is_a_success),
		TEST(they_end_by_sigterm),
		TEST(what_sigterm_does_not_end_sigkill_does),
		TEST(without_a_descriptor_it_is_tried_again),
		TEST(what_can_t_be_ended_is_given_up),
		cmocka_unit_test_teardown(
			orphans_are_recognised_by_group_and_name, end_orphans),
		cmocka_unit_test_teardown(
			without_a_descriptor_orphans_count_as_alive,
			end_orphans),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	assert_int_equal(sessions_set_up(&stats, &reap_none), 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
