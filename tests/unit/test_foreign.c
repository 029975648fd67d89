/* CPU time of processes that are not ours, from a /proc that is made up. */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/foreign.h"
#include "tests/unit/fixture_run.h"

enum { KERNEL_THREAD = 0x00200000, OTHER_FLAGS = 0x00400140 };

/* As proc_pid_stat(5) has it; ticks of CPU time. */
struct process {
	pid_t pid, parent;
	const char *name;
	unsigned flags;
	uint64_t user, system, born;
	int64_t waited_user, waited_system; /* of children waited for */
};

static char proc[32];
static struct foreign all;

static int set_up(void **state)
{
	(void)state;
	snprintf(proc, sizeof(proc), "/tmp/test_foreign.XXXXXX");
	return mkdtemp(proc) ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	foreign_release(&all);
	assert_null(all.process);
	fixture_remove(proc);
	return 0;
}

static void put_text(const char *folder, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%s", proc, folder);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	assert_int_equal(fixture_put(path, "stat", text), 0);
}

static void put(const struct process *p)
{
	char folder[16], text[1024];

	snprintf(folder, sizeof(folder), "%d", p->pid);
	snprintf(text, sizeof(text),
		 "%d (%s) S %d 2001 2002 2003 -1 %u 3001 3002 3003 3004 "
		 "%" PRIu64 " %" PRIu64 " %" PRId64 " %" PRId64
		 " 20 -5 4001 4002 %" PRIu64 " 5001 5002 5003 5004\n",
		 p->pid, p->name ? p->name : "x", p->parent, p->flags, p->user,
		 p->system, p->waited_user, p->waited_system, p->born);
	put_text(folder, text);
}

static void end(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/%d", proc, pid);
	fixture_remove(path);
}

static void scan(void)
{
	foreign_release(&all);
	assert_int_equal(foreign_scan(&all, proc), 0);
}

/* So many ticks were used, the most of them by that process. */
static void assert_used(long ticks, pid_t most)
{
	struct foreign_use use = foreign_used(&all, proc);
	double wanted_s = (double)ticks / (double)sysconf(_SC_CLK_TCK);

	if (fabs(use.cpu_s - wanted_s) > 1e-9)
		fail_msg("%g s instead of %g s", use.cpu_s, wanted_s);
	assert_int_equal(use.most.pid, most);
}

static void what_rises_is_used(void **state)
{
	struct process idle = { .pid = 10, .parent = 1, .user = 500 };
	struct process busy = { .pid = 20,
				.parent = 1,
				.name = "cc1",
				.flags = OTHER_FLAGS,
				.user = 7,
				.system = 8,
				.born = 9,
				.waited_user = 1,
				.waited_system = 2 };
	struct process busier = { .pid = 30, .parent = 1, .system = 1000000 };
	struct foreign_use use;

	(void)state;
	put(&idle);
	put(&busy);
	put(&busier);
	scan();
	assert_used(0, 0);
	scan();
	busy.user += 1;
	busy.system += 20;
	busy.waited_user += 300;
	busy.waited_system += 4000;
	put(&busy);
	busier.system += 4320;
	put(&busier);
	assert_used(4321 + 4320, 20);
	scan();
	busier.user += 1;
	put(&busier);
	busy.system += 100;
	put(&busy);
	use = foreign_used(&all, proc);
	assert_string_equal(use.most.name, "cc1");
	assert_int_equal(use.most.parent, 1);
}

static void kernel_threads_and_we_are_left_out(void **state)
{
	struct process ours = { .pid = getpid(), .parent = 1, .user = 1 };
	struct process thread = { .pid = 11,
				  .parent = 2,
				  .flags = KERNEL_THREAD | 1 };
	struct process other = { .pid = 12, .parent = 1, .flags = OTHER_FLAGS };

	(void)state;
	put(&ours);
	put(&thread);
	put(&other);
	scan();
	assert_int_equal(all.count, 1);
	assert_int_equal(all.process[0].pid, 12);
	ours.user = thread.user = 1000;
	put(&ours);
	put(&thread);
	assert_used(0, 0);
}

static void what_is_no_process_is_left_out(void **state)
{
	static const char *const folders[] = { "self", "12x", "0", "-3",
					       "99999999999" };
	struct process p = { .pid = 7, .parent = 1, .name = "x" };

	(void)state;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		put_text(folders[i], "7 (x) S 1 2 3 4 5 0 1 2 3 4 5 6 7 8 9 10 "
				     "11 12 13 14\n");
	/* Gone in the midst of it, or of another kernel. */
	put_text("1", "");
	put_text("2", "2 (x) S 1 2 3\n");
	put_text("3", "3 x S 1 2 3 4 5 0 1 2 3 4 5 6 7 8 9 10 11 12 13\n");
	put_text("4", "4 (x");
	put(&p);
	scan();
	assert_int_equal(all.count, 1);
	assert_int_equal(all.process[0].pid, 7);
	foreign_release(&all);
	assert_int_equal(foreign_scan(&all, "/nowhere"), -1);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(all.count, 0);
}

