/* Two runs made in memory: verdicts, margins, what is not compared. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/judge/compare.h"
#include "tests/unit/fixture_memory.h"

static struct memory_run *a, *b;
static struct comparison c;

static int make_pair(void **state)
{
	(void)state;
	a = memory_new(1);
	b = memory_new(1);
	return 0;
}

static int free_pair(void **state)
{
	(void)state;
	compare_release(&c);
	memory_free(a);
	memory_free(b);
	return 0;
}

static void again_with(double mode_a, double mode_b)
{
	free_pair(NULL);
	a = memory_new(mode_a);
	b = memory_new(mode_b);
}

static void compare(void)
{
	compare_release(&c);
	memory_judge(a);
	memory_judge(b);
	assert_int_equal(compare_runs(&a->in, &b->in, &c), 0);
}

static struct compare_effect find(enum metric_id metric, size_t slot)
{
	for (size_t i = 0; i < c.n_effects; i++)
		if (c.effects[i].a->metric == metric &&
		    c.effects[i].a->slot == slot)
			return c.effects[i];
	fail_msg("metric %d, slot %zu is not compared", (int)metric, slot);
	return c.effects[0];
}

static bool has(enum metric_id metric, size_t slot)
{
	for (size_t i = 0; i < c.n_effects; i++)
		if (c.effects[i].a->metric == metric &&
		    c.effects[i].a->slot == slot)
			return true;
	return false;
}

static enum verdict of_fork(double mode_a, double mode_b)
{
	again_with(mode_a, mode_b);
	compare();
	return find(METRIC_FORK_P50_US, MEMORY_MODE).verdict;
}

static void assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-9))
		fail_msg("%.12g, not %.12g", got, wanted);
}

static void same_better_worse_or_too_close(void **state)
{
	(void)state;
	assert_int_equal(of_fork(1, 1), VERDICT_SAME);
	assert_int_equal(of_fork(1.3, 1.31), VERDICT_SAME);
	assert_int_equal(of_fork(1, 1.03), VERDICT_CLOSE);
	assert_int_equal(of_fork(1.03, 1), VERDICT_CLOSE);
	assert_int_equal(of_fork(1, 1.2), VERDICT_WORSE);
	assert_int_equal(find(METRIC_SESSIONS_PER_S, MEMORY_MODE).verdict,
			 VERDICT_BETTER);
	assert_int_equal(of_fork(1.2, 1), VERDICT_BETTER);
	assert_int_equal(find(METRIC_SESSIONS_PER_S, MEMORY_MODE).verdict,
			 VERDICT_WORSE);
}

/*
 * 36 differences of logarithms, each end the 6th from outside. A's are all 0,
 * so each of B's stands there 6 times, and the ends are its own.
 */
static void the_ratio_and_its_interval(void **state)
{
	struct compare_effect e;

	(void)state;
	again_with(1, 1.2);
	memory_set(a, MEMORY_MODE, METRIC_FORK_P50_US, 50);
	compare();
	e = find(METRIC_FORK_P50_US, MEMORY_MODE);
	assert_true(e.has_interval);
	assert_near(e.low, 1.2 * 0.995);
	assert_near(e.high, 1.2 * 1.005);
	assert_true(e.low < e.ratio && e.ratio < e.high);
	assert_near(e.margin, 1.03);
	assert_int_equal(e.a->n, MEMORY_ROUNDS);
	assert_int_equal(e.b->n, MEMORY_ROUNDS);
}

