/* What earlier runs have left: listeners, daemons, folders. */

#include <arpa/inet.h>
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

#include "bench/measure/doctor_checks.h"
#include "bench/measure/doctor_scan.h"
#include "tests/unit/fixture_child.h"
#include "tests/unit/fixture_run.h"

static char top[] = "/tmp/test_doctor_scan.XXXXXX";

/* --- listeners -------------------------------------------------------------- */

#define HEADER                                                       \
	"  sl  local_address rem_address   st tx_queue rx_queue tr " \
	"tm->when retrnsmt   uid  timeout inode                    \n"

/* As the kernel prints it: the address as a number of this machine's. */
static int put_socket(char *text, size_t n, int slot, const char *address,
		      unsigned port, unsigned tcp_state)
{
	return snprintf(text, n,
			"%4d: %08X:%04X 00000000:0000 %02X 00000000:00000000 "
			"00:00000000 00000000  1000        0 51234 1 "
			"0000000000000000 100 0 0 10 0\n",
			slot, (unsigned)inet_addr(address), port, tcp_state);
}

static void scan(struct doctor_facts *f, const char *text)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");

	*f = (struct doctor_facts){ .ports = { 32768, 60999, 28232 } };
	assert_non_null(in);
	doctor_scan_listeners(f, in);
	fclose(in);
}

static void listeners_are_counted_where_daemons_will_be(void **state)
{
	static const struct {
		const char *address;
		unsigned port;
		bool counts;
	} known[] = {
		{ "127.0.1.0", 40000, true },
		{ "127.0.1.7", 40000, true },
		{ "127.0.255.255", 40000, true },
		{ "127.0.0.255", 40000, false },
		{ "127.0.0.1", 40000, false },
		{ "127.1.0.0", 40000, false },
		{ "126.0.1.7", 40000, false },
		{ "7.1.0.127", 40000, false },
		{ "0.0.0.0", 40000, false },
		{ "127.0.1.7", 32768, true },
		{ "127.0.1.7", 32767, false },
		{ "127.0.1.7", 60999, true },
		{ "127.0.1.7", 61000, false },
	};
	struct doctor_facts f;
	char text[512], name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(text, sizeof(text), "%s", HEADER);
		put_socket(text + strlen(text), sizeof(text) - strlen(text), 0,
			   known[i].address, known[i].port, 0x0a);
		scan(&f, text);
		assert_int_equal(f.listeners, known[i].counts);
		snprintf(name, sizeof(name), "%s:%u", known[i].address,
			 known[i].port);
		assert_string_equal(f.listener, known[i].counts ? name : "");
	}
}

static void the_first_listener_is_named_and_all_are_counted(void **state)
{
	static const unsigned states[] = { 0x0a, 0x0a, 0x0a, 1, 6, 0x0b };
	struct doctor_facts f;
	char text[2048] = HEADER, address[32];

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(address, sizeof(address), "127.0.%d.3", i);
		put_socket(text + strlen(text), sizeof(text) - strlen(text), i,
			   address, 50000 + (unsigned)i, states[i]);
	}
	scan(&f, text);
	/* 127.0.0.3 is somebody else's; connections are no listeners. */
	assert_int_equal(f.listeners, 2);
	assert_string_equal(f.listener, "127.0.1.3:50001");
}

static void what_is_no_list_of_sockets_has_no_listeners(void **state)
{
	static const char *const texts[] = { HEADER, "\n", "   0: x\n", "0" };
	struct doctor_facts f;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		scan(&f, texts[i]);
		assert_int_equal(f.listeners, 0);
	}
}

/* --- daemons ---------------------------------------------------------------- */

static struct foreign_process process(pid_t pid, pid_t parent, const char *name)
{
	struct foreign_process p = { .pid = pid, .parent = parent };

	snprintf(p.name, sizeof(p.name), "%s", name);
	return p;
}

