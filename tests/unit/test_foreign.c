/* CPU time of processes that are not ours, from a /proc that is made up. */

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "bench/measure/foreign.h"
#include "tests/unit/fixture_scratch.h"

enum { KERNEL_THREAD = 0x00200000, OTHER_FLAGS = 0x00400140 };

/* As proc_pid_stat(5) has it; ticks of CPU time. */
struct process {
	pid_t pid, parent;
	const char *name;
	unsigned flags;
	uint64_t user, system, born;
	int64_t waited_user, waited_system; /* of children waited for */
};

static struct foreign all;
static uint64_t now_ns;
static int64_t counted_ns;

static int set_up(void **state)
{
	if (scratch_make(state) < 0)
		return -1;
	foreign_init(&all, scratch);
	return 0;
}

static int tear_down(void **state)
{
	foreign_release(&all);
	assert_null(all.process);
	return scratch_remove(state);
}

static void put_text(const char *folder, const char *text)
{
	char path[96];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", scratch, folder);
	assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), "%s/%s/stat", scratch, folder);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
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
	char path[96];

	snprintf(path, sizeof(path), "%s/%d/stat", scratch, pid);
	assert_int_equal(unlink(path), 0);
}

/* So long after the last look. */
static void look(uint64_t after_ns)
{
	now_ns += after_ns;
	assert_int_equal(foreign_look(&all, now_ns), 0);
}

static void begin(void)
{
	foreign_release(&all);
	foreign_init(&all, scratch);
	look(NS_PER_S);
	counted_ns = 0;
	assert_int_equal(all.used_ns, 0);
}

/* So many ticks have been used since, the most of them by that process. */
static void assert_used(int64_t ticks, pid_t most)
{
	const struct foreign_process *p;
	int64_t tick_ns = (int64_t)NS_PER_S / sysconf(_SC_CLK_TCK);

	look(NS_PER_S);
	assert_int_equal(all.used_ns - counted_ns, ticks * tick_ns);
	counted_ns = all.used_ns;
	p = foreign_most(&all);
	assert_int_equal(p ? p->pid : 0, most);
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

	(void)state;
	put(&idle);
	put(&busy);
	put(&busier);
	begin();
	assert_used(0, 0);
	busy.user += 1;
	busy.system += 20;
	busy.waited_user += 300;
	busy.waited_system += 4000;
	put(&busy);
	busier.system += 4320;
	put(&busier);
	assert_used(4321 + 4320, 20);
	assert_string_equal(foreign_most(&all)->name, "cc1");
	/* Older use fades: what is used lately counts. */
	for (int i = 0; i < 7; i++)
		assert_used(0, 20);
	idle.user += 100;
	put(&idle);
	assert_used(100, 10);
}

static void kernel_threads_and_ours_are_left_out(void **state)
{
	struct process family[] = {
		{ .pid = getpid(), .parent = 1 },
		{ .pid = 11, .parent = 2, .flags = KERNEL_THREAD | 1 },
		{ .pid = 12, .parent = 1, .flags = OTHER_FLAGS },
		{ .pid = 13, .parent = getpid() },
		{ .pid = 8, .parent = 13 },
		{ .pid = 14, .parent = 8 },
		/* A circle, as PIDs that are used again may make. */
		{ .pid = 15, .parent = 16 },
		{ .pid = 16, .parent = 15 },
	};
	enum { COUNT = sizeof(family) / sizeof(family[0]) };

	(void)state;
	for (int i = 0; i < COUNT; i++)
		put(&family[i]);
	begin();
	for (int i = 0; i < COUNT; i++) {
		family[i].user += 1 << i;
		family[i].waited_user += 256 << i;
		put(&family[i]);
	}
	assert_used((1 + 256) * (4 + 64 + 128), 16);
}

/* One that is born counts from its birth, unless it is ours. */
static void one_that_begins_meanwhile_is_counted(void **state)
{
	struct process parent = { .pid = 10, .parent = 1 };
	struct process child = { .pid = 20, .parent = 10, .user = 30 };
	struct process ours = { .pid = 21, .parent = getpid(), .user = 500 };

	(void)state;
	put(&parent);
	begin();
	put(&child);
	put(&ours);
	assert_used(30, 20);
	child.user += 5;
	ours.user += 5;
	put(&child);
	put(&ours);
	assert_used(5, 20);
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
	/* Gone in the midst of it, of another kernel, or no sane figure. */
	put_text("1", "");
	put_text("2", "2 (x) S 1 2 3\n");
	put_text("3", "3 x S 1 2 3 4 5 0 1 2 3 4 5 6 7 8 9 10 11 12 13\n");
	put_text("4", "4 (x");
	put_text("5", "5 (x) S 1 2 3 4 5 0 1 2 3 4 9223372036854775807 6 7 8 "
		      "9 10 11 12 13 14\n");
	put_text("6", "6 (x) S 1 2 3 4 5 0 1 2 3 4 5 6 -7 8 9 10 11 12 13\n");
	put(&p);
	begin();
	assert_int_equal(all.count, 1);
	assert_int_equal(all.process[0].pid, 7);
	foreign_release(&all);
	foreign_init(&all, "/nowhere");
	assert_int_equal(foreign_look(&all, 1), -1);
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
	begin();
	end(20);
	/* 30 of its own, the child's 100 with 7 more, 12 of one in between. */
	parent.user += 30;
	parent.waited_user += 107 + 12;
	put(&parent);
	assert_used(30 + 7 + 12, 10);
}