static void the_margin_is_the_larger_of_both(void **state)
{
	(void)state;
	for (int noisy = 0; noisy < 2; noisy++) {
		again_with(1, 1.08);
		compare();
		assert_int_equal(find(METRIC_FORK_P50_US, MEMORY_MODE).verdict,
				 VERDICT_WORSE);
		memory_scale(noisy ? a : b, MEMORY_AGAIN, 1.1);
		compare();
		assert_near(find(METRIC_FORK_P50_US, MEMORY_MODE).margin,
			    1.1 * 1.005);
		assert_int_equal(find(METRIC_FORK_P50_US, MEMORY_MODE).verdict,
				 VERDICT_CLOSE);
	}
	/* Noise makes nothing the same. */
	again_with(1, 1.01);
	memory_scale(b, MEMORY_AGAIN, 0.9);
	compare();
	assert_near(find(METRIC_FORK_P50_US, MEMORY_MODE).margin,
		    1 / (0.9 * 0.995));
	assert_int_equal(find(METRIC_FORK_P50_US, MEMORY_MODE).verdict,
			 VERDICT_SAME);
}

static void four_rounds_on_either_side_have_an_interval(void **state)
{
	static const struct {
		unsigned in_a, in_b;
		enum verdict verdict;
	} cases[] = { { 4, 4, VERDICT_WORSE },
		      { 4, 6, VERDICT_WORSE },
		      { 3, 6, VERDICT_NO_CI },
		      { 6, 3, VERDICT_NO_CI } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct compare_effect e;

		again_with(1, 1.2);
		memory_drop_again(a);
		memory_drop_again(b);
		memory_cut(a, cases[i].in_a);
		memory_cut(b, cases[i].in_b);
		compare();
		e = find(METRIC_FORK_P50_US, MEMORY_MODE);
		assert_int_equal(e.verdict, cases[i].verdict);
		assert_int_equal(e.has_interval, e.verdict != VERDICT_NO_CI);
		assert_int_equal(e.a->n, cases[i].in_a);
		assert_true(fabs(e.ratio - 1.2) < 0.01);
		assert_near(e.margin, 1.03);
	}
}

/* Too few A/A rounds: how noisy that run was is not known. */
static void an_unknown_margin_gives_no_verdict(void **state)
{
	struct compare_effect e;

	(void)state;
	for (int side = 0; side < 2; side++) {
		again_with(1, 1.2);
		memory_cell(side ? a : b, MEMORY_AGAIN, 3)
			->value[METRIC_FORK_P50_US] = NAN;
		compare();
		e = find(METRIC_FORK_P50_US, MEMORY_MODE);
		assert_int_equal(e.verdict, VERDICT_NO_AA);
		assert_true(e.margin == 0 && e.has_interval);
		/* Each metric by itself. */
		assert_int_equal(
			find(METRIC_SESSIONS_PER_S, MEMORY_MODE).verdict,
			VERDICT_BETTER);
	}
}

