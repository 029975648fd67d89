/* Verdicts and margins, from runs made in memory. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tell/titles.h"
#include "tests/unit/fixture_world.h"

enum { BASE, MODE, AGAIN, SLOTS };

static const char *const modes[] = { "sig-ign", "waitpid-once", NULL };

/* Every figure of the mode, and of the baseline's second slot, times a factor.
 */
static struct world *world_of(double mode, double again)
{
	static const enum metric_id scaled[] = { METRIC_SESSIONS_PER_S,
						 METRIC_FORK_P50_US };
	struct world *w = world_new(modes);

	for (size_t i = 0; i < 2; i++) {
		world_scale(w, MODE, scaled[i], mode);
		world_scale(w, AGAIN, scaled[i], again);
	}
	return w;
}

static void assert_near(double got, double wanted, double within)
{
	if (!(fabs(got - wanted) < within))
		fail_msg("%.12g, not %.12g", got, wanted);
}

static struct judge_effect effect(const struct world *w, enum metric_id metric,
				  size_t slot)
{
	const struct judge_effect *e = judge_find(&w->j, 0, metric, slot);

	assert_non_null(e);
	return *e;
}

static enum verdict verdict_of(double mode, double again, enum metric_id metric)
{
	struct world *w = world_of(mode, again);
	enum verdict verdict;

	world_judge(w);
	verdict = effect(w, metric, MODE).verdict;
	world_free(w);
	return verdict;
}

static void direction_decides_better_or_worse(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(1.2, 1, METRIC_SESSIONS_PER_S),
			 VERDICT_BETTER);
	assert_int_equal(verdict_of(0.8, 1, METRIC_SESSIONS_PER_S),
			 VERDICT_WORSE);
	assert_int_equal(verdict_of(1.2, 1, METRIC_FORK_P50_US), VERDICT_WORSE);
	assert_int_equal(verdict_of(0.8, 1, METRIC_FORK_P50_US),
			 VERDICT_BETTER);
}

static void within_or_across_the_margin(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(1.01, 1, METRIC_FORK_P50_US), VERDICT_SAME);
	assert_int_equal(verdict_of(1.03, 1, METRIC_FORK_P50_US),
			 VERDICT_CLOSE);
	/*
	 * An A/A that strays by 10 % widens the margin to that. It is then
	 * harder to be better or worse, and no easier to be the same.
	 */
	assert_int_equal(verdict_of(1.08, 1.1, METRIC_FORK_P50_US),
			 VERDICT_CLOSE);
	assert_int_equal(verdict_of(0.92, 1.1, METRIC_FORK_P50_US),
			 VERDICT_CLOSE);
	assert_int_equal(verdict_of(1.01, 1.1, METRIC_FORK_P50_US),
			 VERDICT_SAME);
	assert_int_equal(verdict_of(1.3, 1.1, METRIC_FORK_P50_US),
			 VERDICT_WORSE);
}

static void without_an_a_a_interval_there_is_no_verdict(void **state)
{
	struct world *w = world_of(1.2, 1);
	struct judge_effect e;
	char title[TITLE];

	(void)state;
	world_cell(w, AGAIN, 3)->value[METRIC_FORK_P50_US] = NAN;
	world_judge(w);
	e = effect(w, METRIC_FORK_P50_US, MODE);
	assert_true(e.has_interval);
	assert_int_equal(e.verdict, VERDICT_NO_AA);
	assert_true(e.margin == 0);
	assert_int_equal(effect(w, METRIC_FORK_P50_US, AGAIN).verdict,
			 VERDICT_NO_CI);
	/* Each metric by itself. */
	assert_int_equal(effect(w, METRIC_SESSIONS_PER_S, MODE).verdict,
			 VERDICT_BETTER);
	assert_non_null(strstr(world_finding(w, "fork p50"), "gets no verdict, "
							     "for want of "
							     "A/A"));
	title_verdicts(&w->run, &w->j, title);
	assert_string_equal(title, "‘waitpid once’ is better than SIG_IGN");

	w->run.n_slots = AGAIN; /* a run that never meant to have A/A */
	for (size_t i = 0; i < w->run.n_cells; i++)
		if (w->cells[i].slot == AGAIN)
			w->cells[i].excluded = true;
	world_judge(w);
	e = effect(w, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e.verdict, VERDICT_WORSE);
	assert_near(e.margin, 1.03, 1e-9);
	world_free(w);
}

