/* Verdicts, margins and a run's status, from runs made in memory. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/judge/judge.h"
#include "bench/tell/findings.h"
#include "bench/tell/titles.h"

enum { BASE, MODE, AGAIN, SLOTS, ROUNDS = 6 };

/* One experiment, churn, of three slots: baseline, another mode, A/A. */
struct world {
	struct load_run run;
	struct load_cell cells[SLOTS * (ROUNDS + 1)];
};

static struct load_cell *cell(struct world *w, size_t slot, unsigned round)
{
	return &w->cells[round * SLOTS + slot];
}

static void assert_near(double got, double wanted, double within)
{
	if (!(fabs(got - wanted) < within))
		fail_msg("%.12g, not %.12g", got, wanted);
}

/* Small wobbles that leave an interval about 1 % wide. */
static const double wobble[ROUNDS + 1] = { 1,	  1.004, 0.996, 1.002,
					   0.997, 1.005, 0.995 };

static struct world *world_new(double mode, double again)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->run = (struct load_run){
		.baseline = "sig-ign",
		.finished = true,
		.verdicts = true,
		.rounds = ROUNDS,
		.planned_cells = SLOTS * (ROUNDS + 1),
		.n_slots = SLOTS,
		.slots = { { "sig-ign", "sig-ign", false },
			   { "waitpid-once", "waitpid-once", false },
			   { "sig-ign-aa", "sig-ign", true } },
		.n_experiments = 1,
		.experiments = { { .name = "churn" } },
		.n_cells = SLOTS * (ROUNDS + 1),
	};
	w->run.cells = w->cells;
	for (unsigned r = 0; r <= ROUNDS; r++)
		for (size_t s = 0; s < SLOTS; s++) {
			struct load_cell *c = cell(w, s, r);
			double factor = s == MODE  ? mode * wobble[r] :
					s == AGAIN ? again * wobble[r] :
						     1;

			*c = (struct load_cell){ .slot = s,
						 .round = r,
						 .attempt = 1,
						 .warmup = r == 0 };
			for (size_t m = 0; m < METRIC_COUNT; m++)
				c->value[m] = NAN;
			c->value[METRIC_SESSIONS_PER_S] = 7000 * factor;
			c->value[METRIC_FORK_P50_US] = 50 * factor;
			c->value[METRIC_ZOMBIES_LEFT] = 0;
		}
	return w;
}

static struct judge_effect effect(const struct judgement *j,
				  enum metric_id metric, size_t slot)
{
	const struct judge_effect *e = judge_find(j, 0, metric, slot);

	assert_non_null(e);
	return *e;
}

static enum verdict verdict_of(double mode, double again, enum metric_id metric)
{
	struct world *w = world_new(mode, again);
	struct judgement j;
	enum verdict verdict;

	assert_int_equal(judge_run(&w->run, &j), 0);
	verdict = effect(&j, metric, MODE).verdict;
	judge_release(&j);
	free(w);
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
	struct world *w = world_new(1.2, 1);
	struct findings *f = calloc(1, sizeof(*f));
	struct judgement j;
	struct judge_effect e;
	char title[TITLE];

	(void)state;
	assert_non_null(f);
	cell(w, AGAIN, 3)->value[METRIC_FORK_P50_US] = NAN;
	assert_int_equal(judge_run(&w->run, &j), 0);
	e = effect(&j, METRIC_FORK_P50_US, MODE);
	assert_true(e.has_interval);
	assert_int_equal(e.verdict, VERDICT_NO_AA);
	assert_true(e.margin == 0);
	assert_int_equal(effect(&j, METRIC_FORK_P50_US, AGAIN).verdict,
			 VERDICT_NO_CI);
	/* Each metric by itself. */
	assert_int_equal(effect(&j, METRIC_SESSIONS_PER_S, MODE).verdict,
			 VERDICT_BETTER);
	findings_make(&w->run, &j, f);
	assert_non_null(strstr(f->list[1], "gets no verdict, for want of A/A"));
	title_verdicts(&w->run, &j, title);
	assert_string_equal(title, "‘waitpid once’ is better than SIG_IGN");
	judge_release(&j);

	w->run.n_slots = AGAIN; /* a run that never meant to have A/A */
	for (size_t i = 0; i < w->run.n_cells; i++)
		if (w->cells[i].slot == AGAIN)
			w->cells[i].excluded = true;
	assert_int_equal(judge_run(&w->run, &j), 0);
	e = effect(&j, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e.verdict, VERDICT_WORSE);
	assert_near(e.margin, 1.03, 1e-9);
	judge_release(&j);
	free(f);
	free(w);
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
		struct world *w = world_new(1, cases[i].again);
		struct judgement j;

