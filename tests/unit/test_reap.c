/*
 * The reap modes by their interface, each in a process of its own, as a daemon
 * would call them.
 */

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/children.h"
#include "lib/clock.h"
#include "server/reap/reap.h"

enum { MANY = 100, WAIT_S = 10 };

static const struct reap *mode;
static const char *name;
static struct daemon_stats *stats;
static bool inherit_subreaper;
static int free_before; /* the lowest descriptor, before set_up() */

/* In a process of the test's, where a failed assertion would not be heard. */
#define MUST(condition) must(condition, #condition, __LINE__)
static void must(bool condition, const char *text, int line)
{
	if (condition)
		return;
	printf("# %s: line %d: %s\n", name, line, text);
	fflush(stdout);
	_exit(1);
}

static int lowest_free(void)
{
	int fd = dup(0);

	MUST(fd >= 0);
	close(fd);
	return fd;
}

/* Runs it with a mode that is set up, in a new process. */
static void with(const struct reap *which, const char *its_name,
		 void (*body)(void))
{
	int status;
	pid_t pid;

	mode = which;
	name = its_name;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(2 * WAIT_S);
		stats = shm_anonymous(DAEMON_STATS_HEADER);
		MUST(stats != NULL);
		if (inherit_subreaper)
			MUST(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
		free_before = lowest_free();
		MUST(mode->set_up(stats) == 0);
		body();
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void with_each(void (*body)(void))
{
	for (size_t i = 0; reap_names[i]; i++)
		with(reap_modes[i], reap_names[i], body);
}

/* A session that has something to do, or nothing. Returns its error. */
static int serve_one(void (*session)(void))
{
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		if (mode->in_child)
			mode->in_child();
		/* If a test fails. After a double fork the parent ends anyway. */
		if (!mode->orphans)
			prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (session)
			session();
		stats->children_exited++;
		_exit(0);
	}
	MUST(pid > 0);
	return mode->after_fork ? mode->after_fork(&pid) : 0;
}

/* As the loop does while no connection comes. */
static void idle(int ms)
{
	struct pollfd word = { .fd = mode->wake_fd ? *mode->wake_fd : -1,
			       .events = POLLIN };

	const struct timespec most = { .tv_nsec = (long)(ms * NS_PER_MS) };

	if (ppoll(&word, 1, &most, mode->wait_mask) > 0)
		mode->on_wake();
}

static void idle_until(_Atomic uint64_t *counter, uint64_t value)
{
	uint64_t give_up_ns = clock_now_ns() + WAIT_S * NS_PER_S;

	while (*counter < value && clock_now_ns() < give_up_ns)
		idle(1);
	MUST(*counter == value);
}

static size_t children_now(void)
{
	struct children c;
	size_t count;

	MUST(children_init(&c) == 0);
	MUST(children_read(&c, getpid()) == 0);
	count = c.count;
	children_release(&c);
	return count;
}

static size_t dead_children(void)
{
	struct children c;
	size_t dead = 0;

	MUST(children_init(&c) == 0);
	MUST(children_read(&c, getpid()) == 0);
	for (size_t i = 0; i < c.count; i++)
		dead += children_is_zombie(c.pid[i]);
	children_release(&c);
	return dead;
}

static void check_the_child(void)
{
	struct sigaction action;
	struct rlimit limit;
	sigset_t mask;

	MUST(sigaction(SIGCHLD, NULL, &action) == 0);
	MUST(action.sa_handler == SIG_DFL);
	MUST(!(action.sa_flags & SA_NOCLDWAIT));
	MUST(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
	for (int s = 1; s < SIGRTMAX; s++)
		MUST(sigismember(&mask, s) != 1);
	MUST(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	MUST(limit.rlim_cur == 64);
	stats->children_started++;
}

static void see_the_child(void)
{
	MUST(serve_one(check_the_child) == 0);
	idle_until(&stats->children_started, 1);
}

/* A child is what a child of any other program is, and may be so for exec. */
static void a_child_keeps_nothing_of_the_mode(void **state)
{
	struct rlimit before, few;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 64;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	with_each(see_the_child);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void see_the_parent(void)
{
	sigset_t mask;

	MUST(serve_one(NULL) == 0);
	MUST(sigprocmask(SIG_BLOCK, NULL, &mask) == 0);
	/* Only what the mode hears while it waits stays blocked. */
	MUST(sigismember(&mask, SIGCHLD) ==
	     (mode == &reap_signalfd || mode == &reap_sigchld_blocked));
	MUST(!sigismember(&mask, SIGTERM));
}

static void the_parent_hears_its_signals_between_forks(void **state)
{
	(void)state;
	with_each(see_the_parent);
}

/* The handlers run between a call that fails and the look at its errno. */
static void keep_errno(void)
{
	MUST(serve_one(NULL) == 0);
	idle_until(&stats->children_exited, 1);
	for (int i = 0; i < MANY; i++) {
		errno = EXFULL;
		raise(SIGCHLD);
		MUST(errno == EXFULL);
	}
}

static void handlers_leave_errno_alone(void **state)
{
	(void)state;
	with_each(keep_errno);
}

/* Whether it is one that collects all it can when it is woken. */
static bool collects(void)
{
	return mode != &reap_none && mode != &reap_sig_ign &&
	       mode != &reap_nocldwait && mode != &reap_waitpid_once &&
	       mode != &reap_accept_sweep;
}

static void leave_nothing(void)
{
	int free_fd = lowest_free();

	if (!collects())
		return;
	for (int i = 0; i < MANY; i++)
		MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, MANY);
	MUST(children_now() == 0);
	MUST(lowest_free() == free_fd);
}

static void each_child_is_collected_once_and_no_descriptor_kept(void **state)
{
	(void)state;
	with_each(leave_nothing);
}

static void stop_with_dead_children(void)
{
	if (!mode->tear_down)
		return;
	for (int i = 0; i < MANY; i++)
		MUST(serve_one(NULL) == 0);
	while (stats->children_exited < MANY ||
	       children_now() > dead_children())
		clock_sleep_until(clock_now_ns() + NS_PER_MS);
	mode->tear_down();
	MUST(stats->reaped == MANY);
	MUST(children_now() == 0);
	MUST(lowest_free() == free_before);
}

static void what_the_loop_has_not_seen_the_end_collects(void **state)
{
	(void)state;
	with_each(stop_with_dead_children);
}

static void hear_only_while_waiting(void)
{
	for (int i = 0; i < MANY; i++)
		MUST(serve_one(NULL) == 0);
	while (dead_children() < MANY)
		clock_sleep_until(clock_now_ns() + NS_PER_MS);
	MUST(stats->sigchld_calls == 0);
	idle(900);
	MUST(stats->sigchld_calls == 1);
	MUST(children_now() == 0);
}

static void sigchld_blocked_hears_of_deaths_only_while_it_waits(void **state)
{
	(void)state;
	with(&reap_sigchld_blocked, "sigchld-blocked", hear_only_while_waiting);
}

static void have_another_child(void)
{
	pid_t other = fork();

	if (other == 0)
		for (;;)
			pause();
	MUST(other > 0);
	MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, 1);
	kill(other, SIGKILL);
	for (uint64_t i = 2; i <= MANY; i++) {
		MUST(serve_one(NULL) == 0);
		idle_until(&stats->reaped, i + 1);
	}
	MUST(children_now() == 0);
	mode->tear_down();
}

/* One that it has not forked, and that dies meanwhile. */
static void reaper_thread_leaves_none_for_another_child(void **state)
{
	(void)state;
	with(&reap_reaper_thread, "reaper-thread", have_another_child);
}

static void stop_beside_another_child(void)
{
	uint64_t start_ns = clock_now_ns();
	pid_t other = fork();

	if (other == 0)
		for (;;)
			pause();
	MUST(other > 0);
	MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, 1);
	mode->tear_down();
	MUST(clock_now_ns() - start_ns < NS_PER_S / 2);
	kill(other, SIGKILL);
}

static void reaper_thread_does_not_wait_for_another_child(void **state)
{
	(void)state;
	with(&reap_reaper_thread, "reaper-thread", stop_beside_another_child);
}

static void fill_the_pipe(void)
{
	for (int i = 0; i < 100000; i++) {
		errno = EXFULL;
		raise(SIGCHLD);
		MUST(errno == EXFULL);
	}
	MUST(stats->sigchld_calls == 100000);
	MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, 1);
}

