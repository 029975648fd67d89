/* Stored runs, judged: verdicts, doubts, zombies, slopes, and the run's state. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/fixture_cells.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Levels of the made runs; the last one is A/A where there is one. */
enum { SIG_IGN, LOOP, ONCE, NONE, AA };

static void assert_near(double got, double expected)
{
	if (!(fabs(got - expected) <= 1e-9 * fmax(1, fabs(expected))))
		fail_msg("%.12g is not %.12g", got, expected);
}

static void assert_reason(const struct judged *j, const char *part)
{
	for (size_t i = 0; i < j->reasons; i++)
		if (strstr(j->reason[i], part))
			return;
	fail_msg("no reason of %zu has `%s`; the first is `%s`", j->reasons,
		 part, j->reason[0]);
}

static void assert_verdict(const struct judged *j, size_t arm, int metric,
			   size_t level, enum verdict v)
{
	const struct effect *e = &j->arm[arm].effect[metric][level];

	if (e->verdict != v)
		fail_msg("%s of %s is `%s`, not `%s`: [%g, %g], n %zu",
			 metrics[metric].name,
			 j->arm[arm].arm->level[level].name,
			 verdict_names[e->verdict], verdict_names[v],
			 e->ratio.low, e->ratio.high, e->n);
}

/* --- verdicts ------------------------------------------------------------- */

static void a_verdict_is_read_off_the_interval(void **state)
{
	static const struct {
		struct interval i;
		enum verdict lower, higher; /* is better */
	} cases[] = {
		{ { 1.01, 1.1, 1.2 }, VERDICT_WORSE, VERDICT_BETTER },
		{ { 1.001, 1.002, 1.003 }, VERDICT_WORSE, VERDICT_BETTER },
		{ { 0.8, 0.9, 0.99 }, VERDICT_BETTER, VERDICT_WORSE },
		{ { 0.98, 1, 1.02 }, VERDICT_SAME, VERDICT_SAME },
		{ { 1 / 1.03, 1, 1.03 }, VERDICT_SAME, VERDICT_SAME },
		{ { 1, 1.01, 1.02 }, VERDICT_SAME, VERDICT_SAME },
		{ { 0.98, 1, 1.04 }, VERDICT_UNCLEAR, VERDICT_UNCLEAR },
		{ { 0.96, 1, 1.02 }, VERDICT_UNCLEAR, VERDICT_UNCLEAR },
		{ { 0, 2, INFINITY }, VERDICT_UNCLEAR, VERDICT_UNCLEAR },
		{ { 1.5, 2, INFINITY }, VERDICT_UNCLEAR, VERDICT_UNCLEAR },
		{ { 0, 0.2, 0.5 }, VERDICT_UNCLEAR, VERDICT_UNCLEAR },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(judge_verdict(&cases[i].i, BETTER_LOWER),
				 cases[i].lower);
		assert_int_equal(judge_verdict(&cases[i].i, BETTER_HIGHER),
				 cases[i].higher);
	}
}