		assert_int_equal(judge_run(&w->run, &j), 0);
		assert_int_equal(effect(&j, METRIC_FORK_P50_US, AGAIN).verdict,
				 cases[i].verdict);
		judge_release(&j);
		/* It includes 1, and reaches beyond 3 %: that says nothing. */
		cell(w, AGAIN, 1)->value[METRIC_FORK_P50_US] = 50 * 1.2;
		cell(w, AGAIN, 2)->value[METRIC_FORK_P50_US] = 50 * 0.8;
		assert_int_equal(judge_run(&w->run, &j), 0);
		assert_int_equal(effect(&j, METRIC_FORK_P50_US, AGAIN).verdict,
				 VERDICT_NONE);
		judge_release(&j);
		free(w);
	}
}

/* Where the generator decides the rate, no mode is better at it. */
static void the_offered_rate_is_not_judged(void **state)
{
	struct world *w = world_new(1.2, 1);
	struct judgement j;
	struct judge_effect e;

	(void)state;
	for (unsigned r = 0; r <= ROUNDS; r++)
		for (size_t s = 0; s < SLOTS; s++)
			cell(w, s, r)->value[METRIC_MESSAGES_PER_S] =
				s == MODE ? 3000 : 2500;
	assert_int_equal(judge_run(&w->run, &j), 0);
	e = effect(&j, METRIC_MESSAGES_PER_S, MODE);
	assert_int_equal(e.verdict, VERDICT_NONE);
	assert_false(e.has_ratio);
	judge_release(&j);
	free(w);
}

static void the_ratio_and_its_interval(void **state)
{
	struct world *w = world_new(1.2, 1);
	struct judgement j;
	struct judge_effect e;

	(void)state;
	assert_int_equal(judge_run(&w->run, &j), 0);
	e = effect(&j, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e.n, ROUNDS);
	assert_near(e.low, 1.2 * 0.995, 1e-9);
	assert_near(e.high, 1.2 * 1.005, 1e-9);
	assert_true(e.low < e.ratio && e.ratio < e.high);
	assert_near(e.margin, 1.03, 1e-9);
	e = effect(&j, METRIC_FORK_P50_US, BASE);
	assert_int_equal(e.verdict, VERDICT_BASELINE);
	assert_false(e.has_ratio);
	assert_int_equal(effect(&j, METRIC_FORK_P50_US, AGAIN).verdict,
			 VERDICT_SAME);
	assert_int_equal(j.status.state, RUN_VALID);
	assert_null(judge_find(&j, 0, METRIC_ECHO_P50_US, MODE));
	judge_release(&j);
	free(w);
}

static void what_drops_out_of_a_pair(void **state)
{
	struct world *w = world_new(1.2, 1);
	struct judgement j;
	struct judge_effect e;

	(void)state;
	cell(w, MODE, 0)->value[METRIC_FORK_P50_US] = 1e9; /* the warm-up */
	cell(w, BASE, 1)->value[METRIC_FORK_P50_US] = 0;
	cell(w, MODE, 2)->value[METRIC_FORK_P50_US] = NAN;
	assert_int_equal(judge_run(&w->run, &j), 0);
	e = effect(&j, METRIC_FORK_P50_US, MODE);
	assert_int_equal(e.n, ROUNDS - 2);
	assert_int_equal(e.verdict, VERDICT_NO_CI);
	assert_true(e.has_ratio);
	assert_near(e.ratio, 1.2, 0.01);
	assert_int_equal(effect(&j, METRIC_FORK_P50_US, AGAIN).n, ROUNDS - 1);
	assert_int_equal(effect(&j, METRIC_SESSIONS_PER_S, MODE).n, ROUNDS);
	judge_release(&j);
	free(w);
}

static void no_verdicts_but_for_leaks(void **state)
{
	struct world *w = world_new(1.2, 1.2);
	struct judgement j;

	(void)state;
	w->run.verdicts = false;
	cell(w, MODE, 3)->value[METRIC_ZOMBIES_LEFT] = 1;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(effect(&j, METRIC_FORK_P50_US, MODE).verdict,
			 VERDICT_NONE);
	assert_int_equal(effect(&j, METRIC_ZOMBIES_LEFT, MODE).verdict,
			 VERDICT_LEAKS);
	assert_int_equal(effect(&j, METRIC_ZOMBIES_LEFT, BASE).verdict,
			 VERDICT_CLEAN);
	assert_int_equal(j.status.state, RUN_VALID);
	judge_release(&j);
	free(w);
}

