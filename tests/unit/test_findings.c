/* Sentences computed from the data: signals, the machine, outliers. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fixture_world.h"

enum { BASE, LOOP, ONCE, AGAIN };

static const char *const modes[] = { "sig-ign", "waitpid-loop", "waitpid-once",
				     NULL };

static void signals_coalesce(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_children(w, BASE, 8000, 0, 0);
	world_children(w, AGAIN, 8000, 0, 0);
	world_judge(w);
	assert_null(world_finding(w, "signals coalesced"));

	world_children(w, LOOP, 8000, 5000, 0);
	world_children(w, ONCE, 8000, 3000, 5000);
	world_judge(w);
	assert_string_equal(world_finding(w, "signals"),
			    "signals coalesced in churn, all rounds: "
			    "‘waitpid-loop’ had "
			    "30,000 handler calls for 48,000 children, so "
			    "18,000 SIGCHLDs "
			    "merged with one that was pending, and no child "
			    "stayed a "
			    "zombie; ‘waitpid-once’ had 18,000 handler calls "
			    "for 48,000 "
			    "children, so 30,000 SIGCHLDs merged with one that "
			    "was "
			    "pending, and exactly as many children stayed "
			    "zombies");

	/* The sums agree, two rounds do not. */
	world_cell(w, ONCE, 2)->value[METRIC_ZOMBIES_LEFT]++;
	world_cell(w, ONCE, 3)->value[METRIC_ZOMBIES_LEFT]--;
	world_judge(w);
	assert_non_null(strstr(world_finding(w, "signals"), "pending, and "
							    "30,000 children "
							    "stayed zombies"));
	/* One child, one signal. */
	world_children(w, LOOP, 8000, 8000, 0);
	world_set(w, ONCE, METRIC_HANDLER_CALLS, NAN);
	world_judge(w);
	assert_null(world_finding(w, "signals"));
	world_free(w);
}

static void the_machine_drifted(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_judge(w);
	assert_null(world_finding(w, "drift"));
	for (unsigned r = 5; r <= 6; r++)
		for (size_t s = 0; s <= AGAIN; s++)
			world_cell(w, s, r)->value[METRIC_FORK_P50_US] *= 1.25;
	world_judge(w);
	assert_non_null(strstr(world_finding(w, "drift"), "the baseline "
							  "‘sig-ign’ itself "
							  "changed, most in "
							  "fork p50 in churn: "
							  "1.25 ["));
	world_free(w);
}

static void set_load(struct world *w, unsigned round, double load, double s)
{
	for (size_t slot = 0; slot <= AGAIN; slot++) {
		struct load_cell *c = world_cell(w, slot, round);

		c->drift.before.load_1min = load + (double)slot;
		c->drift.before.cpu_pressure_total_s = s + (double)slot;
	}
}

static void the_machine_was_busy_before_the_run(void **state)
{
	struct world *w = world_new(modes);
	json_t *env = json_pack("{s{si}}", "host", "cpus", 4);

	(void)state;
	w->run.env = env;
	world_judge(w);
	assert_null(world_finding(w, "machine"));
	set_load(w, 1, 9, 1); /* ours; as if counted anew after a boot */
	set_load(w, 0, 1.9, 100);
	assert_null(world_finding(w, "machine"));
	set_load(w, 0, 2.25, 100);
	assert_string_equal(world_finding(w, "machine"), "machine: before the "
							 "first cell its load "
							 "average "
							 "was 2.3 already, on "
							 "4 CPUs");
	world_free(w);
	json_decref(env);
}

static void the_machine_was_disturbed(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	for (unsigned r = 0; r <= WORLD_ROUNDS; r++) {
		world_cell(w, LOOP, r)->drift.during.steal_pct = 5;
		world_cell(w, ONCE, r)->drift.during.foreign_cpu_pct = 10;
	}
	world_judge(w);
	assert_null(world_finding(w, "machine"));
	world_cell(w, LOOP, 0)->drift.during.steal_pct = 50; /* not used */
	world_cell(w, LOOP, 1)->drift.during.steal_pct = 7.5;
	world_cell(w, LOOP, 2)->drift.during.steal_pct = 6;
	assert_string_equal(world_finding(w, "machine: during 2"),
			    "machine: during 2 of the 6 cells used the host "
			    "took CPU time, over the limit of 5 %; at most "
			    "7.50 %");
	world_cell(w, ONCE, 1)->drift.during.foreign_cpu_pct = 40;
	assert_string_equal(world_finding(w, "machine: during 1"),
			    "machine: during 1 of the 6 cells used processes "
			    "that are not forkbench’s used a CPU, over the "
			    "limit of 10 %; at most 40.0 %");
	world_free(w);
}

static void set_odd(struct world *w, size_t slot, unsigned round, double factor)
{
	struct load_cell *c = world_cell(w, slot, round);

	snprintf(c->folder, sizeof(c->folder), "churn/%u-%s", round,
		 w->run.slots[slot].name);
	c->value[METRIC_FORK_P50_US] = 50 * factor;
}

static void outliers_are_named(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_judge(w);
	assert_null(world_finding(w, "outlier"));
	set_odd(w, LOOP, 3, 1.5);
	world_judge(w);
	assert_string_equal(world_finding(w, "outlier"), "outliers, flagged "
							 "and not dropped: "
							 "churn/3-waitpid-loop "
							 "(fork p50 1.50× its "
							 "rounds’ "
							 "median)");
	set_odd(w, BASE, 3, 1.5);
	set_odd(w, ONCE, 3, 1.5);
	set_odd(w, ONCE, 4, 0.5);
	set_odd(w, AGAIN, 5, 2);
	world_judge(w);
	assert_non_null(strstr(world_finding(w, "outlier"), "dropped: "
							    "churn/3-sig-ign "
							    "(fork p50 1.50× "
							    "its "
							    "rounds’ median), "
							    "churn/"
							    "3-waitpid-loop "
							    "("));
	assert_non_null(strstr(world_finding(w, "outlier"), "median) and 2 "
							    "more"));
	world_free(w);
}

static void a_null_experiment_says_so(void **state)
{
	static const char *const same[] = { "sig-ign", "sig-ign", NULL };
	static const char *const mixed[] = { "sig-ign", "none", "sig-ign",
					     "sig-ign", NULL };
	struct world *w = world_new(modes);

	(void)state;
	world_judge(w);
	assert_null(world_finding(w, "null experiment"));
	world_free(w);

	w = world_new(same);
	world_judge(w);
	assert_string_equal(world_finding(w, "null experiment"),
			    "null experiment: ‘sig-ign-2’ is the baseline’s "
			    "mode once more: what differs there is noise, and "
			    "a verdict of better or worse a false one");
	world_free(w);

	w = world_new(mixed);
	world_judge(w);
	assert_non_null(world_finding(w, "‘sig-ign-2’ and ‘sig-ign-3’ are the "
					 "baseline’s mode once more"));
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_coalesce),
		cmocka_unit_test(the_machine_drifted),
		cmocka_unit_test(the_machine_was_busy_before_the_run),
		cmocka_unit_test(the_machine_was_disturbed),
		cmocka_unit_test(outliers_are_named),
		cmocka_unit_test(a_null_experiment_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