static void levels_are_judged_by_their_metric(void **state)
{
	static const struct {
		int metric;
		double factor, spread;
		unsigned rounds;
		enum verdict verdict;
	} cases[] = {
		{ METRIC_CPU_US, 1.1, 0.02, 60, VERDICT_WORSE },
		{ METRIC_CPU_US, 0.9, 0.02, 60, VERDICT_BETTER },
		{ METRIC_SESSIONS_PER_S, 1.1, 0.02, 60, VERDICT_BETTER },
		{ METRIC_SESSIONS_PER_S, 0.9, 0.02, 60, VERDICT_WORSE },
		{ METRIC_FORK_P50_US, 1.1, 0.02, 8, VERDICT_WORSE },
		{ METRIC_FIRST_ECHO_P50_US, 1, 0.01, 200, VERDICT_SAME },
		{ METRIC_CPU_US, 1, 0.2, 60, VERDICT_UNCLEAR },
		{ METRIC_CPU_US, 2, 0.02, 4, VERDICT_UNCLEAR },
		/* Not primary: an interval, and no verdict. */
		{ METRIC_ECHO_P50_US, 2, 0.02, 60, VERDICT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct made *m = made_new("churn");
		const struct effect *e;
		const struct judged *j;

		made_fill(m, cases[i].rounds, cases[i].spread, i);
		made_times(m, 0, ONCE, cases[i].metric, cases[i].factor);
		j = made_judge(m);
		assert_int_equal(j->state, RUN_VALID);
		assert_int_equal(j->reasons, 0);
		assert_verdict(j, 0, cases[i].metric, ONCE, cases[i].verdict);
		e = j->arm[0].effect[cases[i].metric];
		assert_int_equal(e[ONCE].n, cases[i].rounds);
		assert_false(isnan(e[ONCE].ratio.mid));
		assert_int_equal(e[SIG_IGN].verdict, VERDICT_BASELINE);
		assert_true(isnan(e[SIG_IGN].ratio.mid));
		assert_int_equal(e[AA].verdict, VERDICT_NONE);
		made_free(m);
	}
}

/* The interval is the joint one, of the rounds and the two baseline cells. */
static void an_interval_is_joint(void **state)
{
	struct made *m = made_new("churn");
	double value[3 * 40], worst = 0;
	const struct judged *j;
	struct interval i;
	const struct effect *e;

	(void)state;
	made_fill(m, 40, 0.05, 5);
	j = made_judge(m);
	assert_int_equal(j->comparisons, 12);
	assert_int_equal(j->comparisons, config_comparisons(&m->config));
	for (unsigned r = 1; r <= 40; r++) {
		static const size_t levels[] = { NONE, SIG_IGN, AA };

		for (size_t k = 0; k < 3; k++)
			value[3 * (r - 1) + k] = made_find(m, 0, levels[k], r)
							 ->value[METRIC_CPU_US];
	}
	assert_int_equal(ranks_interval(&(struct ranks){ 40, 3, value },
					0.05 / 12, &i),
			 0);
	e = &j->arm[0].effect[METRIC_CPU_US][NONE];
	assert_near(e->ratio.low, i.low);
	assert_near(e->ratio.mid, i.mid);
	assert_near(e->ratio.high, i.high);
	assert_near(e->resolution, fmax(i.high / i.mid, i.mid / i.low) - 1);
	for (size_t l = LOOP; l <= NONE; l++)
		worst = fmax(worst,
			     j->arm[0].effect[METRIC_CPU_US][l].resolution);
	assert_near(judge_resolution(&j->arm[0], METRIC_CPU_US), worst);
	assert_true(isnan(judge_resolution(&j->arm[0], METRIC_ECHO_P50_US)));
	made_free(m);
}

static void a_short_profile_gets_no_verdict(void **state)
{
	struct made *m = made_new("churn");
	const struct judged *j;

	(void)state;
	m->config.profile = 0;
	made_fill(m, 30, 0.02, 1);
	made_times(m, 0, LOOP, METRIC_CPU_US, 2);
	made_times(m, 0, AA, METRIC_CPU_US, 2);
	j = made_judge(m);
	assert_int_equal(j->state, RUN_VALID);
	assert_verdict(j, 0, METRIC_CPU_US, LOOP, VERDICT_NONE);
	assert_false(isnan(j->arm[0].effect[METRIC_CPU_US][LOOP].ratio.mid));
	made_free(m);
}

/* A machine that gets slower meets sessions and operations alike. */
static void a_session_is_told_as_a_multiple_of_its_floor(void **state)
{
	enum { CHURN, FLOOR };
	struct made *m = made_new("churn,floor");
	const struct judged *j;
	const struct interval *of;

	(void)state;
	made_fill(m, 40, 0.02, 1);
	made_set(m, FLOOR, 1, METRIC_OP_CPU_US, 40); /* fork-64 */
	made_set(m, FLOOR, 6, METRIC_OP_CPU_US, 10); /* connect */
	made_times(m, CHURN, LOOP, METRIC_CPU_US, 1.5);
	for (size_t i = 0; i < m->cells; i++) {
		m->cell[i].value[METRIC_CPU_US] *= 1 + m->cell[i].round / 40.0;
		m->cell[i].value[METRIC_OP_CPU_US] *=
			1 + m->cell[i].round / 40.0;
	}
	j = made_judge(m);
	of = j->arm[CHURN].of_floor;
	assert_true(of[SIG_IGN].low < 2 && of[SIG_IGN].high > 2);
	assert_true(of[SIG_IGN].high / of[SIG_IGN].low < 1.05);
	assert_true(of[LOOP].low < 3 && of[LOOP].high > 3);
	assert_true(isnan(j->arm[FLOOR].of_floor[0].mid));
	made_free(m);
	m = made_new("churn");
	made_fill(m, 40, 0.02, 1);
	assert_true(isnan(made_judge(m)->arm[0].of_floor[SIG_IGN].mid));
	made_free(m);
}

/* --- what is not measured, or not used ------------------------------------ */

static void the_parents_cpu_stands_in_for_all_cpu(void **state)
{
	struct made *m = made_new("churn");
	const struct judged_arm *a;

	(void)state;
	m->cpu_source = NULL;
	made_fill(m, 60, 0.02, 1);
	for (size_t l = 0; l <= AA; l++)
		made_set(m, 0, l, METRIC_CPU_US, NAN);
	made_times(m, 0, LOOP, METRIC_PARENT_CPU_US, 1.2);
	a = &made_judge(m)->arm[0];
	assert_int_equal(m->judged->comparisons, 12);
	assert_true(a->effect[METRIC_PARENT_CPU_US][LOOP].primary);
	assert_false(a->effect[METRIC_CPU_US][LOOP].primary);
	assert_true(isnan(a->effect[METRIC_CPU_US][LOOP].median));
	assert_int_equal(a->effect[METRIC_CPU_US][LOOP].n, 0);
	assert_verdict(m->judged, 0, METRIC_PARENT_CPU_US, LOOP, VERDICT_WORSE);
	made_free(m);
	/* And only then. */
	m = made_new("churn");
	made_fill(m, 8, 0.02, 1);
	a = &made_judge(m)->arm[0];
	assert_false(a->effect[METRIC_PARENT_CPU_US][LOOP].primary);
	assert_true(a->effect[METRIC_CPU_US][LOOP].primary);
	made_free(m);
}

static void an_invalid_attempt_is_not_used(void **state)
{
	struct made *m = made_new("churn");
	struct cell *again;
	const struct judged_arm *a;

	(void)state;
	made_fill(m, 40, 0, 1);
	again = made_find(m, 0, LOOP, 7);
	again->value[METRIC_CPU_US] = 1e6;
	validity_add(&again->validity, VALIDITY_SERVER_DIED, "exit code 1");
	again = made_cell(m, 0, LOOP, 7);
	again->attempt = 2;
	again->value[METRIC_CPU_US] = 300;
	a = &made_judge(m)->arm[0];
	assert_int_equal(m->judged->state, RUN_VALID);
	assert_int_equal(a->cells, 5 * 40 + 1);
	assert_int_equal(a->used, 5 * 40);
	assert_int_equal(a->invalid, 1);
	assert_int_equal(a->excluded, 1);
	assert_int_equal(a->rounds, 40);
	assert_int_equal(a->doubts, 0);
	assert_int_equal(a->effect[METRIC_CPU_US][LOOP].n, 40);
	assert_near(a->effect[METRIC_CPU_US][LOOP].median, 100);
	/* Not measured in its second attempt: a round less. */
	assert_int_equal(a->effect[METRIC_FORK_P50_US][LOOP].n, 39);
	/* Of the baseline and without a ratio it is cells, without round 0. */
	assert_int_equal(a->effect[METRIC_CPU_US][SIG_IGN].n, 40);
	assert_int_equal(a->effect[METRIC_SESSIONS][ONCE].n, 40);
	made_free(m);
}

/* A round counts if level, baseline and A/A were measured, all above 0. */
static void rounds_with_a_gap_are_left_out(void **state)
{
	struct made *m = made_new("churn");
	const struct effect *e;

	(void)state;
	made_fill(m, 30, 0.02, 1);
	made_find(m, 0, SIG_IGN, 3)->value[METRIC_CPU_US] = NAN;
	made_find(m, 0, AA, 4)->value[METRIC_CPU_US] = NAN;
	made_find(m, 0, LOOP, 5)->value[METRIC_CPU_US] = 0;
	e = made_judge(m)->arm[0].effect[METRIC_CPU_US];
	assert_int_equal(e[LOOP].n, 27);
	assert_int_equal(e[ONCE].n, 28);
	assert_int_equal(e[AA].n, 28);
	made_free(m);
}

static void without_an_aa_level_pairs_are_compared(void **state)
{
	struct made *m = made_new("churn");
	const struct judged *j;

	(void)state;
	m->config.arm[0].levels--;
	made_fill(m, 60, 0.02, 1);
	made_times(m, 0, LOOP, METRIC_CPU_US, 1.1);
	made_times(m, 0, ONCE, METRIC_CPU_US, 0.9);
	j = made_judge(m);
	assert_int_equal(j->state, RUN_VALID);
	assert_verdict(j, 0, METRIC_CPU_US, LOOP, VERDICT_WORSE);
	assert_verdict(j, 0, METRIC_CPU_US, ONCE, VERDICT_BETTER);
	assert_true(isnan(j->arm[0].aa_p[METRIC_CPU_US]));
	made_free(m);
}

/* --- NOISY ---------------------------------------------------------------- */

static void a_baseline_that_differs_from_itself_is_noisy(void **state)
{
	struct made *m = made_new("churn,hold");
	const struct judged *j;

	(void)state;
	made_fill(m, 40, 0.02, 1);
	made_times(m, 0, LOOP, METRIC_CPU_US, 1.3);
	made_times(m, 1, LOOP, METRIC_STORM_MS, 1.3);
	j = made_judge(m);
	assert_int_equal(j->state, RUN_VALID);
	assert_true(j->arm[0].aa_p[METRIC_FORK_P50_US] > 0.01 / 6);
	assert_true(isnan(j->arm[0].aa_p[METRIC_ECHO_P50_US]));

	made_times(m, 0, AA, METRIC_FORK_P50_US, 1.1);
	j = made_judge(m);
	assert_int_equal(j->state, RUN_NOISY);
	assert_true(j->arm[0].aa_p[METRIC_FORK_P50_US] < 0.01 / 6);
	assert_reason(j, "churn, fork() p50: the baseline, measured twice");
	assert_int_equal(j->reasons, 1);
	assert_verdict(j, 0, METRIC_CPU_US, LOOP, VERDICT_WITHHELD);
	assert_verdict(j, 1, METRIC_STORM_MS, LOOP, VERDICT_WORSE);
	made_free(m);
}

/* All A/A comparisons of a run together are wrong once in a hundred runs. */
static void the_gate_counts_all_its_comparisons(void **state)
{
	struct made *m = made_new("churn,hold");
	size_t noisy = 0, count = 0;
	double least = 1;

	(void)state;
	made_fill(m, 40, 0.02, 1);
	/* Bring one p between 1 % and 1 % of the six comparisons. */
	for (double factor = 1; factor < 1.05; factor *= 1.0005) {
		const struct judged *j = made_judge(m);

		least = j->arm[0].aa_p[METRIC_CPU_US];
		if (least < 0.01 && least > 0.01 / 6) {
			count++;
			noisy += j->state != RUN_VALID;
		}
		if (least < 0.01 / 6)
			break;
		made_times(m, 0, AA, METRIC_CPU_US, 1.0005);
	}
	assert_true(count > 0);
	assert_int_equal(noisy, 0);
	assert_true(least < 0.01 / 6);
	assert_int_equal(m->judged->state, RUN_NOISY);
	made_free(m);
}

static void doubt_the_cells(struct made *m, size_t arm, unsigned rounds)
{
	for (size_t i = 0; i < m->cells; i++)
		if (m->cell[i].arm == arm && m->cell[i].round > 0 &&
		    m->cell[i].round <= rounds)
			validity_add(&m->cell[i].validity,
				     VALIDITY_FOREIGN_LOAD,
				     "%u.5 %%, most: cc1", m->cell[i].round);
}

static void an_experiment_of_suspect_cells_is_noisy(void **state)
{
	struct made *m = made_new("churn,hold");
	const struct judged *j;
	const struct doubt *d;

	(void)state;
	made_fill(m, 40, 0.02, 1);
	made_times(m, 0, LOOP, METRIC_CPU_US, 1.3);
	made_times(m, 1, LOOP, METRIC_STORM_MS, 1.3);
	made_set(m, 0, NONE, METRIC_ZOMBIES_LEFT, 300);
	doubt_the_cells(m, 0, 20);
	j = made_judge(m);
	/* Half is not more than half. */
	assert_int_equal(j->state, RUN_VALID);
	assert_int_equal(j->arm[0].suspect, 100);
	assert_verdict(j, 0, METRIC_CPU_US, LOOP, VERDICT_WORSE);

	validity_add(&made_find(m, 0, ONCE, 21)->validity, VALIDITY_STEAL,
		     "8 %%");
	j = made_judge(m);
	assert_int_equal(j->state, RUN_NOISY);
	assert_reason(j, "churn: 101 of the 200 cells used are suspect");
	assert_true(j->arm[0].noisy);
	assert_false(j->arm[1].noisy);
	assert_verdict(j, 0, METRIC_CPU_US, LOOP, VERDICT_WITHHELD);
	assert_true(j->arm[0].effect[METRIC_CPU_US][LOOP].ratio.low > 1.2);
	assert_verdict(j, 1, METRIC_STORM_MS, LOOP, VERDICT_WORSE);
	assert_true(j->arm[0].zombies[NONE].leaks);
	assert_near(j->arm[0].zombies[NONE].share, 1);
	assert_int_equal(j->arm[0].doubts, 2);
	d = j->arm[0].doubt;
	assert_int_equal(d[0].rule, VALIDITY_FOREIGN_LOAD);
	assert_int_equal(d[0].cells, 100);
	assert_near(d[0].low, 1.5);
	assert_near(d[0].high, 20.5);
	assert_string_equal(d[0].example, "1.5 %, most: cc1");
	assert_int_equal(d[1].rule, VALIDITY_STEAL);
	assert_int_equal(d[1].cells, 1);
	assert_near(d[1].low, 8);
	made_free(m);
}

/* --- INVALID and INCOMPLETE ----------------------------------------------- */

/* Invalid in its first attempt and in the second. */
static void lose(struct made *m, size_t arm, size_t level, unsigned round)
{
	struct cell *c = made_find(m, arm, level, round);

	validity_add(&c->validity, VALIDITY_SERVER_DIED, "exit code 1");
	c = made_cell(m, arm, level, round);
	c->attempt = 2;
	validity_add(&c->validity, VALIDITY_SERVER_DIED, "exit code 1");
}

static void a_state_follows_from_what_was_lost(void **state)
{
	static const struct {
		unsigned rounds, lost;
		bool finished;
		const char *interrupted_by;
		bool noisy;
		enum run_state state;
		const char *reason;
	} cases[] = {
		{ 40, 0, true, NULL, false, RUN_VALID, NULL },
		/* 5 % is not more than 5 %. */
		{ 40, 2, true, NULL, false, RUN_VALID, NULL },
		{ 40, 3, true, NULL, false, RUN_INVALID,
		  "churn: rounds without a usable cell: waitpid-once 3 of 40 "
		  "(server-died)." },
		{ 8, 1, true, NULL, false, RUN_INVALID, "1 of 8" },
		{ 40, 40, true, NULL, true, RUN_INVALID, "40 of 40" },
		{ 40, 0, true, NULL, true, RUN_NOISY, "measured twice" },
		{ 40, 0, false, "SIGINT", false, RUN_INCOMPLETE,
		  "SIGINT stopped it after 205 cells" },
		{ 40, 0, false, "BUDGET", false, RUN_INCOMPLETE,
		  "Its time ran out after 205 cells" },
		{ 40, 0, false, NULL, false, RUN_INCOMPLETE,
		  "It is not finished: it has 205 cells" },
		{ 40, 40, false, "SIGTERM", true, RUN_INCOMPLETE,
		  "SIGTERM stopped it" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct made *m = made_new("churn");
		const struct judged *j;

		m->finished = cases[i].finished;
		m->interrupted_by = cases[i].interrupted_by;
		made_fill(m, cases[i].rounds, 0.02, 1);
		for (unsigned r = 1; r <= cases[i].lost; r++)
			lose(m, 0, ONCE, r);
		if (cases[i].noisy)
			made_times(m, 0, AA, METRIC_CPU_US, 2);
		j = made_judge(m);
		if (j->state != cases[i].state)
			fail_msg("case %zu is %s", i,
				 run_state_names[j->state]);
		if (cases[i].reason)
			assert_reason(j, cases[i].reason);
		else
			assert_int_equal(j->reasons, 0);
		made_free(m);
	}
}

/* The cell that was being measured may wait for its retry. */
static void a_stopped_run_is_no_more_than_that(void **state)
{
	struct made *m = made_new("churn,hold");
	const struct judged *j;

	(void)state;
	m->finished = false;
	made_fill(m, 8, 0.02, 1);
	validity_add(&made_find(m, 0, ONCE, 8)->validity, VALIDITY_SERVER_DIED,
		     "exit code 1");
	/* hold was not reached. */
	while (m->cell[m->cells - 1].arm == 1)
		m->cells--;
	j = made_judge(m);
	assert_int_equal(j->state, RUN_INCOMPLETE);
	assert_int_equal(j->reasons, 1);
	assert_int_equal(j->comparisons, 12);
	assert_int_equal(j->arm[1].cells, 0);
	/* A finished one that lacks it is. */
	m->finished = true;
	assert_int_equal(made_judge(m)->state, RUN_INVALID);
	assert_reason(m->judged, "hold: rounds without a usable cell: sig-ign "
				 "0 of 0 (no cell was measured)");
	made_free(m);
}

/* --- zombies -------------------------------------------------------------- */

static void zombies_are_counted(void **state)
{
	static const double left[] = { 0, 150, 30 };
	struct made *m = made_new("churn,wall");
	const struct zombie_count *z;

	(void)state;
	made_fill(m, 3, 0.02, 1);
	for (unsigned r = 1; r <= 3; r++) {
		struct cell *c = made_find(m, 0, ONCE, r);

		c->value[METRIC_ZOMBIES_LEFT] = left[r - 1];
		c->value[METRIC_ZOMBIES_PEAK] = left[r - 1] + 10;
		c->value[METRIC_HANDLER_CALLS] = 200 + r;
		c->value[METRIC_EXITS] = r == 2 ? NAN : 300;
		/* Two of three sessions' children, and no counters. */
		c = made_find(m, 0, NONE, r);
		c->value[METRIC_ZOMBIES_LEFT] = 200;
		c->value[METRIC_FORKS] = NAN;
	}
	/* The warm-up does not count, nor what was not counted. */
	made_find(m, 0, LOOP, 0)->value[METRIC_ZOMBIES_LEFT] = 5;
	made_find(m, 0, LOOP, 2)->value[METRIC_ZOMBIES_LEFT] = NAN;
	z = made_judge(m)->arm[0].zombies;
	assert_int_equal(z[ONCE].cells, 3);
	assert_near(z[ONCE].left_min, 0);
	assert_near(z[ONCE].left_median, 30);
	assert_near(z[ONCE].left_max, 150);
	assert_near(z[ONCE].peak_max, 160);
	assert_near(z[ONCE].share, 0.2);
	assert_near(z[ONCE].forks, 900);
	assert_near(z[ONCE].exits, 600);
	assert_near(z[ONCE].handler_calls, 606);
	assert_true(isnan(z[ONCE].wakeups));
	assert_true(z[ONCE].leaks);
	assert_near(z[NONE].share, 200.0 / 300);
	assert_true(isnan(z[NONE].forks));
	assert_false(z[LOOP].leaks);
	assert_near(z[LOOP].share, 0);
	assert_int_equal(z[LOOP].cells, 3);
	/* wall counts none. */
	z = m->judged->arm[1].zombies;
	assert_int_equal(z[ONCE].cells, 0);
	assert_true(isnan(z[ONCE].left_max));
	made_free(m);
}

/* --- slopes --------------------------------------------------------------- */

static void a_slope_is_exact(void **state)
{
	struct made *m = made_new("memory");
	const struct arm *a = &m->config.arm[0];
	const struct fit_result *s;
	const struct judged *j;

	(void)state;
	made_fill(m, 12, 0.02, 1);
	for (unsigned r = 1; r <= 12; r++)
		for (size_t l = 0; l < a->levels; l++)
			made_find(m, 0, l, r)->value[METRIC_FORK_P50_US] =
				30 + r + (9.5 + 0.1 * r) * a->level[l].value;
	j = made_judge(m);
	s = &j->arm[0].fit[METRIC_FORK_P50_US][0];
	assert_int_equal(s->n, 12);
	assert_near(s->is.mid, 9.5 + 0.65);
	/* The slopes are 9.6, 9.7 to 10.7: in it are not the outermost. */
	assert_true(s->is.low > 9.6 && s->is.low < 10.15);
	assert_true(s->is.high < 10.7 && s->is.high > 10.15);
	assert_int_equal(j->comparisons, 2);
	assert_int_equal(j->comparisons, config_comparisons(&m->config));
	assert_near(j->arm[0].effect[METRIC_FORK_P50_US][0].median,
		    36.5 + 10.15 * a->level[0].value);
	assert_true(isnan(j->arm[0].effect[METRIC_FORK_P50_US][1].ratio.mid));
	assert_verdict(j, 0, METRIC_FORK_P50_US, 0, VERDICT_NONE);
	assert_verdict(j, 0, METRIC_FORK_P50_US, 1, VERDICT_NONE);
	assert_int_equal(j->arm[0].fit[METRIC_SESSIONS][0].n, 0);
	/* A round with a gap has none. */
	made_find(m, 0, 1, 5)->value[METRIC_FORK_P50_US] = NAN;
	s = &made_judge(m)->arm[0].fit[METRIC_FORK_P50_US][0];
	assert_int_equal(s->n, 11);
	made_free(m);
}

/* Of each curve by itself; noise of some per cent. */
static void a_knee_and_a_power_are_found(void **state)
{
	struct made *m = made_new("capacity storm");
	struct arm *rate = &m->config.arm[0], *held = &m->config.arm[1];
	const struct judged *j;

	(void)state;
	rate->load.reference_per_s = 1000;
	made_fill(m, 15, 0.02, 1);
	for (unsigned r = 1; r <= 15; r++) {
		double noise = 1 + 0.002 * r - 0.016;

		for (size_t l = 0; l < rate->levels; l++) {
			const struct level *at = &rate->level[l];
			double knee = at->curve == 1 ? 700 : 5000;

			made_find(m, 0, l, r)->value[METRIC_SESSIONS_PER_S] =
				fmin(10 * at->value, knee * noise);
		}
		for (size_t l = 0; l < held->levels; l++) {
			const struct level *at = &held->level[l];
			double power = at->curve == 2 ? 1.5 : 1;

			made_find(m, 1, l, r)->value[METRIC_STORM_MS] =
				noise * pow(at->value, power);
		}
	}
	j = made_judge(m);
	assert_int_equal(j->comparisons, config_comparisons(&m->config));
	/* Where no rate is beyond it, the highest that was offered. */
	assert_near(j->arm[0].fit[METRIC_SESSIONS_PER_S][0].is.mid, 1200);
	assert_near(j->arm[0].fit[METRIC_SESSIONS_PER_S][1].is.mid, 700);
	assert_true(j->arm[0].fit[METRIC_SESSIONS_PER_S][1].is.low < 700);
	assert_true(j->arm[0].fit[METRIC_SESSIONS_PER_S][1].is.low > 680);
	assert_int_equal(j->arm[0].fit[METRIC_FIRST_ECHO_P99_US][1].n, 0);
	assert_near(j->arm[1].fit[METRIC_STORM_MS][0].is.mid, 1);
	assert_near(j->arm[1].fit[METRIC_STORM_MS][2].is.mid, 1.5);
	made_free(m);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_verdict_is_read_off_the_interval),
		cmocka_unit_test(levels_are_judged_by_their_metric),
		cmocka_unit_test(a_session_is_told_as_a_multiple_of_its_floor),
		cmocka_unit_test(an_interval_is_joint),
		cmocka_unit_test(a_short_profile_gets_no_verdict),
		cmocka_unit_test(the_parents_cpu_stands_in_for_all_cpu),
		cmocka_unit_test(an_invalid_attempt_is_not_used),
		cmocka_unit_test(rounds_with_a_gap_are_left_out),
		cmocka_unit_test(without_an_aa_level_pairs_are_compared),
		cmocka_unit_test(a_baseline_that_differs_from_itself_is_noisy),
		cmocka_unit_test(the_gate_counts_all_its_comparisons),
		cmocka_unit_test(an_experiment_of_suspect_cells_is_noisy),
		cmocka_unit_test(a_state_follows_from_what_was_lost),
		cmocka_unit_test(a_stopped_run_is_no_more_than_that),
		cmocka_unit_test(zombies_are_counted),
		cmocka_unit_test(a_slope_is_exact),
		cmocka_unit_test(a_knee_and_a_power_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