/* The middle one waited for the youngest, and the eldest for that one. */
static void ends_are_counted_up_the_tree(void **state)
{
	struct process eldest = { .pid = 30, .parent = 1 };
	struct process middle = {
		.pid = 20, .parent = 30, .user = 40, .waited_user = 1000
	};
	struct process youngest = { .pid = 10, .parent = 20, .user = 600 };
	struct process orphan = { .pid = 40, .parent = 999, .user = 50 };

	(void)state;
	put(&eldest);
	put(&middle);
	put(&youngest);
	put(&orphan);
	begin();
	end(10);
	end(20);
	end(40);
	eldest.waited_user = 40 + 1000 + 600 + 3;
	put(&eldest);
	assert_used(3, 30);
}

/* Nobody counts a child where SIGCHLD is ignored: nothing is to be taken off. */
static void one_that_nobody_waited_for_hides_no_other(void **state)
{
	struct process parent = { .pid = 10, .parent = 1, .waited_user = 70 };
	struct process child = { .pid = 20, .parent = 10, .user = 1000 };

	(void)state;
	put(&parent);
	put(&child);
	begin();
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
		.pid = 20, .parent = 10, .user = 30, .born = 2
	};

	(void)state;
	put(&parent);
	put(&first);
	begin();
	put(&second);
	parent.waited_user = 104;
	put(&parent);
	assert_used(4 + 30, 20);
}

static void a_counter_that_falls_counts_for_nothing(void **state)
{
	struct process odd = { .pid = 10, .parent = 1, .user = 100 },
		       other = { .pid = 20, .parent = 1 };

	(void)state;
	put(&odd);
	put(&other);
	begin();
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
		{ "a\nb\tc\033[31m\177", "a?b?c?[31m?" },
		{ "steal; x", "steal? x" },
		{ "\303\251\377", "???" },
		{ "kworker/0:1-events_of_a_long_name", "kworker/"
						       "0:1-events_of_a_long_"
						       "na" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct process p = { .pid = 10,
				     .parent = 77,
				     .name = known[i].name };

		put(&p);
		begin();
		assert_int_equal(all.count, 1);
		assert_string_equal(all.process[0].name, known[i].plain);
		assert_int_equal(all.process[0].parent, 77);
	}
}

/* More than there was room for at first, in whatever order they are found. */
static void many_are_found_by_pid(void **state)
{
	enum { MANY = 600 };

	(void)state;
	for (pid_t i = 0; i < MANY; i++)
		put(&(struct process){ .pid = 1000 + i * 7919 % MANY });
	begin();
	assert_int_equal(all.count, MANY);
	for (pid_t i = 0; i < MANY; i++) {
		assert_int_equal(all.process[i].pid, 1000 + i);
		put(&(struct process){ .pid = 1000 + i, .user = 2 });
	}
	assert_used(2 * MANY, 1000);
}

/* A full look is dear: made twice a second, however often it is asked for. */
static void processes_are_read_twice_a_second(void **state)
{
	struct process p = { .pid = 10, .parent = 1 };

	(void)state;
	put(&p);
	begin();
	p.user = 50;
	put(&p);
	for (int i = 0; i < 9; i++)
		look(FOREIGN_SCAN_NS / 10);
	assert_int_equal(all.used_ns, 0);
	look(FOREIGN_SCAN_NS / 10);
	assert_int_equal(all.used_ns,
			 50 * (int64_t)NS_PER_S / sysconf(_SC_CLK_TCK));
}

/* Uses 5 ms of CPU for every byte that it gets, and answers. */
static void burn(int from, int to)
{
	char byte;

	while (read(from, &byte, 1) == 1) {
		uint64_t end_ns = clock_cpu_ns() + 5 * NS_PER_MS;

		while (clock_cpu_ns() < end_ns)
			;
		if (write(to, &byte, 1) != 1)
			break;
	}
	_exit(0);
}

/* In between, the clocks of those that are known tell what they use. */
static void clocks_are_read_at_every_look(void **state)
{
	int ask[2], answer[2];
	char byte = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ask), 0);
	assert_int_equal(pipe(answer), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ask[1]);
		burn(ask[0], answer[1]);
	}
	put(&(struct process){ .pid = pid, .parent = 1 });
	all.clocks = true;
	look(NS_PER_S);
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(write(ask[1], &byte, 1), 1);
		assert_int_equal(read(answer[0], &byte, 1), 1);
		look(NS_PER_MS);
		assert_in_range(all.used_ns, i * 5 * (int64_t)NS_PER_MS,
				i * 8 * (int64_t)NS_PER_MS);
		assert_int_equal(foreign_most(&all)->pid, pid);
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	look(NS_PER_MS);
	for (int i = 0; i < 2; i++) {
		close(ask[i]);
		close(answer[i]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(what_rises_is_used),
		TEST(kernel_threads_and_ours_are_left_out),
		TEST(one_that_begins_meanwhile_is_counted),
		TEST(what_is_no_process_is_left_out),
		TEST(one_that_ends_is_counted_with_whoever_waited),
		TEST(ends_are_counted_up_the_tree),
		TEST(one_that_nobody_waited_for_hides_no_other),
		TEST(a_later_process_of_the_same_pid_is_another),
		TEST(a_counter_that_falls_counts_for_nothing),
		TEST(names_are_made_plain),
		TEST(many_are_found_by_pid),
		TEST(processes_are_read_twice_a_second),
		TEST(clocks_are_read_at_every_look),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
