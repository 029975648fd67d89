/* Sentences and titles about zombies, and about cells in doubt. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/tell/titles.h"
#include "tests/unit/fixture_world.h"

enum { BASE, MODE, AGAIN, SLOTS };

static const char *const modes[] = { "sig-ign", "waitpid-once", NULL };

#define LEAK "‘waitpid-once’ left"

static void set_leak(struct world *w, double calls_in_round_2)
{
	for (unsigned r = 1; r <= WORLD_ROUNDS; r++) {
		double *v = world_cell(w, MODE, r)->value;

		v[METRIC_FORKS] = 8000 + r;
		v[METRIC_ZOMBIES_LEFT] = r == 2 ? 5213 : 5000;
		v[METRIC_HANDLER_CALLS] = r == 2 ? calls_in_round_2 : 3000 + r;
	}
}

static void the_cross_check_tells_both_ways(void **state)
{
	struct world *w = world_new(modes);
	char title[TITLE];

	(void)state;
	set_leak(w, 8002 - 5213);
	world_judge(w);
	assert_string_equal(world_finding(w, LEAK), "‘waitpid-once’ left 5,213 "
						    "of 8,002 "
						    "children as "
						    "zombies in churn, in the "
						    "worst of 6 "
						    "rounds: 8,002 "
						    "forks − 2,789 handler "
						    "calls = 5,213 "
						    "zombies; "
						    "equal in 6 of 6 rounds");
	title_zombies(&w->run, &w->j, 0, title);
	assert_string_equal(title, "1 of 2 modes leaks zombies: ‘waitpid once’ "
				   "leaves 63 % of its children");

	set_leak(w, 8002 - 5213 + 1);
	world_judge(w);
	assert_non_null(strstr(world_finding(w, LEAK), "= 5,212, NOT equal to "
						       "the 5,213 "
						       "left; equal in 5 of 6 "
						       "rounds"));
	world_free(w);
}

static const char *title_of_leak(struct world *w, double left, double forks)
{
	static char title[TITLE];

	world_children(w, MODE, forks, NAN, left);
	world_judge(w);
	title_zombies(&w->run, &w->j, 0, title);
	return strstr(title, "once’ ") + strlen("once’ ");
}

static void shares_are_rounded_to_neither_end(void **state)
{
	struct world *w = world_new(modes);

	(void)state;
	assert_string_equal(title_of_leak(w, 8000, 8000), "keeps every child");
	assert_string_equal(title_of_leak(w, 7999, 8000), "leaves over 99 % of "
							  "its children");
	assert_string_equal(title_of_leak(w, 7900, 8000), "leaves 99 % of its "
							  "children");
	assert_string_equal(title_of_leak(w, 40, 8000), "leaves 0.5 % of its "
							"children");
	assert_string_equal(title_of_leak(w, 1, 8000), "leaves under 0.1 % of "
						       "its children");
	world_free(w);
}

/* Stopped before the baseline of this experiment had run. */
static void every_mode_means_all_of_them(void **state)
{
	struct world *w = world_new(modes);
	char title[TITLE];

	(void)state;
	for (unsigned r = 1; r <= WORLD_ROUNDS; r++) {
		world_cell(w, BASE, r)->excluded = true;
		world_cell(w, MODE, r)->value[METRIC_ZOMBIES_LEFT] = 7;
	}
	world_judge(w);
	assert_string_equal(world_finding(w, "zombies left in churn"),
			    "zombies left in churn: every mode measured so far "
			    "leaks");
	title_zombies(&w->run, &w->j, 0, title);
	assert_string_equal(title, "1 of 1 modes measured so far leaks "
				   "zombies: ‘waitpid once’ leaks");
	world_free(w);
}

static void suspect_cells_are_named(void **state)
{
	struct world *w = world_new(modes);
	json_t *reasons = json_pack("[s]", "the host took 9 %");

	(void)state;
	assert_non_null(reasons);
	for (unsigned r = 0; r <= 2; r++) { /* the warm-up is not used */
		struct load_cell *c = world_cell(w, MODE, r);

		c->validity = CELL_SUSPECT;
		c->reasons = reasons;
		snprintf(c->folder, sizeof(c->folder), "churn/%u-mode", r);
	}
	world_judge(w);
	assert_string_equal(world_finding(w, "doubt"), "doubt: 2 of the 18 "
						       "cells used are "
						       "suspect, see "
						       "Cells in doubt; the "
						       "first, churn/1-mode: "
						       "the host "
						       "took 9 %");
	json_decref(reasons);
	world_free(w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cross_check_tells_both_ways),
		cmocka_unit_test(shares_are_rounded_to_neither_end),
		cmocka_unit_test(every_mode_means_all_of_them),
		cmocka_unit_test(suspect_cells_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