static void one_that_ends_is_counted_with_whoever_waited(void **state)
{
	struct process parent = {
		.pid = 10, .parent = 1, .user = 50, .waited_user = 5
	};
	struct process child = {
		.pid = 20, .parent = 10, .user = 90, .waited_system = 10
	};

	(void)state;
	put(&parent);
	put(&child);
	scan();
	end(20);
	/* 30 of its own, and the child's 100 with 7 more. */
	parent.user += 30;
	parent.waited_user += 107;
	put(&parent);
	assert_used(37, 10);
}

static void one_that_began_and_ended_meanwhile_is_too(void **state)
{
	struct process parent = { .pid = 10, .parent = 1 };

	(void)state;
	put(&parent);
	scan();
	parent.waited_user = 12;
	put(&parent);
	assert_used(12, 10);
}

/* The middle one waited for the youngest, and the eldest for that one. */
static void ends_are_counted_up_the_tree(void **state)
{
	struct process eldest = { .pid = 30, .parent = 1 };
	struct process middle = {
		.pid = 20, .parent = 30, .user = 40, .waited_user = 1000
	};
	struct process youngest = { .pid = 10, .parent = 20, .user = 600 };

	(void)state;
	put(&eldest);
	put(&middle);
	put(&youngest);
	scan();
	end(10);
	end(20);
	eldest.waited_user = 40 + 1000 + 600 + 3;
	put(&eldest);
	assert_used(3, 30);
}

static void nobody_waited_for_one_whose_parent_is_not_here(void **state)
{
	struct process a = { .pid = 10, .parent = 0, .user = 40 },
		       b = { .pid = 20, .parent = 999, .user = 50 };
	struct process self = { .pid = 30, .parent = getpid(), .user = 60 };

	(void)state;
	put(&a);
	put(&b);
	put(&self);
	scan();
	end(10);
	end(20);
	end(30);
	assert_used(0, 0);
}

/* Nobody counts a child where SIGCHLD is ignored: nothing is to be taken off. */
static void one_that_nobody_waited_for_hides_no_other(void **state)
{
	struct process parent = { .pid = 10, .parent = 1, .waited_user = 70 };
	struct process child = { .pid = 20, .parent = 10, .user = 1000 };

	(void)state;
	put(&parent);
	put(&child);
	scan();
	end(20);
	parent.user = 40;
	put(&parent);
	assert_used(40, 10);
}

static void a_later_process_of_the_same_pid_is_another(void **state)
{
	struct process parent = { .pid = 10, .parent = 1 };
	struct process first = {
		.pid = 20, .parent = 10, .user = 100, .born = 1
	};
	struct process second = {
		.pid = 20, .parent = 10, .user = 5000, .born = 2
	};

	(void)state;
	put(&parent);
	put(&first);
	scan();
	put(&second);
	parent.waited_user = 104;
	put(&parent);
	assert_used(4, 10);
}

static void a_counter_that_falls_counts_for_nothing(void **state)
{
	struct process odd = { .pid = 10, .parent = 1, .user = 100 },
		       other = { .pid = 20, .parent = 1 };

	(void)state;
	put(&odd);
	put(&other);
	scan();
	odd.user = 0;
	other.user = 6;
	put(&odd);
	put(&other);
	assert_used(6, 20);
}

static void names_are_made_plain(void **state)
{
	static const struct {
		const char *name, *plain;
	} known[] = {
		{ "cc1", "cc1" },
		{ "", "" },
		{ "(sd-pam)", "(sd-pam)" },
		{ "a) S 1 2 3 (b", "a) S 1 2 3 (b" },
		{ ") ) ((", ") ) ((" },
		{ "a\nb\tc\033[31m\177", "a?b?c?[31m?" },
		{ "\303\251\377", "???" },
		{ "kworker/0:1-events_of_a_long_name", "kworker/"
						       "0:1-events_of_a_long_"
						       "na" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct process p = { .pid = 10,
				     .parent = 77,
				     .name = known[i].name,
				     .user = 3 };

		put(&p);
		scan();
		assert_int_equal(all.count, 1);
		assert_string_equal(all.process[0].name, known[i].plain);
		assert_int_equal(all.process[0].parent, 77);
		p.user += 8;
		put(&p);
		assert_used(8, 10);
	}
}

/* More than there was room for at first, in whatever order they are found. */
static void many_are_found_by_pid(void **state)
{
	enum { MANY = 600 };

	(void)state;
	for (pid_t i = 0; i < MANY; i++) {
		struct process p = { .pid = 1000 + i * 7919 % MANY,
				     .parent = 1 };

		put(&p);
	}
	scan();
	assert_int_equal(all.count, MANY);
	for (pid_t i = 0; i < MANY; i++) {
		struct process p = { .pid = 1000 + i, .parent = 1, .user = 2 };

		assert_int_equal(all.process[i].pid, 1000 + i);
		put(&p);
	}
	assert_used(2 * MANY, 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_rises_is_used),
		TEST(kernel_threads_and_we_are_left_out),
		TEST(what_is_no_process_is_left_out),
		TEST(one_that_ends_is_counted_with_whoever_waited),
		TEST(one_that_began_and_ended_meanwhile_is_too),
		TEST(ends_are_counted_up_the_tree),
		TEST(nobody_waited_for_one_whose_parent_is_not_here),
		TEST(one_that_nobody_waited_for_hides_no_other),
		TEST(a_later_process_of_the_same_pid_is_another),
		TEST(a_counter_that_falls_counts_for_nothing),
		TEST(names_are_made_plain),
		TEST(many_are_found_by_pid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