static void the_baseline_itself_by_ten_percent(void **state)
{
	static const struct {
		double factor;
		enum verdict fork, rate;
	} cases[] = {
		{ 1.01, VERDICT_SAME, VERDICT_SAME },
		{ 1.08, VERDICT_CLOSE, VERDICT_CLOSE },
		{ 1.12, VERDICT_WORSE, VERDICT_BETTER },
		{ 0.88, VERDICT_BETTER, VERDICT_WORSE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct compare_effect e;

		again_with(1, 1);
		for (size_t slot = 0; slot < MEMORY_SLOTS; slot++)
			memory_scale(b, slot, cases[i].factor);
		compare();
		e = find(METRIC_FORK_P50_US, MEMORY_BASE);
		assert_int_equal(e.verdict, cases[i].fork);
		assert_near(e.margin, 1.10);
		assert_near(e.ratio, cases[i].factor);
		assert_int_equal(
			find(METRIC_SESSIONS_PER_S, MEMORY_BASE).verdict,
			cases[i].rate);
		/* What changes all alike changes no ratio. */
		assert_int_equal(find(METRIC_FORK_P50_US, MEMORY_MODE).verdict,
				 VERDICT_SAME);
	}
	/* A noisier machine's margin is larger still. */
	memory_scale(b, MEMORY_AGAIN, 1.2);
	compare();
	assert_near(find(METRIC_FORK_P50_US, MEMORY_BASE).margin, 1.2 * 1.005);
}

static void which_figures_are_compared(void **state)
{
	(void)state;
	again_with(1, 1.2);
	memory_set(a, MEMORY_MODE, METRIC_ECHO_P50_US, 100);
	memory_set(b, MEMORY_BASE, METRIC_ECHO_P50_US, 100);
	compare();
	/* Of the baseline the primary ones, of A/A none. */
	assert_true(has(METRIC_FORK_P50_US, MEMORY_BASE));
	assert_false(has(METRIC_FORK_P99_US, MEMORY_BASE));
	assert_true(has(METRIC_FORK_P99_US, MEMORY_MODE));
	assert_false(has(METRIC_FORK_P50_US, MEMORY_AGAIN));
	/* What is not compared within a run; what neither has whole. */
	assert_false(has(METRIC_FORKS, MEMORY_MODE));
	assert_false(has(METRIC_ZOMBIES_LEFT, MEMORY_MODE));
	assert_false(has(METRIC_ECHO_P50_US, MEMORY_MODE));
	assert_false(has(METRIC_ECHO_P50_US, MEMORY_BASE));
	assert_int_equal(c.n_effects, 5);
	assert_int_equal(c.n_notes, 0);
	/* Counted are the primary ones alone. */
	assert_int_equal(find(METRIC_FORK_P99_US, MEMORY_MODE).verdict,
			 VERDICT_WORSE);
	assert_int_equal(compare_count(&c, VERDICT_WORSE), 1);
	assert_int_equal(compare_count(&c, VERDICT_BETTER), 1);
	assert_int_equal(compare_count(&c, VERDICT_SAME), 2);
	assert_int_equal(compare_count(&c, VERDICT_CLEAN), 2);
	assert_int_equal(compare_count(&c, VERDICT_CLOSE), 0);
}

static void without_verdicts_of_their_own_there_is_none(void **state)
{
	(void)state;
	for (int side = 0; side < 2; side++) {
		again_with(1, 1.2);
		(side ? a : b)->in.run.verdicts = false;
		memory_set(b, MEMORY_MODE, METRIC_ZOMBIES_LEFT, 9);
		compare();
		assert_int_equal(find(METRIC_FORK_P50_US, MEMORY_MODE).verdict,
				 VERDICT_NONE);
		assert_true(find(METRIC_FORK_P50_US, MEMORY_MODE).has_interval);
		/* A leak needs no statistics. */
		assert_int_equal(compare_count(&c, VERDICT_WORSE), 1);
		assert_int_equal(compare_count(&c, VERDICT_NONE), 4);
		assert_true(compare_is_sound(&c));
	}
}

static void leaks_that_appear_or_go(void **state)
{
	static const struct {
		double in_a, in_b;
		enum verdict verdict;
	} cases[] = { { 0, 0, VERDICT_CLEAN },
		      { 0, 1, VERDICT_WORSE },
		      { 1, 0, VERDICT_BETTER },
		      { 1, 800, VERDICT_LEAKS } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		/* In one round: that is a leak. */
		memory_cell(a, MEMORY_MODE, 2)->value[METRIC_ZOMBIES_LEFT] =
			cases[i].in_a;
		memory_cell(b, MEMORY_MODE, 5)->value[METRIC_ZOMBIES_LEFT] =
			cases[i].in_b;
		compare();
		assert_int_equal(c.n_zombies, 2); /* A/A has none */
		assert_int_equal(c.zombies[0].verdict, VERDICT_CLEAN);
		assert_int_equal(c.zombies[1].verdict, cases[i].verdict);
		assert_true(c.zombies[1].b->left_max == cases[i].in_b);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_pair, free_pair)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(same_better_worse_or_too_close),
		TEST(the_ratio_and_its_interval),
		TEST(the_margin_is_the_larger_of_both),
		TEST(four_rounds_on_either_side_have_an_interval),
		TEST(an_unknown_margin_gives_no_verdict),
		TEST(the_baseline_itself_by_ten_percent),
		TEST(which_figures_are_compared),
		TEST(without_verdicts_of_their_own_there_is_none),
		TEST(leaks_that_appear_or_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
