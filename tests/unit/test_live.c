/* The daemon's living children: counted, and ended. */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/live.h"
#include "tests/unit/fixture_child.h"

enum { LONG_MS = 10000 };

static void the_living_are_counted(void **state)
{
	(void)state;
	assert_int_equal(live_count(LIVE_CHILDREN), 0);
	child_zombie("daemon");
	assert_int_equal(live_count(LIVE_CHILDREN), 0);
	child_live("daemon");
	child_live("daemon");
	assert_int_equal(live_count(LIVE_CHILDREN), 2);
}

/* Those of the starter, whose exec made it the daemon. */
static void children_of_another_name_are_no_sessions(void **state)
{
	pid_t logger = child_live("logger");

	(void)state;
	assert_int_equal(live_count(LIVE_CHILDREN), 0);
	child_live("daemon");
	assert_int_equal(live_count(LIVE_CHILDREN), 1);
	assert_int_equal(live_end(LIVE_CHILDREN, LONG_MS, 0), 0);
	assert_int_equal(waitpid(logger, NULL, WNOHANG), 0);
}

static int omissions;

/* In place of libc's: so many long texts, as the list is, lack their last. */
ssize_t read(int fd, void *buffer, size_t bytes)
{
	const char *text = buffer;
	ssize_t n = syscall(SYS_read, fd, buffer, bytes);

	if (bytes < 4096 || n <= 0 || omissions == 0)
		return n;
	omissions--;
	do
		n--;
	while (n > 0 && text[n - 1] != ' ');
	return n;
}

static void a_list_that_changes_is_not_believed(void **state)
{
	(void)state;
	child_live("daemon");
	child_live("daemon");
	omissions = 1;
	assert_int_equal(live_count(LIVE_CHILDREN), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(omissions, 0);
	assert_int_equal(live_count(LIVE_CHILDREN), 2);
}

/* Ends when a byte comes through the pipe. */
static void fork_leaver(const int line[2])
{
	char byte;
	pid_t pid = fork();

	if (pid == 0)
		_exit(read(line[0], &byte, 1) != 1);
	assert_true(pid > 0);
}

/*
 * The kernel's list may omit those who stay, as they stand behind others who
 * leave it while it is read.
 */
static void who_leaves_hides_nobody(void **state)
{
	enum { STAY = 20, LEAVE = 300, ROUNDS = 3 };
	static const char go[LEAVE];

	(void)state;
	signal(SIGCHLD, SIG_IGN); /* the dead are gone at once */
	for (int round = 0; round < ROUNDS; round++) {
		pid_t stays[STAY];
		int line[2], count;

		assert_int_equal(pipe(line), 0);
		for (int i = 0; i < LEAVE; i++)
			fork_leaver(line);
		for (int i = 0; i < STAY; i++)
			stays[i] = child_live("daemon");
		assert_int_equal(write(line[1], go, LEAVE), LEAVE);
		do {
			count = live_count(LIVE_CHILDREN);
			if (count < 0)
				assert_int_equal(errno, EAGAIN);
			else
				assert_true(count >= STAY);
		} while (count != STAY);
		for (int i = 0; i < STAY; i++)
			kill(stays[i], SIGKILL);
		close(line[0]);
		close(line[1]);
	}
	signal(SIGCHLD, SIG_DFL);
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
	assert_int_equal(live_end(LIVE_CHILDREN, 0, 0), 0);
	child_zombie("daemon");
	assert_int_equal(live_end(LIVE_CHILDREN, 0, 0), 0);
}

static void they_end_by_sigterm(void **state)
{
	pid_t one = child_live("daemon"), other = child_live("daemon");

	(void)state;
	assert_int_equal(live_end(LIVE_CHILDREN, LONG_MS, 0), 0);
	ended_by(SIGTERM, one);
	ended_by(SIGTERM, other);
}

static void what_sigterm_does_not_end_sigkill_does(void **state)
{
	pid_t polite, deaf;

	(void)state;
	polite = child_live("daemon");
	signal(SIGTERM, SIG_IGN); /* is inherited */
	deaf = child_live("daemon");
	signal(SIGTERM, SIG_DFL);
	assert_int_equal(live_end(LIVE_CHILDREN, 100, LONG_MS), 0);
	ended_by(SIGTERM, polite);
	ended_by(SIGKILL, deaf);
}

static struct rlimit usual; /* of descriptors */

static void raise_limit(int signal_number)
{
	(void)signal_number;
	setrlimit(RLIMIT_NOFILE, &usual);
}

static void a_list_that_can_t_be_read_is_asked_for_again(void **state)
{
	const struct itimerval soon = { .it_value.tv_usec = 100 * 1000 };
	struct rlimit none;
	pid_t pid = child_live("daemon");

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &usual), 0);
	none = usual;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(live_end(LIVE_CHILDREN, 30, 30), -1);
	assert_int_equal(errno, EMFILE);
	assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
	signal(SIGALRM, raise_limit);
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	assert_int_equal(live_end(LIVE_CHILDREN, LONG_MS, 0), 0);
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

	if (fork() == 0) {
		close(line[1]);
		_exit(read(line[0], &byte, 1) != 0);
	}
	alarm(LONG_MS / 1000);
	if (setresuid(54321, 54321, 54321) < 0)
		_exit(2);
	_exit(live_end(LIVE_CHILDREN, 30, 30) == -1 && errno == ETIMEDOUT ? 0 :
									    1);
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

static void orphans_are_found_by_group_and_name(void **state)
{
	pid_t other, mine;

	(void)state;
	assert_int_equal(setpgid(0, 0), 0);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(live_count(LIVE_GROUP), 0);
	mine = orphan("daemon");
	other = orphan("a (pipe) S 1"); /* of a shell's pipeline */
	assert_int_equal(live_count(LIVE_GROUP), 1);
	assert_int_equal(live_end(LIVE_GROUP, LONG_MS, 0), 0);
	ended_by(SIGTERM, mine);
	assert_int_equal(waitpid(other, NULL, WNOHANG), 0);
	child_reap(other);
}

static void zombies_and_other_groups_are_not_of_it(void **state)
{
	pid_t dead, stranger;

	(void)state;
	dead = child_zombie("daemon");
	assert_int_equal(live_count(LIVE_GROUP), 0);
	child_reap(dead);
	stranger = child_live("daemon");
	assert_int_equal(live_count(LIVE_GROUP), 1);
	assert_int_equal(setpgid(stranger, 0), 0);
	assert_int_equal(live_count(LIVE_GROUP), 0);
	assert_int_equal(live_end(LIVE_GROUP, 0, 0), 0);
	assert_int_equal(waitpid(stranger, NULL, WNOHANG), 0);
	child_reap(stranger);
}

#define TEST(name) cmocka_unit_test_teardown(name, child_reap_all)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(the_living_are_counted),
		TEST(children_of_another_name_are_no_sessions),
		TEST(a_list_that_changes_is_not_believed),
		TEST(who_leaves_hides_nobody),
		TEST(none_left_is_a_success),
		TEST(they_end_by_sigterm),
		TEST(what_sigterm_does_not_end_sigkill_does),
		TEST(a_list_that_can_t_be_read_is_asked_for_again),
		TEST(what_can_t_be_ended_is_given_up),
		TEST(orphans_are_found_by_group_and_name),
		TEST(zombies_and_other_groups_are_not_of_it),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	prctl(PR_SET_NAME, "daemon");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