static void status_noisy(void **state)
{
	struct world *w = world_new(1, 1.05);
	struct judgement j;

	(void)state;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_NOISY);
	assert_non_null(strstr(j.status.reasons[0], "sessions/s"));
	judge_release(&j);
	free(w);
}

/* Warm-ups do not count, and half is not most. */
static void status_noisy_where_most_cells_are_suspect(void **state)
{
	struct world *w = world_new(1, 1);
	struct judgement j;

	(void)state;
	for (unsigned r = 0; r <= ROUNDS / 2; r++)
		for (size_t slot = 0; slot < SLOTS; slot++)
			cell(w, slot, r)->validity = CELL_SUSPECT;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_VALID);
	judge_release(&j);

	cell(w, MODE, ROUNDS)->validity = CELL_SUSPECT;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_NOISY);
	assert_non_null(strstr(j.status.reasons[0], "10 of the 18 cells used "
						    "are suspect; the first, "
						    "churn, round 1, sig-ign: "
						    "no reason given"));
	judge_release(&j);

	/* A profile that gives no verdicts has none to doubt. */
	w->run.verdicts = false;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_VALID);
	judge_release(&j);
	free(w);
}

static void status_invalid_after_the_retry(void **state)
{
	struct world *w = world_new(1, 1);
	struct judgement j;

	(void)state;
	cell(w, MODE, 2)->validity = CELL_INVALID;
	cell(w, MODE, 2)->attempt = 2;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_INVALID);
	assert_int_equal(effect(&j, METRIC_FORK_P50_US, MODE).n, ROUNDS - 1);
	judge_release(&j);

	/* replaced by a valid second try, or only a warm-up: no harm */
	cell(w, MODE, 2)->excluded = true;
	w->run.planned_cells--;
	cell(w, BASE, 0)->validity = CELL_INVALID;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_VALID);
	judge_release(&j);
	free(w);
}

static void status_incomplete(void **state)
{
	struct world *w = world_new(1, 1);
	struct judgement j;

	(void)state;
	w->run.finished = false;
	w->run.interrupted_by = "SIGINT";
	w->run.n_cells = SLOTS * 3;
	cell(w, MODE, 2)->validity = CELL_INVALID; /* its retry never came */
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_INCOMPLETE);
	assert_non_null(strstr(j.status.reasons[0], "SIGINT"));
	judge_release(&j);

	w->run.finished = true; /* a finished run that has lost cells */
	cell(w, MODE, 2)->validity = CELL_VALID;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_INCOMPLETE);
	judge_release(&j);
	free(w);
}

static void status_without_any_pair(void **state)
{
	struct world *w = world_new(1, 1);
	struct judgement j;

	(void)state;
	for (unsigned r = 1; r <= ROUNDS; r++)
		for (size_t m = 0; m < METRIC_COUNT; m++)
			cell(w, BASE, r)->value[m] = NAN;
	assert_int_equal(judge_run(&w->run, &j), 0);
	assert_int_equal(j.status.state, RUN_INVALID);
	assert_int_equal(effect(&j, METRIC_FORK_P50_US, MODE).n, 0);
	judge_release(&j);
	free(w);
}

static void set_leak(struct world *w, double calls_in_round_2)
{
	for (unsigned r = 1; r <= ROUNDS; r++) {
		double *v = cell(w, MODE, r)->value;

		v[METRIC_FORKS] = 8000 + r;
		v[METRIC_ZOMBIES_LEFT] = r == 2 ? 5213 : 5000;
		v[METRIC_HANDLER_CALLS] = r == 2 ? calls_in_round_2 : 3000 + r;
	}
}

static const char *find_leak(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (strncmp(f->list[i], "‘waitpid-once’ left", 23) == 0)
			return f->list[i];
	fail_msg("no finding tells of the leak");
	return NULL;
}

