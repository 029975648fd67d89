/* Titles of pictures and labels within them, where modes are named again. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tell/labels.h"
#include "bench/tell/table.h"
#include "bench/tell/titles.h"
#include "tests/unit/fixture_world.h"

static const char *const same[] = { "sig-ign", "sig-ign", NULL };
static const char *const mixed[] = { "sig-ign",	 "none", "sig-ign",
				     "own-mode", "none", NULL };

static char text[TITLE];

static void labels_bear_the_time_of_asking(void **state)
{
	struct world *w = world_new(mixed);
	const struct load_run *run = &w->run;
	char label[LABEL];

	(void)state;
	assert_string_equal(label_full(run, 0, label), "SIG_IGN");
	assert_string_equal(label_full(run, 1, label), "none (no reaping)");
	assert_string_equal(label_full(run, 2, label), "SIG_IGN #2");
	assert_string_equal(label_full(run, 3, label), "own-mode");
	assert_string_equal(label_brief(run, 4, label), "none #2");
	assert_string_equal(label_quoted(run, 0, label), "SIG_IGN");
	assert_string_equal(label_quoted(run, 4, label), "‘none #2’");
	assert_string_equal(label_subject(run, 1, label), "‘none’");
	assert_string_equal(label_subject(run, 2, label), "SIG_IGN against "
							  "itself (#2)");
	world_free(w);
}

static void what_is_a_null_experiment(void **state)
{
	static const char *const alone[] = { "sig-ign", NULL };
	struct world *w = world_new(mixed);

	(void)state;
	assert_false(label_is_itself(&w->run, 0));
	assert_false(label_is_itself(&w->run, 1));
	assert_true(label_is_itself(&w->run, 2));
	assert_false(label_is_itself(&w->run, 5)); /* A/A */
	assert_false(label_null_experiment(&w->run));
	world_free(w);
	w = world_new(same);
	assert_true(label_null_experiment(&w->run));
	world_free(w);
	w = world_new(alone);
	assert_false(label_null_experiment(&w->run));
	world_free(w);
}

static const char *verdicts(struct world *w)
{
	world_judge(w);
	title_verdicts(&w->run, &w->j, text);
	return text;
}

/* "SIG_IGN is the same as SIG_IGN" would be no finding. */
static void the_baseline_against_itself(void **state)
{
	struct world *w = world_new(same);

	(void)state;
	assert_string_equal(verdicts(w), "SIG_IGN against itself (#2) is the "
					 "same");
	title_metric(&w->run, &w->j, 0, METRIC_FORK_P50_US, text);
	assert_string_equal(text, "Fork p50: SIG_IGN 50.0 µs; SIG_IGN against "
				  "itself (#2) the same");
	title_zombies(&w->run, &w->j, 0, text);
	assert_string_equal(text, "SIG_IGN leaves no zombies");

	world_scale(w, 1, METRIC_FORK_P50_US, 1.5);
	assert_string_equal(verdicts(w), "SIG_IGN against itself (#2) is worse "
					 "on 1, the same on 1 of 2");
	title_metric(&w->run, &w->j, 0, METRIC_FORK_P50_US, text);
	assert_string_equal(text, "Fork p50: SIG_IGN 50.0 µs; SIG_IGN against "
				  "itself (#2) 1.50×");
	world_set(w, 1, METRIC_ZOMBIES_LEFT, 4);
	world_judge(w);
	title_zombies(&w->run, &w->j, 0, text);
	assert_string_equal(text, "1 of 2 modes leaks zombies: ‘SIG_IGN #2’ "
				  "leaks");
	w->run.verdicts = false;
	assert_string_equal(verdicts(w), "SIG_IGN against itself: too short a "
					 "run for a verdict");
	world_free(w);
}

static void modes_named_again_are_told_apart(void **state)
{
	struct world *w = world_new(mixed);

	(void)state;
	world_scale(w, 4, METRIC_FORK_P50_US, 1.5);
	world_scale(w, 4, METRIC_SESSIONS_PER_S, 0.5);
	assert_string_equal(verdicts(w), "‘none’ and ‘own-mode’ are the same "
					 "as SIG_IGN; "
					 "SIG_IGN against itself (#2) is the "
					 "same; ‘none "
					 "#2’ is worse on every metric");
	world_free(w);
}

/* Two lines must do, whatever the modes. */
static void many_modes_are_counted(void **state)
{
	static const char *const many[] = { "sig-ign",	     "nocldwait",
					    "signalfd",	     "self-pipe",
					    "pidfd",	     "double-fork",
					    "reaper-thread", "accept-sweep",
					    "blocked",	     NULL };
	struct world *w = world_new(many);

	(void)state;
	/* Too close to call, each of them in one metric; and one is worse. */
	for (size_t s = 1; s <= 8; s++)
		world_scale(w, s, METRIC_FORK_P50_US, s == 4 ? 2 : 1.03);
	verdicts(w);
	assert_string_equal(text, "Of 8 modes, 1 is worse than SIG_IGN on some "
				  "metric, 0 better on some, 0 the same on "
				  "all");
	for (size_t s = 1; s <= 8; s++)
		world_scale(w, s, METRIC_FORK_P50_US, 1 / (s == 4 ? 2 : 1.03));
	for (size_t s = 1; s <= 8; s++)
		world_scale(w, s, METRIC_FORK_P50_US, 1 + 0.1 * (double)s);
	world_scale(w, 8, METRIC_FORK_P50_US, 0.3);
	world_scale(w, 1, METRIC_SESSIONS_PER_S, 1.03);
	verdicts(w);
	assert_string_equal(text, "Of 8 modes, 7 are worse than SIG_IGN on "
				  "some metric, 1 better on some, 0 the same "
				  "on all");
	title_metric(&w->run, &w->j, 0, METRIC_FORK_P50_US, text);
	assert_string_equal(text, "Fork p50: SIG_IGN 50.0 µs; of 8 modes, 7 "
				  "worse, 1 better");
	title_metric(&w->run, &w->j, 0, METRIC_SESSIONS_PER_S, text);
	assert_true(table_width(text) <= 170);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_bear_the_time_of_asking),
		cmocka_unit_test(what_is_a_null_experiment),
		cmocka_unit_test(the_baseline_against_itself),
		cmocka_unit_test(modes_named_again_are_told_apart),
		cmocka_unit_test(many_modes_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
