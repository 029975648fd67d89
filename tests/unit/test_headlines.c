/* The answers of the first screen: what a run is worth, who leaks, who differs.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tell/headlines.h"
#include "tests/unit/fixture_world.h"

enum { BASE, LOOP, ONCE, NONE };
enum { LEAKS, SPEED, NOISE, DOUBT };

static const char *const four[] = { "sig-ign", "waitpid-loop", "waitpid-once",
				    "none", NULL };
static const char *const two[] = { "sig-ign", "waitpid-loop", NULL };
static const char *const same[] = { "sig-ign", "sig-ign", NULL };

static struct headlines h;

static void make(struct world *w)
{
	world_judge(w);
	headlines_make(&w->run, &w->j, &h);
}

static const char *answer(struct world *w, int question)
{
	make(w);
	return h.list[question].answer;
}

static void who_leaks_and_how_much(void **state)
{
	struct world *w = world_new(four);

	(void)state;
	assert_string_equal(answer(w, LEAKS), "None: ‘sig-ign’, "
					      "‘waitpid-loop’, ‘waitpid-once’ "
					      "and ‘none’ left none.");
	world_children(w, ONCE, 8000, 2787, 5213);
	world_children(w, NONE, 8000, 0, 8000);
	assert_string_equal(answer(w, LEAKS), "2 of 4: ‘waitpid-once’ leaves "
					      "up to 5,213 of 8,000 in churn; "
					      "‘none’ keeps every child (up to "
					      "8,000 in churn). ‘sig-ign’ and "
					      "‘waitpid-loop’ left none.");
	/* In one round it did not. */
	world_cell(w, NONE, 2)->value[METRIC_ZOMBIES_LEFT] = 7999;
	assert_non_null(strstr(answer(w, LEAKS), "‘none’ leaves up to 8,000 of "
						 "8,000 "
						 "in"));
	for (size_t s = 0; s < w->run.n_slots; s++)
		world_set(w, s, METRIC_ZOMBIES_LEFT, NAN);
	assert_string_equal(answer(w, LEAKS), "Not measured.");
	world_free(w);
}

static void who_is_faster_or_slower(void **state)
{
	struct world *w = world_new(four);

	(void)state;
	assert_string_equal(answer(w, SPEED), "No: ‘waitpid-loop’ (sessions/s "
					      "1.00 [0.99–1.00]), "
					      "‘waitpid-once’ (sessions/s 1.00 "
					      "[0.99–1.00]) and "
					      "‘none’ (sessions/s 1.00 "
					      "[0.99–1.00]) are the same "
					      "as SIG_IGN.");
	assert_string_equal(h.list[SPEED].question, "Is any faster or slower "
						    "than ‘sig-ign’?");
	world_scale(w, LOOP, METRIC_SESSIONS_PER_S, 1.03);
	world_scale(w, NONE, METRIC_SESSIONS_PER_S, 0.8);
	world_scale(w, NONE, METRIC_FORK_P50_US, 1.5);
	assert_string_equal(answer(w, SPEED),
			    "1 of 3: ‘waitpid-loop’ (sessions/s 1.03 "
			    "[1.02–1.04]) is the same on 1, too close to call "
			    "on 1 of 2; ‘waitpid-once’ (sessions/s 1.00 "
			    "[0.99–1.00]) is the same as SIG_IGN; ‘none’ is "
			    "worse on every metric, most in fork p50 of churn: "
			    "1.50 [1.49–1.51].");
	world_free(w);
}

static void nothing_is_certain_where_it_is_too_close(void **state)
{
	struct world *w = world_new(two);

	(void)state;
	world_scale(w, LOOP, METRIC_SESSIONS_PER_S, 1.03);
	world_scale(w, LOOP, METRIC_FORK_P50_US, 1.03);
	assert_string_equal(answer(w, SPEED), "Not for certain: ‘waitpid-loop’ "
					      "(sessions/s 1.03 "
					      "[1.02–1.04]) is too close to "
					      "call.");
	w->run.verdicts = false;
	assert_string_equal(answer(w, SPEED), "Too short a run to say.");
	w->run.verdicts = true;
	w->run.n_cells = 3 * w->run.n_slots;
	assert_string_equal(answer(w, SPEED), "Too few rounds to say; 6 are "
					      "needed.");
	world_free(w);
}