static void the_cross_check_tells_both_ways(void **state)
{
	struct world *w = world_new(1, 1);
	struct findings *f = calloc(1, sizeof(*f));
	struct judgement j;
	char title[TITLE];

	(void)state;
	assert_non_null(f);
	set_leak(w, 8002 - 5213);
	assert_int_equal(judge_run(&w->run, &j), 0);
	findings_make(&w->run, &j, f);
	assert_string_equal(find_leak(f), "‘waitpid-once’ left 5,213 of 8,002 "
					  "children as "
					  "zombies in churn, in the worst of 6 "
					  "rounds: 8,002 "
					  "forks − 2,789 handler calls = 5,213 "
					  "zombies; "
					  "equal in 6 of 6 rounds");
	title_zombies(&w->run, &j, 0, title);
	assert_string_equal(title, "1 of 2 modes leaks zombies: ‘waitpid once’ "
				   "leaves 63 % of its children");
	judge_release(&j);

	set_leak(w, 8002 - 5213 + 1);
	assert_int_equal(judge_run(&w->run, &j), 0);
	findings_make(&w->run, &j, f);
	assert_non_null(strstr(find_leak(f), "= 5,212, NOT equal to the 5,213 "
					     "left; equal in 5 of 6 rounds"));
	judge_release(&j);
	free(f);
	free(w);
}

static const char *title_of_leak(struct world *w, double left, double forks)
{
	static char title[TITLE];
	struct judgement j;

	for (unsigned r = 1; r <= ROUNDS; r++) {
		cell(w, MODE, r)->value[METRIC_FORKS] = forks;
		cell(w, MODE, r)->value[METRIC_ZOMBIES_LEFT] = left;
	}
	assert_int_equal(judge_run(&w->run, &j), 0);
	title_zombies(&w->run, &j, 0, title);
	judge_release(&j);
	return strstr(title, "once’ ") + strlen("once’ ");
}

static void shares_are_rounded_to_neither_end(void **state)
{
	struct world *w = world_new(1, 1);

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
	free(w);
}

/* Stopped before the baseline of this experiment had run. */
static void every_mode_means_all_of_them(void **state)
{
	struct world *w = world_new(1, 1);
	struct findings *f = calloc(1, sizeof(*f));
	struct judgement j;
	char title[TITLE];

	(void)state;
	assert_non_null(f);
	for (unsigned r = 1; r <= ROUNDS; r++) {
		cell(w, BASE, r)->excluded = true;
		cell(w, MODE, r)->value[METRIC_ZOMBIES_LEFT] = 7;
	}
	assert_int_equal(judge_run(&w->run, &j), 0);
	findings_make(&w->run, &j, f);
	for (size_t i = 0; i < f->n; i++)
		if (strstr(f->list[i], "every mode"))
			assert_string_equal(f->list[i], "zombies left in "
							"churn: every mode "
							"measured so far "
							"leaks");
	title_zombies(&w->run, &j, 0, title);
	assert_string_equal(title, "1 of 1 modes measured so far leaks "
				   "zombies: ‘waitpid once’ leaks");
	judge_release(&j);
	free(f);
	free(w);
}

static void suspect_cells_are_named(void **state)
{
	struct world *w = world_new(1, 1);
	struct findings *f = calloc(1, sizeof(*f));
	json_t *reasons = json_pack("[s]", "the host took 9 %");
	struct judgement j;

	(void)state;
	assert_non_null(f);
	assert_non_null(reasons);
	for (unsigned r = 0; r <= 2; r++) { /* the warm-up is not used */
		struct load_cell *c = cell(w, MODE, r);

		c->validity = CELL_SUSPECT;
		c->reasons = reasons;
		snprintf(c->folder, sizeof(c->folder), "churn/%u-mode", r);
	}
	assert_int_equal(judge_run(&w->run, &j), 0);
	findings_make(&w->run, &j, f);
	assert_string_equal(f->list[f->n - 1], "doubt: 2 of the 18 cells used "
					       "are suspect, see "
					       "Cells in doubt; the first, "
					       "churn/1-mode: the host took "
					       "9 %");
	judge_release(&j);
	json_decref(reasons);
	free(f);
	free(w);
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
		cmocka_unit_test(status_noisy),
		cmocka_unit_test(status_noisy_where_most_cells_are_suspect),
		cmocka_unit_test(status_invalid_after_the_retry),
		cmocka_unit_test(status_incomplete),
		cmocka_unit_test(status_without_any_pair),
		cmocka_unit_test(the_cross_check_tells_both_ways),
		cmocka_unit_test(shares_are_rounded_to_neither_end),
		cmocka_unit_test(every_mode_means_all_of_them),
		cmocka_unit_test(suspect_cells_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
