/* The zombie sampler on a real parent: exact, thrifty, and still when idle. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/sampler.h"
#include "lib/clock.h"

enum { MOST = 500 };

/* In place of the daemon: forks, kills and reaps as it is told. */
static struct {
	pid_t pid;
	int orders, answers;
	struct daemon_stats *stats;
} parent;

static struct sampler sampler;

enum order { FORK, KILL, REAP };

/* --- the parent's side ---------------------------------------------------- */

static pid_t live[MOST], dead[MOST];
static unsigned lives, deads;

static void fork_one(void)
{
	pid_t self = getpid(), pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == self)
			pause();
		_exit(0);
	}
	if (pid < 0)
		_exit(1);
	live[lives++] = pid;
	parent.stats->forked++;
}

/* Not the first nor the last in the kernel's list, and not to be reaped yet. */
static void kill_one(void)
{
	siginfo_t info;
	pid_t pid = live[lives / 2];

	live[lives / 2] = live[lives - 1];
	lives--;
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	dead[deads++] = pid;
	parent.stats->children_exited++;
}

static void reap_all(void)
{
	while (deads) {
		waitpid(dead[--deads], NULL, 0);
		parent.stats->reaped++;
	}
}

static _Noreturn void be_parent(int orders, int answers)
{
	unsigned order[2];

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	while (read(orders, order, sizeof(order)) == sizeof(order)) {
		for (unsigned i = 0; i < order[1]; i++)
			(order[0] == FORK ? fork_one : kill_one)();
		if (order[0] == REAP)
			reap_all();
		if (write(answers, "", 1) != 1)
			break;
	}
	while (lives)
		kill_one();
	reap_all();
	_exit(0);
}

/* --- the test's side ------------------------------------------------------ */

static void tell(enum order what, unsigned count)
{
	unsigned order[2] = { what, count };
	char byte;

	assert_int_equal(write(parent.orders, order, sizeof(order)),
			 sizeof(order));
	assert_int_equal(read(parent.answers, &byte, 1), 1);
}

static int start(void **state)
{
	int orders[2], answers[2];

	(void)state;
	parent.stats = shm_anonymous(DAEMON_STATS_HEADER);
	if (!parent.stats || pipe(orders) < 0 || pipe(answers) < 0)
		return -1;
	parent.pid = fork();
	if (parent.pid == 0) {
		close(orders[1]);
		close(answers[0]);
		be_parent(orders[0], answers[1]);
	}
	close(orders[0]);
	close(answers[1]);
	parent.orders = orders[1];
	parent.answers = answers[0];
	if (parent.pid < 0)
		return -1;
	return sampler_start(&sampler, parent.pid, parent.stats);
}

static void end_parent(void)
{
	close(parent.orders);
	close(parent.answers);
	waitpid(parent.pid, NULL, 0);
	parent.orders = parent.answers = -1;
}

static int end(void **state)
{
	(void)state;
	if (parent.orders >= 0)
		end_parent();
	sampler_release(&sampler);
	shm_unmap(parent.stats);
	return 0;
}

/* Polls whenever it is due, until there are so many samples. */
static void poll_until(size_t count)
{
	uint64_t deadline_ns = clock_now_ns() + 10 * NS_PER_S;

	while (sampler.count < count) {
		assert_true(clock_now_ns() < deadline_ns);
		clock_sleep_until(sampler.due_ns);
		sampler_poll(&sampler);
	}
	assert_int_equal(sampler.count, count);
}

static void assert_last(uint64_t all, uint64_t zombies)
{
	const struct sample *s = &sampler.sample[sampler.count - 1];

	assert_int_equal(s->children, all);
	assert_int_equal(s->zombies, zombies);
	assert_int_equal(s->forked, parent.stats->forked);
	assert_int_equal(s->exited, parent.stats->children_exited);
	assert_int_equal(s->handler_calls, parent.stats->sigchld_calls);
	assert_true(s->cost_ns > 0);
}