/* No proof of a difference is none of its absence. */
static void what_a_a_says_of_itself(void **state)
{
	static const struct {
		double again;
		enum verdict verdict;
	} cases[] = { { 1, VERDICT_SAME },
		      { 1.1, VERDICT_NOISY },
		      { 0.9, VERDICT_NOISY } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct world *w = world_of(1, cases[i].again);

		world_judge(w);
		assert_int_equal(effect(w, METRIC_FORK_P50_US, AGAIN).verdict,
				 cases[i].verdict);
		/* It includes 1, and reaches beyond 3 %: that says nothing. */
		world_cell(w, AGAIN, 1)->value[METRIC_FORK_P50_US] = 50 * 1.2;
		world_cell(w, AGAIN, 2)->value[METRIC_FORK_P50_US] = 50 * 0.8;
		world_judge(w);
		assert_int_equal(effect(w, METRIC_FORK_P50_US, AGAIN).verdict,
				 VERDICT_NONE);
		world_free(w);
	}
}

/* Where the generator decides the rate, no mode is better at it. */
static void the_offered_rate_is_not_judged(void **state)
{
	struct world *w = world_of(1.2, 1);
	struct judge_effect e;

	(void)state;
	for (unsigned r = 0; r <= WORLD_ROUNDS; r++)
		for (size_t s = 0; s < SLOTS; s++)
			world_cell(w, s, r)->value[METRIC_MESSAGES_PER_S] =
				s == MODE ? 3000 : 2500;
	world_judge(w);
	e = effect(w, METRIC_MESSAGES_PER_S, MODE);
	assert_int_equal(e.verdict, VERDICT_NONE);
	assert_false(e.has_ratio);
	world_free(w);
}

static void the_ratio_and_its_interval(void **state)
{
	struct world *w = world_of(1.2, 1);
	struct judge_effect e;

	(void)state;
	world_judge(w);
	e = effect(w, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e.n, WORLD_ROUNDS);
	assert_near(e.low, 1.2 * 0.995, 1e-9);
	assert_near(e.high, 1.2 * 1.005, 1e-9);
	assert_true(e.low < e.ratio && e.ratio < e.high);
	assert_near(e.margin, 1.03, 1e-9);
	e = effect(w, METRIC_FORK_P50_US, BASE);
	assert_int_equal(e.verdict, VERDICT_BASELINE);
	assert_false(e.has_ratio);
	assert_int_equal(effect(w, METRIC_FORK_P50_US, AGAIN).verdict,
			 VERDICT_SAME);
	assert_int_equal(w->j.status.state, RUN_VALID);
	assert_null(judge_find(&w->j, 0, METRIC_ECHO_P50_US, MODE));
	world_free(w);
}

static void what_drops_out_of_a_pair(void **state)
{
	struct world *w = world_of(1.2, 1);
	struct judge_effect e;

	(void)state;
	world_cell(w, MODE, 0)->value[METRIC_FORK_P50_US] =
		1e9; /* the warm-up */
	world_cell(w, BASE, 1)->value[METRIC_FORK_P50_US] = 0;
	world_cell(w, MODE, 2)->value[METRIC_FORK_P50_US] = NAN;
	world_judge(w);
	e = effect(w, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e.n, WORLD_ROUNDS - 2);
	assert_int_equal(e.verdict, VERDICT_NO_CI);
	assert_true(e.has_ratio);
	assert_near(e.ratio, 1.2, 0.01);
	assert_int_equal(effect(w, METRIC_FORK_P50_US, AGAIN).n,
			 WORLD_ROUNDS - 1);
	assert_int_equal(effect(w, METRIC_SESSIONS_PER_S, MODE).n,
			 WORLD_ROUNDS);
	world_free(w);
}

static void no_verdicts_but_for_leaks(void **state)
{
	struct world *w = world_of(1.2, 1.2);

	(void)state;
	w->run.verdicts = false;
	world_cell(w, MODE, 3)->value[METRIC_ZOMBIES_LEFT] = 1;
	world_judge(w);
	assert_int_equal(effect(w, METRIC_FORK_P50_US, MODE).verdict,
			 VERDICT_NONE);
	assert_int_equal(effect(w, METRIC_ZOMBIES_LEFT, MODE).verdict,
			 VERDICT_LEAKS);
	assert_int_equal(effect(w, METRIC_ZOMBIES_LEFT, BASE).verdict,
			 VERDICT_CLEAN);
	assert_int_equal(w->j.status.state, RUN_VALID);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(direction_decides_better_or_worse),
		cmocka_unit_test(within_or_across_the_margin),
		cmocka_unit_test(without_an_a_a_interval_there_is_no_verdict),
		cmocka_unit_test(what_a_a_says_of_itself),
		cmocka_unit_test(the_offered_rate_is_not_judged),
		cmocka_unit_test(the_ratio_and_its_interval),
		cmocka_unit_test(what_drops_out_of_a_pair),
		cmocka_unit_test(no_verdicts_but_for_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
