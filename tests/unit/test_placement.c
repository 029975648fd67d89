/* Who runs on which CPUs: of machines that are made up, and of this one. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/placement.h"
#include "lib/rng.h"

/* --- cores ------------------------------------------------------------------ */

/* How the threads of a core are numbered; so many cores there are. */
static size_t cores = 1;

static void next_to_each_other(size_t cpu, cpu_set_t *out)
{
	CPU_SET(cpu ^ 1, out);
}

static void one_core_after_the_other(size_t cpu, cpu_set_t *out)
{
	for (size_t i = cpu % cores; i < 64; i += cores)
		CPU_SET(i, out);
}

static void all_of_one_core(size_t cpu, cpu_set_t *out)
{
	(void)cpu;
	for (size_t i = 0; i < 64; i++)
		CPU_SET(i, out);
}

static void of_which_nothing_is_known(size_t cpu, cpu_set_t *out)
{
	(void)cpu;
	(void)out;
}

static cpu_set_t set_of(const char *list)
{
	cpu_set_t set;

	assert_true(placement_parse(list, &set));
	return set;
}

static void assert_set(const cpu_set_t *set, const char *list)
{
	char got[PLACEMENT_LIST];

	assert_string_equal(placement_list(set, got), list);
}

static void cores_stay_whole(void **state)
{
	static const struct {
		const char *all;
		void (*siblings)(size_t cpu, cpu_set_t *out);
		size_t cores;
		const char *daemon, *rest;
	} known[] = {
		{ "0-1", of_which_nothing_is_known, 0, "0", "1" },
		{ "0-2", of_which_nothing_is_known, 0, "0", "1-2" },
		{ "0-3", of_which_nothing_is_known, 0, "0-1", "2-3" },
		{ "0-7", of_which_nothing_is_known, 0, "0-3", "4-7" },
		/* Two threads a core. */
		{ "0-3", next_to_each_other, 0, "0-1", "2-3" },
		{ "0-7", next_to_each_other, 0, "0-3", "4-7" },
		{ "0-5", next_to_each_other, 0, "0-1", "2-5" },
		{ "0-3", one_core_after_the_other, 2, "0,2", "1,3" },
		{ "0-7", one_core_after_the_other, 4, "0-1,4-5", "2-3,6-7" },
		/* Four. */
		{ "0-7", one_core_after_the_other, 2, "0,2,4,6", "1,3,5,7" },
		/* Not all of them may be used: a half core is one, too. */
		{ "0-2", next_to_each_other, 0, "2", "0-1" },
		{ "1-3", next_to_each_other, 0, "1", "2-3" },
		{ "1-2", next_to_each_other, 0, "1", "2" },
		{ "3,7,40-41", next_to_each_other, 0, "3,7", "40-41" },
		{ "0,1,4,5", one_core_after_the_other, 4, "0,4", "1,5" },
		/* There is but one core. */
		{ "0-1", next_to_each_other, 0, "0", "1" },
		{ "6-7", all_of_one_core, 0, "6", "7" },
		{ "0-3", all_of_one_core, 0, "0-1", "2-3" },
		{ "0,2,4", all_of_one_core, 0, "0", "2,4" },
	};
	char why[PLACEMENT_WHY] = "";
	struct placement p;

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		cpu_set_t all = set_of(known[i].all);

		cores = known[i].cores;
		memset(&p, 0xff, sizeof(p));
		assert_int_equal(placement_share(&p, PLACEMENT_SPLIT, &all,
						 known[i].siblings, why),
				 0);
		assert_int_equal(p.kind, PLACEMENT_SPLIT);
		assert_set(&p.all, placement_list(&all, (char[256]){ 0 }));
		assert_set(&p.daemon, known[i].daemon);
		assert_set(&p.loadgen, known[i].rest);
		assert_set(&p.forkbench, known[i].rest);
		assert_int_equal(placement_share(&p, PLACEMENT_SHARED, &all,
						 known[i].siblings, why),
				 0);
		assert_int_equal(p.kind, PLACEMENT_SHARED);
		assert_set(&p.daemon, known[i].daemon);
		assert_set(&p.loadgen, known[i].daemon);
		assert_set(&p.forkbench, known[i].rest);
		assert_ptr_equal(placement_set(&p, &p.daemon), &p.daemon);
	}
	assert_string_equal(why, "");
}

/* Whatever the machine: two halves, none empty, no core in both. */
static void halves_never_share_a_core(void **state)
{
	char why[PLACEMENT_WHY];
	struct placement p;

	(void)state;
	for (size_t cpus = 2; cpus <= 64; cpus++)
		for (cores = 2; cores <= cpus; cores++) {
			cpu_set_t all, both;

			CPU_ZERO(&all);
			for (size_t cpu = 0; cpu < cpus; cpu++)
				CPU_SET(cpu, &all);
			assert_int_equal(
				placement_share(&p, PLACEMENT_SPLIT, &all,
						one_core_after_the_other, why),
				0);
			CPU_OR(&both, &p.daemon, &p.loadgen);
			assert_true(CPU_EQUAL(&both, &all));
			CPU_AND(&both, &p.daemon, &p.loadgen);
			assert_int_equal(CPU_COUNT(&both), 0);
			assert_in_range(CPU_COUNT(&p.daemon), 1, cpus / 2);
			for (size_t cpu = 0; cpu + cores < cpus; cpu++)
				assert_int_equal(CPU_ISSET(cpu, &p.daemon),
						 CPU_ISSET(cpu + cores,
							   &p.daemon));
		}
}

