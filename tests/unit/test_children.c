/* A process's children by the kernel's account, against children at hand. */

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/children.h"
#include "tests/unit/fixture_child.h"

static struct children list;

static int start(void **state)
{
	(void)state;
	return children_init(&list);
}

static int end(void **state)
{
	(void)state;
	children_release(&list);
	return 0;
}

static void a_running_child_is_neither(void **state)
{
	pid_t pid = child_live("child");

	(void)state;
	assert_false(children_is_zombie(pid));
	assert_false(children_has_exited(pid));
	assert_true(children_is_running(pid, NULL));
	assert_false(children_is_zombie(getpid()));
	assert_false(children_has_exited(getpid()));
	assert_true(children_is_running(getpid(), NULL));
	child_reap(pid);
}

static void a_stopped_child_is_neither(void **state)
{
	pid_t pid = child_live("child");
	int status;

	(void)state;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
	assert_true(WIFSTOPPED(status));
	assert_false(children_is_zombie(pid));
	assert_false(children_has_exited(pid));
	assert_true(children_is_running(pid, NULL));
	child_reap(pid);
}

static void a_dead_child_is_a_zombie_until_reaped(void **state)
{
	pid_t pid = child_zombie("child");

	(void)state;
	assert_true(children_is_zombie(pid));
	assert_true(children_has_exited(pid));
	assert_false(children_is_running(pid, NULL));
	child_reap(pid);
	assert_false(children_is_zombie(pid));
	assert_true(children_has_exited(pid));
	assert_false(children_is_running(pid, NULL));
}

/* The name stands before the state, and may hold anything. */
static void a_name_is_not_taken_for_a_state(void **state)
{
	pid_t live = child_live(") Z (x) Z 1"), dead = child_zombie(") S (x) S "
								    "1");

	(void)state;
	assert_false(children_is_zombie(live));
	assert_true(children_is_zombie(dead));
	child_reap(live);
	child_reap(dead);
}

static size_t place_of(pid_t pid)
{
	for (size_t i = 0; i < list.count; i++)
		if (list.pid[i] == pid)
			return i;
	return SIZE_MAX;
}

static void the_list_has_every_child_until_reaped(void **state)
{
	pid_t live, dead;

	(void)state;
	assert_int_equal(children_read(&list, getpid()), 0);
	assert_int_equal(list.count, 0);
	live = child_live("child");
	dead = child_zombie("child");
	assert_int_equal(children_read(&list, getpid()), 0);
	assert_int_equal(list.count, 2);
	assert_int_not_equal(place_of(live), SIZE_MAX);
	assert_int_not_equal(place_of(dead), SIZE_MAX);
	child_reap(dead);
	assert_int_equal(children_read(&list, getpid()), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.pid[0], live);
	/* Those of another process are its own. */
	assert_int_equal(children_read(&list, live), 0);
	assert_int_equal(list.count, 0);
	child_reap(live);
}

static void a_parent_that_is_gone_is_an_error(void **state)
{
	pid_t pid = child_zombie("child");

	(void)state;
	child_reap(pid);
	assert_int_equal(children_read(&list, pid), -1);
	assert_int_equal(errno, ENOENT);
}

/* More than the list has room for at first. */
static void a_long_list_is_read_whole(void **state)
{
	enum { MANY = 1100 };
	static pid_t pid[MANY];

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(0);
		assert_true(pid[i] > 0);
	}
	for (size_t i = 0; i < MANY; i++)
		child_await_zombie(pid[i]);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(children_read(&list, getpid()), 0);
		assert_int_equal(list.count, MANY);
		/* The kernel lists them in the order of their birth. */
		assert_memory_equal(list.pid, pid, sizeof(pid));
	}
	for (size_t i = 0; i < MANY; i++)
		child_reap(pid[i]);
	assert_int_equal(children_read(&list, getpid()), 0);
	assert_int_equal(list.count, 0);
}

#define TEST(name) cmocka_unit_test_teardown(name, child_reap_all)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_running_child_is_neither),
		TEST(a_stopped_child_is_neither),
		TEST(a_dead_child_is_a_zombie_until_reaped),
		TEST(a_name_is_not_taken_for_a_state),
		TEST(the_list_has_every_child_until_reaped),
		TEST(a_parent_that_is_gone_is_an_error),
		TEST(a_long_list_is_read_whole),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	return cmocka_run_group_tests(tests, start, end);
}
