/* Two stored runs, compared: what is found, what is not, and what is noted. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/judge/compare.h"
#include "tests/unit/fixture_cells.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum { SIG_IGN, LOOP, ONCE, NONE, AA };

/* A run's rounds and the spread of its cells, as a quick run has them. */
enum { ROUNDS = 100 };
#define SPREAD 0.08

static struct comparison c;
static struct made *a, *b;

static int make(void **state)
{
	(void)state;
	a = made_new("churn,leak");
	b = made_new("churn,leak");
	made_fill(a, ROUNDS, SPREAD, 1);
	made_fill(b, ROUNDS, SPREAD, 2);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	compare_release(&c);
	made_free(a);
	made_free(b);
	return 0;
}

static void compare(void)
{
	compare_release(&c);
	made_judge(a);
	made_judge(b);
	assert_int_equal(compare_runs(&c, a->judged, b->judged), 0);
}

static const struct change *change_of(int metric, const char *level)
{
	for (size_t i = 0; i < c.changes; i++)
		if (c.change[i].metric == metric &&
		    strcmp(c.change[i].level, level) == 0)
			return &c.change[i];
	fail_msg("no change of %s, %s", metrics[metric].name, level);
	return NULL;
}

static void assert_note(const char *part)
{
	for (size_t i = 0; i < c.notes; i++)
		if (strstr(c.note[i], part))
			return;
	fail_msg("no note of %zu has `%s`; the first is `%s`", c.notes, part,
		 c.note[0]);
}

static void assert_near(double got, double expected, double within)
{
	if (!(fabs(got - expected) <= within))
		fail_msg("%.10g is not within %g of %.10g", got, within,
			 expected);
}

/* --- ratios --------------------------------------------------------------- */

static void equal_runs_do_not_differ(void **state)
{
	(void)state;
	compare();
	assert_true(c.sound);
	assert_int_equal(c.notes, 0);
	assert_int_equal(c.differences, 0);
	assert_int_equal(c.changes, 12);
	assert_int_equal(c.zombie_changes, 8);
	assert_int_equal(compare_count(&c, VERDICT_WORSE), 0);
	assert_int_equal(compare_count(&c, VERDICT_BETTER), 0);
	assert_int_equal(compare_count(&c, VERDICT_SAME) +
				 compare_count(&c, VERDICT_UNCLEAR),
			 20);
}

/* One mode of B is by so much slower; or all of B, which is no change. */
static void a_change_of_a_level_is_found(void **state)
{
	static const struct {
		int metric;
		double factor;
		bool all;
		enum verdict verdict;
	} cases[] = {
		{ METRIC_CPU_US, 1.13, false, VERDICT_WORSE },
		{ METRIC_CPU_US, 1 / 1.13, false, VERDICT_BETTER },
		{ METRIC_SESSIONS_PER_S, 1 / 1.13, false, VERDICT_WORSE },
		{ METRIC_SESSIONS_PER_S, 1.13, false, VERDICT_BETTER },
		{ METRIC_FIRST_ECHO_P50_US, 1.13, false, VERDICT_WORSE },
		{ METRIC_CPU_US, 1.13, true, VERDICT_UNCLEAR },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct change *e;

		for (size_t l = 0; l <= AA; l++)
			if (l == LOOP || cases[i].all)
				made_times(b, 0, l, cases[i].metric,
					   cases[i].factor);
		compare();
		assert_true(c.sound);
		e = change_of(cases[i].metric, "waitpid-loop");
		assert_string_equal(e->experiment, "churn");
		if (e->verdict != cases[i].verdict)
			fail_msg("case %zu is `%s`: [%g, %g]", i,
				 verdict_names[e->verdict], e->b_to_a.low,
				 e->b_to_a.high);
		assert_int_equal(compare_count(&c, VERDICT_WORSE),
				 cases[i].verdict == VERDICT_WORSE);
		assert_int_equal(compare_count(&c, VERDICT_BETTER),
				 cases[i].verdict == VERDICT_BETTER);
		drop(state);
		make(state);
	}
}

/* Precise runs may say that nothing changed. */
static void a_level_may_be_the_same(void **state)
{
	drop(state);
	a = made_new("churn");
	b = made_new("churn");
	made_fill(a, ROUNDS, 0.02, 1);
	made_fill(b, ROUNDS, 0.02, 2);
	compare();
	assert_int_equal(change_of(METRIC_CPU_US, "none")->verdict,
			 VERDICT_SAME);
	assert_int_equal(compare_count(&c, VERDICT_SAME), 12 + 4);
}

