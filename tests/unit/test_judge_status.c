/* A run's status, and what it gives as its reasons. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fixture_world.h"

enum { BASE, MODE, AGAIN, SLOTS };

static const char *const modes[] = { "sig-ign", "waitpid-once", NULL };

/* Of how many rounds the mode is compared with the baseline. */
static size_t pairs(const struct world *w)
{
	const struct judge_effect *e =
		judge_find(&w->j, 0, METRIC_FORK_P50_US, MODE);

	assert_non_null(e);
	return e->n;
}

static void noisy_where_a_mode_differs_from_itself(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_scale(w, AGAIN, METRIC_SESSIONS_PER_S, 1.05);
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_NOISY);
	assert_non_null(strstr(w->j.status.reasons[0], "sessions/s"));
	world_free(w);
}

/* Warm-ups do not count, and half is not most. */
static void noisy_where_most_cells_are_suspect(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	for (unsigned r = 0; r <= WORLD_ROUNDS / 2; r++)
		for (size_t slot = 0; slot < SLOTS; slot++)
			world_cell(w, slot, r)->validity = CELL_SUSPECT;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_VALID);

	world_cell(w, MODE, WORLD_ROUNDS)->validity = CELL_SUSPECT;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_NOISY);
	assert_non_null(strstr(w->j.status.reasons[0], "10 of the 18 cells "
						       "used "
						       "are suspect; the "
						       "first, "
						       "churn, round 1, "
						       "sig-ign: "
						       "no reason given"));

	/* A profile that gives no verdicts has none to doubt. */
	w->run.verdicts = false;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_VALID);
	world_free(w);
}

static void invalid_after_the_retry(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	world_cell(w, MODE, 2)->validity = CELL_INVALID;
	world_cell(w, MODE, 2)->attempt = 2;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_INVALID);
	assert_int_equal(pairs(w), WORLD_ROUNDS - 1);

	/* replaced by a valid second try, or only a warm-up: no harm */
	world_cell(w, MODE, 2)->excluded = true;
	w->run.planned_cells--;
	world_cell(w, BASE, 0)->validity = CELL_INVALID;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_VALID);
	world_free(w);
}

static void incomplete_unless_every_cell_is_there(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	w->run.finished = false;
	w->run.interrupted_by = "SIGINT";
	w->run.n_cells = SLOTS * 3;
	world_cell(w, MODE, 2)->validity =
		CELL_INVALID; /* its retry never came */
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_INCOMPLETE);
	assert_non_null(strstr(w->j.status.reasons[0], "SIGINT"));

	w->run.finished = true; /* a finished run that has lost cells */
	world_cell(w, MODE, 2)->validity = CELL_VALID;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_INCOMPLETE);
	world_free(w);
}

static void invalid_without_any_pair(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	for (unsigned r = 1; r <= WORLD_ROUNDS; r++)
		for (size_t m = 0; m < METRIC_COUNT; m++)
			world_cell(w, BASE, r)->value[m] = NAN;
	world_judge(w);
	assert_int_equal(w->j.status.state, RUN_INVALID);
	assert_int_equal(pairs(w), 0);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(noisy_where_a_mode_differs_from_itself),
		cmocka_unit_test(noisy_where_most_cells_are_suspect),
		cmocka_unit_test(invalid_after_the_retry),
		cmocka_unit_test(incomplete_unless_every_cell_is_there),
		cmocka_unit_test(invalid_without_any_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