static void counts_are_exact_when_nothing_moves(void **state)
{
	(void)state;
	tell(FORK, 12);
	tell(KILL, 5);
	parent.stats->sigchld_calls = 3;
	poll_until(1);
	assert_last(12, 5);
	tell(KILL, 2);
	poll_until(2);
	assert_last(12, 7);
	tell(FORK, 4);
	tell(KILL, 1);
	poll_until(3);
	assert_last(16, 8);
	tell(REAP, 0);
	tell(KILL, 1);
	poll_until(4);
	assert_last(8, 1);
	for (size_t i = 1; i < sampler.count; i++)
		assert_true(sampler.sample[i].at_ns >
			    sampler.sample[i - 1].at_ns);
	assert_true(sampler_peak(&sampler) == 8);
	assert_int_equal(sampler.missed, 0);
}

/* So many that some speak for the others. */
static void many_zombies_at_once(void **state)
{
	(void)state;
	tell(FORK, 400);
	poll_until(1);
	assert_last(400, 0);
	tell(KILL, 350);
	poll_until(2);
	assert_last(400, 350);
	tell(KILL, 20);
	poll_until(3);
	assert_last(400, 370);
	tell(REAP, 0);
	tell(FORK, 1);
	poll_until(4);
	assert_last(31, 0);
}

static void the_last_sample_is_taken_at_once(void **state)
{
	(void)state;
	tell(FORK, 3);
	for (uint64_t zombies = 0; zombies < 3; zombies++) {
		assert_int_equal(sampler_last(&sampler), 0);
		assert_int_equal(sampler.count, zombies + 1);
		assert_last(3, zombies);
		tell(KILL, 1);
	}
	/* Also where nothing has moved, and not from the account. */
	assert_int_equal(sampler_last(&sampler), 0);
	assert_int_equal(sampler_last(&sampler), 0);
	assert_last(3, 3);
	assert_int_equal(sampler.cost_ns, 0);
	tell(REAP, 0);
	assert_int_equal(sampler_last(&sampler), 0);
	assert_last(0, 0);
}

/* Looks so many times, each when it is due. */
static void look(int times)
{
	while (times--) {
		uint64_t due_ns = sampler.due_ns;

		clock_sleep_until(due_ns);
		sampler_poll(&sampler);
		assert_true(sampler.due_ns >
			    due_ns + (SAMPLER_INTERVAL_MS - 1) * NS_PER_MS);
	}
}

/* A zombie comes by an exit and goes by a wait: forks alone show none. */
static void nothing_is_sampled_while_no_child_exits(void **state)
{
	(void)state;
	tell(FORK, 2);
	poll_until(1);
	look(2);
	tell(FORK, 3);
	look(2);
	assert_int_equal(sampler.count, 1);
	tell(FORK, 1);
	tell(KILL, 1);
	poll_until(3);
	assert_last(6, 1);
	/* The first sample, noted once more for the time until then. */
	assert_true(sampler.sample[1].at_ns > sampler.sample[0].at_ns);
	assert_true(sampler.sample[1].at_ns < sampler.sample[2].at_ns);
	assert_int_equal(sampler.sample[1].children, 5);
	assert_int_equal(sampler.sample[1].forked, 5);
	assert_int_equal(sampler.sample[1].zombies, 0);
	assert_int_equal(sampler.sample[1].cost_ns, 0);
}

/*
 * What is earned while nothing exits is there when all do at once; and a
 * sample that must wait for its budget does not hide when that began.
 */
static void what_is_saved_is_spent_on_the_close(void **state)
{
	enum { SPENT_MS = 1000 };
	uint64_t earned_ns;

	(void)state;
	tell(FORK, MOST);
	poll_until(1);
	look(4);
	/* As if it had been quiet for 10 s, and not for 0.2 s. */
	sampler.start_ns -= 10 * NS_PER_S;
	for (size_t count = 2; count < 6; count++) {
		tell(KILL, MOST / 10);
		look(1);
		assert_int_equal(sampler.count, count + 1);
	}
	assert_int_equal(sampler.exiting, 4);
	assert_int_equal(sampler.exiting_seen, 4);

	look(1);
	earned_ns = (clock_now_ns() - sampler.start_ns) / 100 * SAMPLER_CPU_PCT;
	sampler.cost_ns = earned_ns + SPENT_MS * NS_PER_MS;
	tell(KILL, 1);
	look(1);
	/* The stillness is noted, and no sample was taken. */
	assert_int_equal(sampler.count, 7);
	assert_int_equal(sampler.sample[6].cost_ns, 0);
	assert_int_equal(sampler.sample[6].exited,
			 parent.stats->children_exited - 1);
	look(1);
	assert_int_equal(sampler.count, 7);
	sampler.cost_ns = 0;
	look(1);
	assert_int_equal(sampler.count, 8);
	assert_int_equal(sampler.exiting, 4); /* they exited before that */
}