/* Else the handler would wait for a reader: the process that it interrupts. */
static void a_full_self_pipe_blocks_nobody(void **state)
{
	(void)state;
	with(&reap_self_pipe, "self-pipe", fill_the_pipe);
}

/* Nothing wakes the loop that need not. */
static void sleeps_quietly(void)
{
	struct pollfd word = { .fd = *mode->wake_fd, .events = POLLIN };

	idle(200); /* whatever was still on its way */
	MUST(poll(&word, 1, 200) == 0);
}

/* Leaves as many descriptors as it says. */
static void leave_descriptors(int count)
{
	struct rlimit limit;

	MUST(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = (rlim_t)(lowest_free() + count);
	MUST(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static void run_out_of_descriptors(void)
{
	int free_fd = lowest_free();

	leave_descriptors(3);
	for (int i = 0; i < MANY; i++)
		MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, MANY);
	MUST(children_now() == 0);
	MUST(lowest_free() == free_fd);
	/* With none at all to wake it, it wakes by itself. */
	leave_descriptors(0);
	MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, MANY + 1);
	sleeps_quietly();
}

static void pidfd_does_without_descriptors(void **state)
{
	(void)state;
	with(&reap_pidfd, "pidfd", run_out_of_descriptors);
}

static void collect_mine_alone(void)
{
	pid_t other = fork();

	if (other == 0)
		_exit(3);
	MUST(other > 0);
	for (int i = 0; i < MANY; i++)
		MUST(serve_one(NULL) == 0);
	idle_until(&stats->reaped, MANY);
	idle(100);
	MUST(waitpid(other, NULL, 0) == other);
}

/* A library's child is the library's. */
static void pidfd_takes_no_other_child(void **state)
{
	(void)state;
	with(&reap_pidfd, "pidfd", collect_mine_alone);
}

/* A session that lasts until the counter says so: any will do. */
static void last_until(uint64_t value)
{
	while (stats->live_max < value)
		clock_sleep_until(clock_now_ns() + NS_PER_MS);
}

static void last_until_one(void)
{
	last_until(1);
}

static void last_until_two(void)
{
	last_until(2);
}

/* The second session has a copy of every descriptor that the first had. */
static void outlive_another(void)
{
	if (!mode->wake_fd)
		return;
	MUST(serve_one(last_until_one) == 0);
	MUST(serve_one(last_until_two) == 0);
	stats->live_max = 1;
	idle_until(&stats->reaped, 1);
	sleeps_quietly();
	stats->live_max = 2;
	idle_until(&stats->reaped, 2);
	sleeps_quietly();
}

static void a_child_that_was_collected_wakes_nobody(void **state)
{
	(void)state;
	with_each(outlive_another);
}

static void serve_as_subreaper(void)
{
	for (int i = 0; i < MANY; i++)
		MUST(serve_one(NULL) == 0);
	MUST(children_now() == 0);
}

/* As a starter may have been one: exec keeps that. */
static void double_fork_inherits_no_grandchild(void **state)
{
	(void)state;
	inherit_subreaper = true;
	with(&reap_double_fork, "double-fork", serve_as_subreaper);
	inherit_subreaper = false;
}

static void fail_the_second_fork(void)
{
	/* Nobody else's, so that its processes are this one and its child. */
	const uid_t user = 100000 + (uid_t)getpid();
	const struct rlimit two = { 2, 2 };

	MUST(setresuid(user, user, user) == 0);
	MUST(setrlimit(RLIMIT_NPROC, &two) == 0);
	MUST(serve_one(NULL) == EAGAIN);
	MUST(stats->children_exited == 0);
	MUST(stats->reaped == 1);
}

static void double_fork_tells_that_its_second_fork_failed(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	with(&reap_double_fork, "double-fork", fail_the_second_fork);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_child_keeps_nothing_of_the_mode),
		cmocka_unit_test(the_parent_hears_its_signals_between_forks),
		cmocka_unit_test(handlers_leave_errno_alone),
		cmocka_unit_test(
			each_child_is_collected_once_and_no_descriptor_kept),
		cmocka_unit_test(what_the_loop_has_not_seen_the_end_collects),
		cmocka_unit_test(a_child_that_was_collected_wakes_nobody),
		cmocka_unit_test(
			sigchld_blocked_hears_of_deaths_only_while_it_waits),
		cmocka_unit_test(reaper_thread_leaves_none_for_another_child),
		cmocka_unit_test(reaper_thread_does_not_wait_for_another_child),
		cmocka_unit_test(a_full_self_pipe_blocks_nobody),
		cmocka_unit_test(pidfd_does_without_descriptors),
		cmocka_unit_test(pidfd_takes_no_other_child),
		cmocka_unit_test(double_fork_inherits_no_grandchild),
		cmocka_unit_test(double_fork_tells_that_its_second_fork_failed),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
