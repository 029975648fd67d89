/* The children of a process from look to look: this one's own. */

#include <errno.h>
#include <linux/sched.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/family.h"
#include "lib/kernel_file.h"
#include "tests/unit/fixture_child.h"

static struct family f;

static int start(void **state)
{
	(void)state;
	return family_init(&f, getpid(), false, 9);
}

static int end(void **state)
{
	family_release(&f);
	return child_reap_all(state);
}

static void look_is(size_t children, size_t zombies, uint64_t forked,
		    uint64_t exited)
{
	assert_int_equal(family_look(&f), 0);
	assert_int_equal(f.last.children, children);
	assert_int_equal(f.last.zombies, zombies);
	assert_int_equal(f.last.forked, forked);
	assert_int_equal(f.last.exited, exited);
}

static void births_and_deaths_are_seen(void **state)
{
	pid_t early = child_live("child"), dead = child_zombie("child"), late;

	(void)state;
	look_is(2, 1, 0, 0); /* what was there before counts for nothing */
	assert_int_equal(f.last.oldest, dead);
	assert_int_equal(f.last.stay, 1);
	late = child_live("child");
	kill(early, SIGKILL);
	child_await_zombie(early);
	look_is(3, 2, 1, 1);
	assert_int_equal(f.last.stay, 1);
	assert_int_equal(f.last.oldest, dead);
	assert_true(f.last.oldest_ns > 0);
	child_reap(dead);
	child_reap(early);
	child_reap(late);
	look_is(0, 0, 1, 2);
	assert_int_equal(f.last.oldest, 0);
}

static void a_zombie_stays_after_a_second(void **state)
{
	(void)state;
	look_is(0, 0, 0, 0);
	child_zombie("child");
	look_is(1, 1, 1, 1);
	assert_int_equal(f.last.stay, 0);
	f.member[0].dead_ns -= FAMILY_STAY_NS;
	look_is(1, 1, 1, 1);
	assert_int_equal(f.last.stay, 1);
	assert_true(f.last.oldest_ns >= FAMILY_STAY_NS);
}

/* One that dies at once, under a number that is wanted. */
static pid_t fork_as(pid_t wanted)
{
	struct clone_args args = { .exit_signal = SIGCHLD,
				   .set_tid = (uintptr_t)&wanted,
				   .set_tid_size = 1 };
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		for (;;)
			pause();
	return pid;
}

static void a_number_given_to_another_is_noticed(void **state)
{
	pid_t live = child_live("child"), dead = child_zombie("child");

	(void)state;
	look_is(2, 1, 0, 0);
	child_reap(dead);
	if (fork_as(dead) < 0)
		skip(); /* not allowed */
	look_is(2, 0, 1, 0);
	child_reap(live);
	assert_int_equal(fork_as(live), live);
	/* Noticed now, known from the next look on. */
	look_is(1, 0, 1, 1);
	look_is(2, 0, 2, 1);
}

static void without_descriptors_states_are_read(void **state)
{
	struct rlimit few = { 3, 3 }, before;
	pid_t live, dead;
	int next;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	look_is(0, 0, 0, 0);
	live = child_live("child");
	dead = child_zombie("child");
	next = dup(0);
	close(next);
	/* Room for two at once, which the reading of a list takes. */
	few = (struct rlimit){ (rlim_t)next + 2, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	close(dup(0));
	for (int i = 0; i < 3; i++)
		child_live("child");
	assert_int_equal(family_look(&f), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	look_is(5, 1, 5, 1);
	kill(live, SIGKILL);
	child_await_zombie(live);
	look_is(5, 2, 5, 2);
	child_reap(dead);
}

static void *fork_one(void *pid)
{
	*(pid_t *)pid = child_live("child");
	pause();
	return NULL;
}

static void a_threads_child_is_one_of_the_process(void **state)
{
	pthread_t thread;
	pid_t pid = 0;

	(void)state;
	child_live("child");
	assert_int_equal(pthread_create(&thread, NULL, fork_one, &pid), 0);
	while (!__atomic_load_n(&pid, __ATOMIC_ACQUIRE))
		usleep(1000);
	look_is(2, 0, 0, 0);
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	/* It returns before the kernel has handed the thread's child on. */
	while (kernel_number("/proc/self/status", "Threads:", ":") > 1)
		usleep(1000);
	look_is(2, 0, 0, 0);
}

/* A child with so many zombies of its own. */
static pid_t leaky(int zombies)
{
	int ready[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (int i = 0; i < zombies; i++)
			child_zombie("grandchild");
		if (write(ready[1], "", 1) == 1)
			for (;;)
				pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void a_tree_has_the_childrens_children(void **state)
{
	pid_t two = leaky(2), three;

	(void)state;
	three = leaky(3);
	leaky(1);
	child_zombie("child");
	look_is(4, 1, 0, 0);
	assert_int_equal(f.last.parent, getpid());
	f.tree = true;
	look_is(10, 7, 6, 6);
	assert_int_equal(f.last.parent, three);
	child_reap(three);
	(void)two;
}

static void growth_is_what_stays_in_the_last_third(void **state)
{
	static const struct {
		size_t looks;
		size_t stay[12];
		long grown;
	} table[] = {
		{ 0, { 0 }, 0 },
		{ 2, { 0, 9 }, 0 },
		{ 3, { 0, 0, 3 }, 3 },
		{ 6, { 0, 1, 2, 3, 4, 5 }, 4 },
		{ 6, { 5, 5, 5, 5, 5, 5 }, 0 },
		{ 6, { 5, 4, 3, 2, 1, 0 }, -2 },
		{ 6, { 0, 9, 0, 9, 0, 9 }, 0 }, /* collected now and then */
		{ 6, { 1, 9, 3, 9, 5, 9 }, 4 }, /* but not all */
		/* The window is 9: the first three are forgotten. */
		{ 12, { 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7 }, 0 },
		{ 12, { 9, 9, 9, 1, 1, 1, 1, 1, 1, 4, 4, 4 }, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		f.looks = table[i].looks;
		for (size_t k = 0; k < f.looks; k++)
			f.stayed[k % f.window] = table[i].stay[k];
		assert_int_equal(family_grown(&f), table[i].grown);
	}
}

static void who_is_gone_is_an_error(void **state)
{
	(void)state;
	f.pid = child_zombie("child");
	child_reap(f.pid);
	assert_int_equal(family_look(&f), -1);
	assert_int_equal(errno, ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(births_and_deaths_are_seen),
		TEST(a_zombie_stays_after_a_second),
		TEST(a_number_given_to_another_is_noticed),
		TEST(without_descriptors_states_are_read),
		TEST(a_threads_child_is_one_of_the_process),
		TEST(a_tree_has_the_childrens_children),
		TEST(growth_is_what_stays_in_the_last_third),
		TEST(who_is_gone_is_an_error),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