static void one_cpu_is_too_few(void **state)
{
	cpu_set_t one = set_of("5");
	char why[PLACEMENT_WHY];
	struct placement p;

	(void)state;
	assert_int_equal(placement_share(&p, PLACEMENT_SPLIT, &one,
					 next_to_each_other, why),
			 -1);
	assert_string_equal(why, "PLACEMENT split: needs 2 CPUs or more, and "
				 "forkbench may use 1; give it more, or "
				 "PLACEMENT=none");
	assert_int_equal(placement_share(&p, PLACEMENT_SHARED, &one,
					 next_to_each_other, why),
			 -1);
	assert_non_null(strstr(why, "PLACEMENT shared: "));
	assert_int_equal(placement_share(&p, PLACEMENT_NONE, &one,
					 next_to_each_other, why),
			 0);
}

static void without_placement_all_may_be_used(void **state)
{
	cpu_set_t all = set_of("0-3"), before, after;
	char why[PLACEMENT_WHY];
	struct placement p;

	(void)state;
	assert_int_equal(placement_share(&p, PLACEMENT_NONE, &all,
					 next_to_each_other, why),
			 0);
	assert_set(&p.daemon, "0-3");
	assert_set(&p.loadgen, "0-3");
	assert_set(&p.forkbench, "0-3");
	assert_null(placement_set(&p, &p.daemon));
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_CLR(0, &p.forkbench);
	assert_int_equal(placement_enter(&p, &p.forkbench), 0);
	assert_int_equal(sched_getaffinity(0, sizeof(after), &after), 0);
	assert_true(CPU_EQUAL(&before, &after));
}

static void this_machine_is_shared_out(void **state)
{
	char why[PLACEMENT_WHY];
	struct placement p;
	cpu_set_t all, now;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	if (CPU_COUNT(&all) < 2) {
		print_message("there is one CPU\n");
		skip();
	}
	assert_int_equal(placement_make(&p, PLACEMENT_SPLIT, why), 0);
	assert_true(CPU_EQUAL(&p.all, &all));
	CPU_XOR(&now, &p.daemon, &p.forkbench);
	assert_true(CPU_EQUAL(&now, &all));
	assert_int_equal(placement_enter(&p, &p.daemon), 0);
	assert_int_equal(sched_getaffinity(0, sizeof(now), &now), 0);
	assert_int_equal(placement_enter(&p, &p.all), 0);
	assert_true(CPU_EQUAL(&now, &p.daemon));
}

/* --- lists ------------------------------------------------------------------ */

static void lists_are_read(void **state)
{
	static const struct {
		const char *list, *same; /* as it is written; NULL: alike */
	} known[] = {
		{ "0", NULL },		{ "1023", NULL },
		{ "0-1023", NULL },	{ "0-2,5", NULL },
		{ "0,2,4-5", NULL },	{ "0,1,2", "0-2" },
		{ "5,3-4,0", "0,3-5" }, { "2-4,3,4-6", "2-6" },
		{ "7-7", "7" },		{ "007", "7" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		cpu_set_t set = set_of(known[i].list);

		assert_set(&set, known[i].same ? known[i].same : known[i].list);
	}
}

static void what_is_no_list_is_refused(void **state)
{
	static const char *const lists[] = {
		"",
		"all",
		",",
		",1",
		"1,",
		"1,,2",
		"1-",
		"-1",
		"1--2",
		"2-1",
		"0-",
		"1-2-",
		"1-2-3",
		" 1",
		"1 ",
		"1\n",
		"+1",
		"0x1",
		"1;2",
		"1024",
		"0-1024",
		"1,-2",
		"1.5",
		"0,2,...",
		"4294967296",
		"18446744073709551616",
		"1-99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		cpu_set_t set = set_of("3,5");

		if (placement_parse(lists[i], &set))
			fail_msg("taken: %s", lists[i]);
		assert_set(&set, "3,5");
	}
}

static void what_is_written_is_read_as_the_same(void **state)
{
	struct rng rng = { .state = 1 };

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t runs = 1 + rng_below(&rng, 20);
		char list[PLACEMENT_LIST];
		cpu_set_t set, again;

		CPU_ZERO(&set);
		while (runs--) {
			size_t first = rng_below(&rng, CPU_SETSIZE);
			size_t length = 1 + rng_below(&rng, 40);

			while (length-- && first < CPU_SETSIZE)
				CPU_SET(first++, &set);
		}
		assert_true(
			placement_parse(placement_list(&set, list), &again));
		assert_true(CPU_EQUAL(&set, &again));
	}
}

static void a_list_that_is_too_long_ends_in_dots(void **state)
{
	char list[PLACEMENT_LIST + 1];
	cpu_set_t set;

	(void)state;
	CPU_ZERO(&set);
	assert_set(&set, "");
	for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu += 2)
		CPU_SET(cpu, &set);
	list[PLACEMENT_LIST] = 'x';
	placement_list(&set, list);
	assert_int_equal(list[PLACEMENT_LIST], 'x');
	assert_in_range(strlen(list), PLACEMENT_LIST - 20, PLACEMENT_LIST - 1);
	assert_memory_equal(list, "0,2,4,6,8,10,", 13);
	assert_string_equal(list + strlen(list) - 4, ",...");
	assert_false(placement_parse(list, &set));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(cores_stay_whole),
		cmocka_unit_test(halves_never_share_a_core),
		cmocka_unit_test(one_cpu_is_too_few),
		cmocka_unit_test(without_placement_all_may_be_used),
		cmocka_unit_test(this_machine_is_shared_out),
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(what_is_no_list_is_refused),
		cmocka_unit_test(what_is_written_is_read_as_the_same),
		cmocka_unit_test(a_list_that_is_too_long_ends_in_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