/* Thirteen modes must leave room for the rest of the first screen. */
static void many_modes_are_counted(void **state)
{
	static const char *const many[] = { "sig-ign", "a", "b", "c", "d", "e",
					    "f",       "g", "h", "i", NULL };
	struct world *w = world_new(many);

	(void)state;
	assert_string_equal(answer(w, LEAKS), "None: ‘sig-ign’, ‘a’, ‘b’, ‘c’ "
					      "and 6 more left none.");
	assert_string_equal(answer(w, SPEED), "Of 9 modes, 0 are worse on some "
					      "metric, 0 better "
					      "on some, 9 the same on all.");
	for (size_t s = 1; s <= 9; s++) {
		world_scale(w, s, METRIC_FORK_P50_US, 1.5);
		world_children(w, s, 100, 0, 10);
	}
	world_scale(w, 7, METRIC_FORK_P50_US, 0.1);
	world_scale(w, 8, METRIC_SESSIONS_PER_S, 1.5);
	assert_string_equal(answer(w, SPEED), "Of 9 modes, 8 are worse on some "
					      "metric, 2 better "
					      "on some, 0 the same on all; "
					      "farthest is ‘g’, in "
					      "fork p50 of churn: 0.15 "
					      "[0.15–0.15].");
	assert_non_null(strstr(h.list[LEAKS].answer, "‘d’ leaves up to 10 of "
						     "100 in churn; and 5 "
						     "more. ‘sig-ign’ left "
						     "none."));
	world_free(w);
}

static void the_baseline_against_itself(void **state)
{
	struct world *w = world_new(same);

	(void)state;
	assert_string_equal(answer(w, SPEED), "No: ‘sig-ign-2’ (sessions/s "
					      "1.00 [0.99–1.00]) is "
					      "the same.");
	assert_string_equal(h.list[SPEED].question, "Does ‘sig-ign’ differ "
						    "from itself?");
	assert_non_null(strstr(h.trust, "A null experiment: every mode is the "
					"baseline, so all that differs is "
					"noise."));
	world_scale(w, 1, METRIC_FORK_P50_US, 1.5);
	assert_non_null(strstr(answer(w, SPEED), "By noise alone: ‘sig-ign-2’ "
						 "is worse on 1, the same on 1 "
						 "of 2, most in fork p50"));
	world_free(w);
}

static void how_much_is_noise(void **state)
{
	struct world *w = world_new(two);

	(void)state;
	world_cell(w, 2, 1)->value[METRIC_FORK_P50_US] = 60;
	assert_string_equal(answer(w, NOISE), "‘sig-ign’ against itself "
					      "reaches 0.5 % (sessions/"
					      "s in churn) to 20 % (fork p50 "
					      "in churn); smaller "
					      "differences get no verdict.");
	world_set(w, 2, METRIC_FORK_P50_US, NAN);
	assert_string_equal(answer(w, NOISE), "‘sig-ign’ against itself "
					      "reaches 0.5 % (sessions/"
					      "s in churn); smaller "
					      "differences get no verdict.");
	world_set(w, 2, METRIC_SESSIONS_PER_S, NAN);
	assert_string_equal(answer(w, NOISE), "Unknown: it takes the baseline "
					      "twice in each of 6 "
					      "rounds.");
	assert_string_equal(h.trust, "Trust the counts of zombies; how noisy "
				     "the speeds "
				     "are is not known, and every cell used "
				     "kept the "
				     "rules.");
	world_free(w);
}

