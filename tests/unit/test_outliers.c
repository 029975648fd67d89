/* Outliers are flagged and used; a trend is a change that is sure. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/judge/judge_outliers.h"
#include "bench/judge/judge_trend.h"
#include "tests/unit/fixture_world.h"

enum { BASE, MODE, AGAIN };

static const char *const modes[] = { "sig-ign", "none", NULL };

/* Outliers of a world in which one cell's fork p50 is off by a factor. */
static size_t outliers_at(double factor)
{
	struct world *w = world_new(modes);
	size_t n;

	world_cell(w, MODE, 3)->value[METRIC_FORK_P50_US] *= factor;
	world_judge(w);
	n = w->j.n_outliers;
	if (n)
		assert_ptr_equal(w->j.outliers[0].cell, world_cell(w, MODE, 3));
	world_free(w);
	return n;
}

/* Its wobbles are below 0.5 %, so that 10 % decides. */
static void ten_percent_either_way(void **state)
{
	(void)state;
	assert_int_equal(outliers_at(1), 0);
	assert_int_equal(outliers_at(1.08), 0);
	assert_int_equal(outliers_at(0.93), 0);
	assert_int_equal(outliers_at(1.13), 1);
	assert_int_equal(outliers_at(0.89), 1);
	assert_int_equal(outliers_at(1000), 1);
}

static void where_rounds_differ_more_it_takes_more(void **state)
{
	/* Logarithms of 0, 2, ... 10 %: MAD 3 %, 8 deviations 36 %. */
	struct world *w = world_new(modes);

	(void)state;
	for (unsigned r = 1; r <= WORLD_ROUNDS; r++)
		world_cell(w, MODE, r)->value[METRIC_FORK_P50_US] =
			50 * exp(0.02 * (r - 1));
	world_cell(w, MODE, 6)->value[METRIC_FORK_P50_US] = 50 * exp(0.38);
	world_judge(w);
	assert_int_equal(w->j.n_outliers, 0);
	world_cell(w, MODE, 6)->value[METRIC_FORK_P50_US] = 50 * exp(0.42);
	world_judge(w);
	assert_int_equal(w->j.n_outliers, 1);
	assert_true(fabs(log(w->j.outliers[0].median / 50) - 0.05) < 1e-9);
	world_free(w);
}

static void they_count_like_any_other(void **state)
{
	struct world *w = world_new(modes);
	const struct judge_effect *e;

	(void)state;
	world_cell(w, MODE, 3)->value[METRIC_FORK_P50_US] *= 2;
	world_judge(w);
	assert_int_equal(w->j.n_outliers, 1);
	e = judge_find(&w->j, 0, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e->n, WORLD_ROUNDS);
	assert_true(e->high > 1.9);
	assert_int_equal(e->verdict, VERDICT_CLOSE);
	assert_int_equal(w->j.status.state, RUN_VALID);
	world_free(w);
}

static void what_is_not_looked_at(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_cell(w, MODE, 0)->value[METRIC_FORK_P50_US] = 500;
	world_cell(w, BASE, 1)->value[METRIC_FORK_P50_US] = 500;
	world_cell(w, BASE, 1)->excluded = true;
	world_cell(w, AGAIN, 1)->value[METRIC_FORK_P50_US] = 0;
	world_set(w, MODE, METRIC_CLOSE_P50_US, 1); /* not primary */
	world_cell(w, MODE, 1)->value[METRIC_CLOSE_P50_US] = 500;
	world_cell(w, MODE, 2)->value[METRIC_ZOMBIES_LEFT] = 500;
	world_judge(w);
	assert_int_equal(w->j.n_outliers, 0);
	world_free(w);
}

static void too_few_rounds_know_no_outlier(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_cell(w, MODE, 3)->value[METRIC_FORK_P50_US] *= 10;
	world_cell(w, MODE, 6)->excluded = true;
	world_judge(w);
	assert_int_equal(w->j.n_outliers, 1);
	world_cell(w, MODE, 5)->excluded = true;
	world_judge(w);
	assert_int_equal(w->j.n_outliers, 0);
	world_free(w);
}

/* Fork p50 of the rounds from..6 is off by a factor, in every slot. */
static struct judge_trend trend_of(double factor, unsigned from)
{
	struct world *w = world_new(modes);
	struct judge_trend t;

	for (unsigned r = from; r <= WORLD_ROUNDS; r++)
		for (size_t s = 0; s <= AGAIN; s++)
			world_cell(w, s, r)->value[METRIC_FORK_P50_US] *=
				factor;
	world_judge(w);
	t = w->j.trend;
	world_free(w);
	return t;
}

static void a_sure_change_is_a_trend(void **state)
{
	struct judge_trend t = trend_of(1.25, 4);

	(void)state;
	assert_true(t.found);
	assert_int_equal(t.metric, METRIC_FORK_P50_US);
	assert_true(fabs(t.ratio - 1.25) < 0.01);
	assert_true(1.2 < t.low && t.low <= t.ratio && t.ratio <= t.high);
	assert_true(trend_of(0.8, 5).found);
	assert_true(trend_of(0.8, 5).high < 1);
	assert_false(trend_of(1, 4).found);
	assert_false(trend_of(1.025, 4).found); /* within 3 % */
	assert_false(trend_of(1.25, 6).found);	/* in half of the third */
}

static void the_largest_trend_is_told(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	for (unsigned r = 5; r <= WORLD_ROUNDS; r++)
		for (size_t s = 0; s <= AGAIN; s++) {
			double *v = world_cell(w, s, r)->value;

			v[METRIC_FORK_P50_US] *= 1.2;
			v[METRIC_SESSIONS_PER_S] *= 0.7;
		}
	world_judge(w);
	assert_int_equal(w->j.trend.metric, METRIC_SESSIONS_PER_S);
	/* A mode's own change is not the machine's. */
	for (unsigned r = 5; r <= WORLD_ROUNDS; r++)
		for (size_t s = 0; s <= AGAIN; s += AGAIN) {
			double *v = world_cell(w, s, r)->value;

			v[METRIC_FORK_P50_US] /= 1.2;
			v[METRIC_SESSIONS_PER_S] /= 0.7;
		}
	world_judge(w);
	assert_false(w->j.trend.found);
	world_free(w);
}

/* Two cells against two prove nothing. */
static void without_a_a_six_rounds_are_too_few(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	for (unsigned r = 1; r <= WORLD_ROUNDS; r++) {
		world_cell(w, AGAIN, r)->excluded = true;
		if (r >= 5)
			world_cell(w, BASE, r)->value[METRIC_FORK_P50_US] *= 2;
	}
	world_judge(w);
	assert_false(w->j.trend.found);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_percent_either_way),
		cmocka_unit_test(where_rounds_differ_more_it_takes_more),
		cmocka_unit_test(they_count_like_any_other),
		cmocka_unit_test(what_is_not_looked_at),
		cmocka_unit_test(too_few_rounds_know_no_outlier),
		cmocka_unit_test(a_sure_change_is_a_trend),
		cmocka_unit_test(the_largest_trend_is_told),
		cmocka_unit_test(without_a_a_six_rounds_are_too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