static void daemons_that_run_are_strays(void **state)
{
	enum {
		RUN = 1 << 29,
		SHELL,
		NOBODY
	}; /* no PIDs: they are not looked at */
	pid_t alone = child_live("echod"), of_run = child_live("echod");
	pid_t session = child_live("echod"), other = child_live("echo");
	pid_t zombie = child_zombie("echod"), gone = child_live("echod");
	struct foreign_process list[] = {
		process(alone, SHELL, "echod"),
		process(session, alone, "echod"),
		process(of_run, RUN, "echod"),
		process(other, SHELL, "echo"),
		process(zombie, SHELL, "echod"),
		process(gone, NOBODY, "echod"),
		process(RUN, SHELL, "forkbench"),
		process(SHELL, 1, "bash"),
	};
	const struct foreign all = { list, sizeof(list) / sizeof(list[0]) };
	struct doctor_facts f = { .strays = 0 };

	(void)state;
	child_reap(gone);
	doctor_scan(&f, &all);
	assert_int_equal(f.strays, 2);
	assert_int_equal(f.stray[0].pid, alone);
	assert_int_equal(f.stray[0].run, 0);
	assert_int_equal(f.stray[1].pid, of_run);
	assert_int_equal(f.stray[1].run, RUN);
}

static void all_strays_are_counted_and_a_few_are_kept(void **state)
{
	enum { MANY = DOCTOR_STRAYS + 3 };
	pid_t pid = child_live("echod");
	struct foreign_process list[MANY];
	const struct foreign all = { list, MANY };
	struct doctor_facts f = { .listener = "untouched" };

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		list[i] = process(pid, 1, "echod");
	doctor_scan(&f, &all);
	assert_int_equal(f.strays, MANY);
	assert_int_equal(f.stray[DOCTOR_STRAYS - 1].pid, pid);
	assert_string_equal(f.listener, "untouched");
}

/* Those of a run that goes on are not to be killed. */
static void only_strays_of_no_run_are_to_be_killed(void **state)
{
	static const struct {
		size_t strays;
		struct doctor_stray stray[DOCTOR_STRAYS];
		const char *value, *fix;
	} known[] = {
		{ 1, { { 12, 0 } }, "1: PID 12", "kill 12" },
		{ 3,
		  { { 12, 0 }, { 34, 5 }, { 56, 0 } },
		  "3: PID 12 34 56",
		  "kill 12 56" },
		{ 2,
		  { { 34, 5 }, { 35, 5 } },
		  "2: PID 34 35",
		  "wait until the run of forkbench 5 has ended" },
		{ DOCTOR_STRAYS + 1,
		  { { 1, 0 },
		    { 2, 0 },
		    { 3, 0 },
		    { 4, 0 },
		    { 5, 0 },
		    { 6, 0 },
		    { 7, 0 },
		    { 8, 0 } },
		  "9: PID 1 2 3 4 5 6 7 8",
		  "kill 1 2 3 4 5 6 7 8" },
	};
	static const struct config config;
	struct doctor d;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct doctor_facts f = { .strays = known[i].strays };
		const struct doctor_finding *found = d.finding;

		memcpy(f.stray, known[i].stray, sizeof(f.stray));
		doctor_judge(&d, &f, &config);
		while (strcmp(found->check, "stale-daemons") != 0)
			found++;
		assert_int_equal(found->level, DOCTOR_WARN);
		assert_string_equal(found->value, known[i].value);
		assert_string_equal(found->fix, known[i].fix);
	}
}

/* --- folders ---------------------------------------------------------------- */

static void runs_that_were_broken_off_are_counted(void **state)
{
	static const char *const names[] = {
		"results",	    "results/a",
		"results/.partial", "results/a.partial.old",
		"results/a.partia", "results/b.partial",
		"results/c.partial"
	};
	const struct foreign none = { .count = 0 };
	size_t wanted = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct doctor_facts f = { .unfinished = 0 };

		doctor_scan(&f, &none);
		assert_int_equal(f.unfinished, wanted);
		assert_int_equal(mkdir(names[i], 0777), 0);
		wanted += i > 4;
		f.unfinished = 0;
		doctor_scan(&f, &none);
		assert_int_equal(f.unfinished, wanted);
		/* Whichever the folder has first. */
		if (wanted == 1)
			assert_string_equal(f.unfinished_run, names[i]);
	}
}

static int set_up(void **state)
{
	(void)state;
	return !mkdtemp(top) || chdir(top) < 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_remove(top);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(listeners_are_counted_where_daemons_will_be),
		cmocka_unit_test(
			the_first_listener_is_named_and_all_are_counted),
		cmocka_unit_test(what_is_no_list_of_sockets_has_no_listeners),
		cmocka_unit_test_teardown(daemons_that_run_are_strays,
					  child_reap_all),
		cmocka_unit_test_teardown(
			all_strays_are_counted_and_a_few_are_kept,
			child_reap_all),
		cmocka_unit_test(only_strays_of_no_run_are_to_be_killed),
		cmocka_unit_test(runs_that_were_broken_off_are_counted),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