static void what_is_in_doubt(void **state)
{
	struct world *w = world_new(two);

	(void)state;
	assert_string_equal(answer(w, DOUBT), "None of the 18 cells used.");
	assert_string_equal(h.trust, "Trust it, for this load on this machine: "
				     "the "
				     "baseline agrees with itself, and every "
				     "cell used "
				     "kept the rules.");
	world_cell(w, 0, 0)->validity = CELL_SUSPECT; /* the warm-up */
	world_cell(w, 1, 2)->validity = CELL_SUSPECT;
	world_cell(w, 2, 2)->validity = CELL_SUSPECT;
	world_cell(w, 1, 3)->value[METRIC_FORK_P50_US] = 90;
	assert_string_equal(answer(w, DOUBT), "2 of the 18 cells used are "
					      "suspect (2 in churn); "
					      "1 outlier is flagged.");
	assert_string_equal(h.trust, "Trust it, for this load on this machine: "
				     "the "
				     "baseline agrees with itself. Some speeds "
				     "are "
				     "suspect, no count of zombies is.");
	world_cell(w, 1, 4)->validity = CELL_INVALID;
	for (unsigned r = 5; r <= 6; r++)
		for (size_t s = 0; s < 3; s++)
			world_cell(w, s, r)->value[METRIC_SESSIONS_PER_S] *= 2;
	assert_non_null(strstr(answer(w, DOUBT), "2 of the 17 cells used are "
						 "suspect (2 in churn); 1 more "
						 "was not used; "));
	assert_non_null(strstr(h.list[DOUBT].answer, "; the machine changed "
						     "during the run."));
	world_free(w);
}

static const char *trust(struct world *w, enum run_state expected)
{
	make(w);
	assert_int_equal(w->j.status.state, expected);
	return h.trust;
}

static void what_makes_a_run_noisy_is_said(void **state)
{
	struct world *w = world_new(two);

	(void)state;
	for (size_t s = 0; s < 3; s++)
		for (unsigned r = 1; r <= 4; r++)
			world_cell(w, s, r)->validity = CELL_SUSPECT;
	assert_string_equal(trust(w, RUN_NOISY), "Trust the counts of zombies, "
						 "and no speed: most "
						 "cells are suspect.");
	world_scale(w, 2, METRIC_FORK_P50_US, 1.2);
	assert_string_equal(trust(w, RUN_NOISY), "Trust the counts of zombies, "
						 "and no speed: most "
						 "cells are suspect, and the "
						 "baseline differs from "
						 "itself.");
	for (size_t s = 0; s < 3; s++)
		world_cell(w, s, 1)->validity = CELL_VALID;
	assert_string_equal(trust(w, RUN_NOISY), "Trust the counts of zombies, "
						 "and no ratio near "
						 "its margin: the baseline "
						 "differs from itself.");
	world_free(w);
}

static void each_state_says_how_far_to_trust_it(void **state)
{
	struct world *w = world_new(two);

	(void)state;
	w->run.verdicts = false;
	assert_string_equal(trust(w, RUN_VALID), "Trust the counts of zombies; "
						 "the run is too short "
						 "to judge speed, and every "
						 "cell used kept the "
						 "rules.");
	w->run.verdicts = true;
	world_scale(w, 2, METRIC_FORK_P50_US, 1.2);
	assert_non_null(strstr(trust(w, RUN_NOISY), "no ratio near its "
						    "margin"));
	w->run.finished = false;
	assert_non_null(strstr(trust(w, RUN_INCOMPLETE), "Trust it less"));
	world_cell(w, 1, 1)->validity = CELL_INVALID;
	world_cell(w, 1, 1)->attempt = 2;
	assert_non_null(strstr(trust(w, RUN_INVALID), "Do not trust it"));
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_leaks_and_how_much),
		cmocka_unit_test(who_is_faster_or_slower),
		cmocka_unit_test(nothing_is_certain_where_it_is_too_close),
		cmocka_unit_test(many_modes_are_counted),
		cmocka_unit_test(the_baseline_against_itself),
		cmocka_unit_test(how_much_is_noise),
		cmocka_unit_test(what_is_in_doubt),
		cmocka_unit_test(what_makes_a_run_noisy_is_said),
		cmocka_unit_test(each_state_says_how_far_to_trust_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