/* Intervals at 1 - 0.05 / 12, and their half-widths by Pythagoras. */
static void the_interval_is_of_both_runs(void **state)
{
	struct interval in_a, in_b;
	const struct change *e;
	size_t rounds;

	(void)state;
	compare();
	e = change_of(METRIC_CPU_US, "waitpid-once");
	assert_int_equal(judge_ratio(&a->run, 0, ONCE, METRIC_CPU_US, 0.05 / 12,
				     &in_a, &rounds),
			 0);
	assert_int_equal(judge_ratio(&b->run, 0, ONCE, METRIC_CPU_US, 0.05 / 12,
				     &in_b, &rounds),
			 0);
	assert_memory_equal(&e->a, &in_a, sizeof(in_a));
	assert_memory_equal(&e->b, &in_b, sizeof(in_b));
	assert_near(e->b_to_a.mid, in_b.mid / in_a.mid, 1e-12);
	assert_near(pow(log(e->b_to_a.mid / e->b_to_a.low), 2),
		    pow(log(in_b.mid / in_b.low), 2) +
			    pow(log(in_a.high / in_a.mid), 2),
		    1e-12);
	assert_near(pow(log(e->b_to_a.high / e->b_to_a.mid), 2),
		    pow(log(in_b.high / in_b.mid), 2) +
			    pow(log(in_a.mid / in_a.low), 2),
		    1e-12);
}

/* --- zombies -------------------------------------------------------------- */

static void a_leak_that_appears_is_worse(void **state)
{
	(void)state;
	/* leak's; churn's are as they were. */
	made_set(b, 1, LOOP, METRIC_ZOMBIES_LEFT, 7);
	made_set(a, 1, ONCE, METRIC_ZOMBIES_LEFT, 9);
	made_set(a, 1, NONE, METRIC_ZOMBIES_LEFT, 100);
	made_set(b, 1, NONE, METRIC_ZOMBIES_LEFT, 300);
	compare();
	assert_true(c.sound);
	assert_int_equal(compare_count(&c, VERDICT_WORSE), 1);
	assert_int_equal(compare_count(&c, VERDICT_BETTER), 1);
	for (size_t i = 0; i < c.zombie_changes; i++) {
		const struct zombie_change *z = &c.zombie_change[i];
		bool leak = strcmp(z->experiment, "leak") == 0;

		assert_int_equal(z->verdict,
				 leak && strcmp(z->level, "waitpid-loop") == 0 ?
					 VERDICT_WORSE :
				 leak && strcmp(z->level, "waitpid-once") == 0 ?
					 VERDICT_BETTER :
					 VERDICT_SAME);
		if (leak && strcmp(z->level, "none") == 0) {
			assert_near(z->a_max, 100, 0);
			assert_near(z->b_max, 300, 0);
		}
	}
}

/* --- what is not compared ------------------------------------------------- */

static void rename_level(struct made *m, size_t level, const char *name)
{
	for (size_t i = 0; i < m->config.arms; i++)
		snprintf(m->config.arm[i].level[level].name, LEVEL_NAME, "%s",
			 name);
}

static void of_other_cpu_source(void)
{
	b->cpu_source = "perf_event";
}

static void without_cpu(void)
{
	b->cpu_source = NULL;
	for (size_t l = 0; l <= AA; l++)
		made_set(b, 0, l, METRIC_CPU_US, NAN);
}

static void with_another_level(void)
{
	rename_level(b, ONCE, "double-fork");
}

static void with_another_baseline(void)
{
	rename_level(b, SIG_IGN, "sigchld-ign");
}

static void of_another_load(void)
{
	b->config.arm[0].load.sessions = 200;
}

static void without_leak(void)
{
	while (b->cell[b->cells - 1].arm == 1)
		b->cells--;
	b->config.arms--;
}

static void of_more(void)
{
	while (a->cell[a->cells - 1].arm == 1)
		a->cells--;
	a->config.arms--;
}

static void unfinished(void)
{
	b->finished = false;
	b->interrupted_by = "SIGINT";
}

static void invalid(void)
{
	for (size_t i = 0; i < a->cells; i++)
		if (a->cell[i].level == LOOP)
			validity_add(&a->cell[i].validity, VALIDITY_FORK_FAILED,
				     "12");
}

static void noisy(void)
{
	made_times(b, 0, LOOP, METRIC_CPU_US, 1.5);
	made_times(b, 0, AA, METRIC_CPU_US, 1.5);
}

static void too_short(void)
{
	made_times(b, 0, LOOP, METRIC_CPU_US, 1.5);
	b->config.profile = 0;
}

static void of_few_rounds(void)
{
	size_t kept = 0;

	made_times(b, 0, LOOP, METRIC_CPU_US, 1.5);
	for (size_t i = 0; i < b->cells; i++)
		if (b->cell[i].round <= 4)
			b->cell[kept++] = b->cell[i];
	b->cells = kept;
}

