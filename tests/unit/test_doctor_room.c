/* What a plan needs of the machine follows from what is to be run. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/doctor_checks.h"
#include "bench/measure/doctor_room.h"

/* A machine without limits, so that only the needs are of interest. */
static const struct doctor_facts facts = {
	.files_hard = UINT64_MAX,
	.limits = { .most = { UINT64_MAX, UINT64_MAX, UINT64_MAX,
			      UINT64_MAX } },
	.ports.count = UINT64_MAX,
	.disk_bytes = UINT64_MAX,
	.now.memory_available_kib = 1e12,
};

static void assert_need(void (*judge)(const struct doctor_case *k),
			const struct config *c, const char *need)
{
	struct doctor_finding found = { .check = "" };
	struct doctor_case k = { .f = &facts, .c = c, .d = &found };

	judge(&k);
	assert_string_equal(found.need, need);
	assert_string_equal(found.fix, "");
	assert_int_equal(found.level, DOCTOR_OK);
}

/* Of all three, each with figures of its own. */
static struct config config_of(void)
{
	return (struct config){
		.rounds = 1,
		.modes = 1,
		.load = { [EXPERIMENT_CHURN] = { .concurrency = 100 },
			  [EXPERIMENT_HOLD] = { .concurrency = 2000 },
			  [EXPERIMENT_WALL] = { .concurrency = 30,
						.sessions = 4000 } },
	};
}

static void the_largest_that_is_run_counts(void **state)
{
	static const struct {
		bool with[EXPERIMENTS];
		const char *files, *ports, *processes;
	} known[] = {
		{ { true, false, false },
		  "132 for 100 sessions at once",
		  "200: 2 a session, for each daemon",
		  "100: 100 sessions are as many processes, beside 0" },
		{ { true, true, false },
		  "2032 for 2000 sessions at once",
		  "4000: 2 a session, for each daemon",
		  "2000: 2000 sessions are as many processes, beside 0" },
		/* It runs few at once, and each may stay as a zombie. */
		{ { true, false, true },
		  "132 for 100 sessions at once",
		  "200: 2 a session, for each daemon",
		  "4000: 4000 sessions are as many processes, beside 0" },
	};
	struct config c = config_of();

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		memcpy(c.with, known[i].with, sizeof(c.with));
		assert_need(doctor_open_files, &c, known[i].files);
		assert_need(doctor_ports, &c, known[i].ports);
		assert_need(doctor_pid_max, &c, known[i].processes);
		assert_need(doctor_threads_max, &c, known[i].processes);
		assert_need(doctor_user_processes, &c, known[i].processes);
		assert_need(doctor_cgroup_processes, &c, known[i].processes);
	}
	assert_need(doctor_memory, &c, "11 MiB for 100 sessions");
}

static void every_cell_takes_room_on_disk(void **state)
{
	struct config c = config_of();

	(void)state;
	c.with[EXPERIMENT_CHURN] = true;
	assert_need(doctor_disk, &c, "5 MiB for 1 cells");
	c.rounds = 7;
	c.warmups = 1;
	assert_need(doctor_disk, &c, "5 MiB for 8 cells");
	c.aa = true;
	assert_need(doctor_disk, &c, "6 MiB for 16 cells");
	c.modes = 3;
	assert_need(doctor_disk, &c, "8 MiB for 32 cells");
	c.with[EXPERIMENT_WALL] = true;
	assert_need(doctor_disk, &c, "12 MiB for 64 cells");
}

/* hyperfine, and what keeps it from being run, matters to wall alone. */
static void a_tool_that_is_not_used_may_be_missing(void **state)
{
	struct doctor_facts without = facts;
	struct config c = config_of();
	struct doctor d;

	(void)state;
	without.hyperfine.error = 2;
	for (int wall = 0; wall < 2; wall++) {
		const struct doctor_finding *found = d.finding;

		c.with[EXPERIMENT_WALL] = wall;
		doctor_judge(&d, &without, &c);
		while (strcmp(found->check, "hyperfine") != 0)
			found++;
		assert_int_equal(found->level, wall ? DOCTOR_FAIL : DOCTOR_OK);
		if (!wall)
			assert_string_equal(found->value, "not needed without "
							  "wall");
	}
}

/* A limit that can't be read is no number to tell of, and none to exceed. */
static void a_limit_that_is_not_known_is_not_exceeded(void **state)
{
	static const struct {
		const char *check, *need;
	} known[] = {
		{ "time-wait", "below tcp_max_tw_buckets" },
		{ "load", "at most half of the CPUs" },
	};
	struct config c = config_of();
	struct doctor_facts unknown = facts;
	struct doctor d;

	(void)state;
	unknown.cpus = unknown.time_wait_most = UINT64_MAX;
	unknown.now.time_wait_sockets = unknown.now.load_1min = 1e6;
	doctor_judge(&d, &unknown, &c);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		const struct doctor_finding *found = d.finding;

		while (strcmp(found->check, known[i].check) != 0)
			found++;
		assert_string_equal(found->need, known[i].need);
		assert_int_equal(found->level, DOCTOR_OK);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_largest_that_is_run_counts),
		cmocka_unit_test(every_cell_takes_room_on_disk),
		cmocka_unit_test(a_limit_that_is_not_known_is_not_exceeded),
		cmocka_unit_test(a_tool_that_is_not_used_may_be_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