/* For so long, and until there are two samples; with an exit every ms. */
static void poll_for(uint64_t ms)
{
	uint64_t start_ns = clock_now_ns(), now_ns = start_ns;

	while (now_ns - start_ns < ms * NS_PER_MS || sampler.count < 2) {
		assert_true(now_ns - start_ns < 10 * NS_PER_S);
		parent.stats->children_exited++;
		clock_sleep_until(now_ns + NS_PER_MS);
		sampler_poll(&sampler);
		now_ns = clock_now_ns();
	}
}

/* Between two samples there is the interval, however often it is polled. */
static void samples_keep_their_distance(void **state)
{
	(void)state;
	poll_for(3 * SAMPLER_INTERVAL_MS);
	for (size_t i = 0; i < sampler.count; i++)
		assert_true(sampler.sample[i].at_ns >=
			    i * SAMPLER_INTERVAL_MS * NS_PER_MS);
}

/*
 * Children enough that a sample at every interval would cost too much. What
 * was spent before a sample must have been earned when it is taken.
 */
static void the_budget_is_kept(void **state)
{
	uint64_t spent_ns = 0;

	(void)state;
	tell(FORK, MOST);
	sampler_release(&sampler);
	assert_int_equal(sampler_start(&sampler, parent.pid, parent.stats), 0);
	poll_for(350);
	for (size_t i = 0; i < sampler.count; i++) {
		const struct sample *s = &sampler.sample[i];

		assert_int_equal(s->children, MOST);
		if (i && spent_ns > s->at_ns * SAMPLER_CPU_PCT / 100)
			fail_msg("sample %zu: %ju ns spent in %ju ns", i,
				 (uintmax_t)spent_ns, (uintmax_t)s->at_ns);
		spent_ns += s->cost_ns;
	}
	assert_int_equal(sampler.cost_ns, spent_ns);
}

static void a_parent_that_is_gone_is_a_missed_sample(void **state)
{
	(void)state;
	end_parent();
	sampler_poll(&sampler);
	assert_int_equal(sampler.missed, 1);
	assert_int_equal(sampler.count, 0);
	assert_int_equal(sampler_last(&sampler), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(sampler.count, 0);
	assert_true(sampler_cpu_pct(&sampler) == 0);
	assert_true(isnan(sampler_lifetime_ms(&sampler)));
	assert_true(isnan(sampler_peak(&sampler)));
}

static void figures_need_enough_samples(void **state)
{
	static struct sample samples[] = {
		{ .at_ns = 1000000000, .zombies = 10 },
		{ .at_ns = 1500000000, .zombies = 4 },
		{ .at_ns = 3500000000, .zombies = 7 },
		{ .at_ns = 4000000000, .zombies = 0, .exited = 3300 },
	};
	struct sampler s = { .sample = samples,
			     .count = 4,
			     .cost_ns = 60000000,
			     .exiting = SAMPLER_PEAK_NEEDS - 1,
			     .exiting_seen = SAMPLER_LIFETIME_NEEDS - 1 };

	(void)state;
	assert_true(fabs(sampler_cpu_pct(&s) - 1.5) < 1e-9);
	assert_true(isnan(sampler_peak(&s)));
	assert_true(isnan(sampler_lifetime_ms(&s)));
	s.exiting++;
	s.exiting_seen++;
	assert_true(sampler_peak(&s) == 10);
	/* 5 + 8 + 3.5 zombie-seconds */
	assert_true(fabs(sampler_lifetime_ms(&s) - 5) < 1e-9);
	samples[3].zombies = 1; /* one that is left has no end */
	assert_true(isnan(sampler_lifetime_ms(&s)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(counts_are_exact_when_nothing_moves),
		TEST(many_zombies_at_once),
		TEST(the_last_sample_is_taken_at_once),
		TEST(nothing_is_sampled_while_no_child_exits),
		TEST(samples_keep_their_distance),
		TEST(the_budget_is_kept),
		TEST(what_is_saved_is_spent_on_the_close),
		TEST(a_parent_that_is_gone_is_a_missed_sample),
		cmocka_unit_test(figures_need_enough_samples),
	};

	signal(SIGCHLD, SIG_DFL); /* an ignored one would be inherited */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