static void what_cannot_be_compared_is_noted(void **state)
{
	static const struct {
		void (*change)(void);
		bool sound;
		size_t changes, zombie_changes;
		const char *note;
	} cases[] = {
		{ of_other_cpu_source, false, 9, 8,
		  "churn, CPU per session is not compared: A has it by cgroup "
		  "v2, B by perf_event." },
		{ without_cpu, false, 9, 8,
		  "churn, CPU per session is not compared: B has not measured "
		  "it." },
		{ with_another_level, false, 8, 6,
		  "churn: only A has waitpid-once." },
		{ with_another_level, false, 8, 6,
		  "churn: only B has double-fork." },
		{ with_another_baseline, false, 0, 6,
		  "churn: ratios are not compared: A's are to sig-ign, B's to "
		  "sigchld-ign." },
		{ of_another_load, false, 0, 4,
		  "churn is not compared: its load is 100 sessions after" },
		{ without_leak, false, 12, 4,
		  "leak is not compared: only A has it." },
		{ of_more, true, 12, 4,
		  "leak is not compared: only B has it." },
		{ unfinished, false, 12, 8,
		  "B is INCOMPLETE: SIGINT stopped it" },
		{ invalid, false, 8, 6,
		  "A is INVALID: churn: rounds without a usable cell" },
		{ noisy, true, 12, 8,
		  "churn: verdicts are withheld: it is NOISY in B." },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		cases[i].change();
		compare();
		assert_note(cases[i].note);
		if (c.sound != cases[i].sound ||
		    c.changes != cases[i].changes ||
		    c.zombie_changes != cases[i].zombie_changes)
			fail_msg("case %zu: sound %d, %zu and %zu changes", i,
				 c.sound, c.changes, c.zombie_changes);
		drop(state);
		make(state);
	}
}

static void a_verdict_needs_verdicts_of_both(void **state)
{
	static const struct {
		void (*change)(void);
		enum verdict verdict;
	} cases[] = {
		{ noisy, VERDICT_WITHHELD },
		{ too_short, VERDICT_NONE },
		{ of_few_rounds, VERDICT_UNCLEAR },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct change *e;

		cases[i].change();
		compare();
		e = change_of(METRIC_CPU_US, "waitpid-loop");
		assert_int_equal(e->verdict, cases[i].verdict);
		assert_true(e->b_to_a.mid > 1.15);
		assert_int_equal(compare_count(&c, VERDICT_WORSE), 0);
		drop(state);
		make(state);
	}
}

static void a_slope_is_not_compared(void **state)
{
	drop(state);
	a = made_new("memory");
	b = made_new("memory");
	made_fill(a, 10, 0.02, 1);
	made_fill(b, 10, 0.02, 2);
	compare();
	assert_true(c.sound);
	assert_int_equal(c.changes, 0);
	assert_int_equal(c.notes, 1);
	assert_note("memory is not compared: it has a slope and no ratios");
}

/* --- machines ------------------------------------------------------------- */

static void differences_of_machines_are_listed(void **state)
{
	static const struct difference expected[] = {
		{ "placement", "none", "split" },
		{ "build.dirty", "false", "true" },
		{ "host.kernel", "6.1", "6.6" },
		{ "host.cpus", "2", "" },
		{ "limits.open_files", "", "1024" },
	};

	(void)state;
	b->config.placement = PLACEMENT_SPLIT;
	a->env = "{\"schema_version\": 2, \"doctor\": [1], \"vm\": {\"x\": "
		 "null},"
		 "\"host\": {\"cpus\": 2, \"kernel\": \"6.1\", \"cpu\": \"c\"},"
		 "\"build\": {\"dirty\": false}}";
	b->env = "{\"schema_version\": 2, \"doctor\": [2],"
		 "\"host\": {\"kernel\": \"6.6\", \"cpu\": \"c\"},"
		 "\"build\": {\"dirty\": true}, \"limits\": {\"open_files\": "
		 "1024}}";
	compare();
	for (size_t i = 0; i < COUNT(expected) && i < c.differences; i++) {
		assert_string_equal(c.difference[i].key, expected[i].key);
		assert_string_equal(c.difference[i].a, expected[i].a);
		assert_string_equal(c.difference[i].b, expected[i].b);
	}
	assert_int_equal(c.differences, COUNT(expected));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(equal_runs_do_not_differ, make,
						drop),
		cmocka_unit_test_setup_teardown(a_change_of_a_level_is_found,
						make, drop),
		cmocka_unit_test_setup_teardown(a_level_may_be_the_same, make,
						drop),
		cmocka_unit_test_setup_teardown(the_interval_is_of_both_runs,
						make, drop),
		cmocka_unit_test_setup_teardown(a_leak_that_appears_is_worse,
						make, drop),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_compared_is_noted, make, drop),
		cmocka_unit_test_setup_teardown(
			a_verdict_needs_verdicts_of_both, make, drop),
		cmocka_unit_test_setup_teardown(a_slope_is_not_compared, make,
						drop),
		cmocka_unit_test_setup_teardown(
			differences_of_machines_are_listed, make, drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
