/*
 * The judge's statistics on trial: simulated runs whose truth is known, by the
 * judge's own interval and verdict. With --table prints its rates as the table
 * that docs/METHODOLOGY.md shows.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/judge/judge.h"
#include "lib/rng.h"
#include "tests/unit/fixture_normal.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Levels beside the baseline and its A/A cell: m comparisons that must hold
 * together. */
enum { LEVELS = 4, CELLS = LEVELS + 2, LONGEST = 400 };

/* What each level is times the baseline, in runs with differences. */
static const double truth[LEVELS] = { 1.02, 1.03, 1.05, 1.10 };

/* --- the machine ---------------------------------------------------------- */

/* What a cell's logarithm is made of. */
static const struct noise {
	const char *name;
	double spread;	/* of each cell, normal */
	double drift;	/* of all of the run, from its start to its end */
	double wander;	/* spread of a state that each cell hands on */
	double outlier; /* one cell in 20 is 1 + exp(so much * normal) times as
			   long */
	double skew;	/* mean of an exponential share */
} noises[] = {
	{ .name = "normal, 5 %", .spread = 0.05 },
	{ .name = "normal, 15 %", .spread = 0.15 },
	{ .name = "twice as slow at the end", .spread = 0.05, .drift = 0.7 },
	{ .name = "wanders by 10 %", .spread = 0.05, .wander = 0.1 },
	{ .name = "one in 20 is an outlier", .spread = 0.05, .outlier = 1 },
	{ .name = "skewed, 10 %", .spread = 0.02, .skew = 0.1 },
};

/* Of the state, how much is left a cell later. */
#define HANDED_ON 0.8

static void shuffle(struct rng *rng, size_t order[CELLS])
{
	for (size_t i = 0; i < CELLS; i++)
		order[i] = i;
	for (size_t i = CELLS; i > 1; i--) {
		size_t k = rng_below(rng, i), swapped = order[k];

		order[k] = order[i - 1];
		order[i - 1] = swapped;
	}
}

/*
 * One run: value[round][0] is the baseline's, [CELLS - 1] its second cell's.
 * Each round's cells are in shuffled order, or the baseline's come first.
 */
static void draw_run(struct rng *rng, const struct noise *n, size_t rounds,
		     bool shuffled, const double ratio[LEVELS],
		     double value[][CELLS])
{
	double state = fixture_normal(rng);

	for (size_t r = 0; r < rounds; r++) {
		size_t order[CELLS] = { 0, CELLS - 1, 1, 2, 3, 4 };

		if (shuffled)
			shuffle(rng, order);
		for (size_t i = 0; i < CELLS; i++) {
			size_t cell = order[i];
			double at = (double)(r * CELLS + i) /
				    (double)(rounds * CELLS);
			double v = n->spread * fixture_normal(rng) +
				   n->drift * at + n->wander * state;

			if (n->skew > 0)
				v -= n->skew * log(1 - rng_unit(rng));
			if (n->outlier > 0 && rng_below(rng, 20) == 0)
				v += log(1 +
					 exp(n->outlier * fixture_normal(rng)));
			if (cell > 0 && cell <= LEVELS)
				v += log(ratio[cell - 1]);
			value[r][cell] = 100 * exp(v);
			state = HANDED_ON * state +
				sqrt(1 - HANDED_ON * HANDED_ON) *
					fixture_normal(rng);
		}
	}
}

/* The rounds of one level, as the judge gathers them. */
static void gather(double value[][CELLS], size_t rounds, size_t level,
		   double out[])
{
	for (size_t r = 0; r < rounds; r++) {
		out[3 * r] = value[r][level];
		out[3 * r + 1] = value[r][0];
		out[3 * r + 2] = value[r][CELLS - 1];
	}
}

/* --- rates ---------------------------------------------------------------- */

struct rates {
	size_t runs;
	size_t false_runs;	     /* equal levels, and any better or worse */
	size_t missed_runs;	     /* any interval without the true ratio */
	size_t found[LEVELS], wrong; /* verdicts of levels that differ */
	size_t same; /* equal levels called so; of runs * LEVELS */
};

/* Judges a run's levels at 1 - 0.05 / m, where more is worse. */
static void judge_levels(double value[][CELLS], size_t rounds,
			 struct interval interval[LEVELS],
			 enum verdict verdict[LEVELS])
{
	static double gathered[3 * LONGEST];
	const struct ranks r = { rounds, 3, gathered };

	for (size_t l = 0; l < LEVELS; l++) {
		gather(value, rounds, l + 1, gathered);
		assert_int_equal(ranks_interval(&r, (1 - JOINT_LEVEL) / LEVELS,
						&interval[l]),
				 0);
		verdict[l] = judge_verdict(&interval[l], BETTER_LOWER);
	}
}

static void simulate(struct rates *t, const struct noise *n, size_t rounds,
		     size_t runs, bool shuffled, struct rng *rng)
{
	static const double equal[LEVELS] = { 1, 1, 1, 1 };
	static double value[LONGEST][CELLS];
	struct interval i[LEVELS];
	enum verdict v[LEVELS];

	*t = (struct rates){ .runs = runs };
	for (size_t run = 0; run < runs; run++) {
		bool differs = false, missed = false;

		draw_run(rng, n, rounds, shuffled, equal, value);
		judge_levels(value, rounds, i, v);
		for (size_t l = 0; l < LEVELS; l++) {
			differs |= v[l] == VERDICT_BETTER ||
				   v[l] == VERDICT_WORSE;
			t->same += v[l] == VERDICT_SAME;
		}
		draw_run(rng, n, rounds, shuffled, truth, value);
		judge_levels(value, rounds, i, v);
		for (size_t l = 0; l < LEVELS; l++) {
			missed |= i[l].low > truth[l] || i[l].high < truth[l];
			t->found[l] += v[l] == VERDICT_WORSE;
			t->wrong += v[l] == VERDICT_BETTER;
		}
		t->false_runs += differs;
		t->missed_runs += missed;
	}
}

static double pct(size_t part, size_t all)
{
	return 100 * (double)part / (double)all;
}

/* Three standard errors of a share in that many runs, in per cent. */
static double error_pct(double share, size_t runs)
{
	return 300 * sqrt(share * (1 - share) / (double)runs);
}

static const struct length {
	size_t rounds, runs;
} lengths[] = {
	{ 8, 120 }, { 20, 200 }, { 60, 80 }, { 200, 40 }, { 400, 50 },
};

/* The table for people has so many times the runs: it may take its time. */
enum { TABLE_RUNS = 20 };

static struct rates table[COUNT(noises)][COUNT(lengths)];

static void fill(size_t times)
{
	for (size_t n = 0; n < COUNT(noises); n++)
		for (size_t k = 0; k < COUNT(lengths); k++) {
			struct rng rng = { 1000 * n + k };

			simulate(&table[n][k], &noises[n], lengths[k].rounds,
				 times * lengths[k].runs, true, &rng);
		}
}

static int fill_table(void **state)
{
	(void)state;
	fill(1);
	return 0;
}

static void print_table(void)
{
	printf("| noise | rounds | runs | false runs, %% | coverage, %% |");
	for (size_t l = 0; l < LEVELS; l++)
		printf(" finds %.0f %% |", 100 * (truth[l] - 1));
	printf("\n| --- | ---: | ---: | ---: | ---: |");
	for (size_t l = 0; l < LEVELS; l++)
		printf(" ---: |");
	printf("\n");
	for (size_t n = 0; n < COUNT(noises); n++)
		for (size_t k = 0; k < COUNT(lengths); k++) {
			const struct rates *t = &table[n][k];

			printf("| %s | %zu | %zu | %.1f | %.1f |",
			       noises[n].name, lengths[k].rounds, t->runs,
			       pct(t->false_runs, t->runs),
			       100 - pct(t->missed_runs, t->runs));
			for (size_t l = 0; l < LEVELS; l++)
				printf(" %.0f |", pct(t->found[l], t->runs));
			printf("\n");
		}
}

/* --- what must hold ------------------------------------------------------- */

/*
 * The share may be at most 5 %, within so many standard errors. Three do for a
 * few sums over many runs; of sixty single cells with fewer runs each, some
 * would miss that by chance alone, so that they may be five off.
 */
static void assert_at_most_5_pct(size_t part, size_t runs, double errors,
				 const char *noise, size_t rounds)
{
	double most = 5 + errors * error_pct(0.05, runs) / 3;

	if (pct(part, runs) > most)
		fail_msg("%s, %zu rounds: %zu of %zu runs, over %.1f %%", noise,
			 rounds, part, runs, most);
}

/* Of all runs of a kind of noise, of a length, and of all: COUNT() is any. */
static void add_up(size_t noise, size_t length, struct rates *sum)
{
	*sum = (struct rates){ 0 };
	for (size_t n = 0; n < COUNT(noises); n++)
		for (size_t k = 0; k < COUNT(lengths); k++) {
			const struct rates *t = &table[n][k];

			if ((noise != COUNT(noises) && noise != n) ||
			    (length != COUNT(lengths) && length != k))
				continue;
			sum->runs += t->runs;
			sum->false_runs += t->false_runs;
			sum->missed_runs += t->missed_runs;
			sum->wrong += t->wrong;
			sum->found[LEVELS - 1] += t->found[LEVELS - 1];
		}
}

static void check_shares(bool missed)
{
	for (size_t n = 0; n <= COUNT(noises); n++)
		for (size_t k = 0; k <= COUNT(lengths); k++) {
			bool one = n < COUNT(noises) && k < COUNT(lengths);
			struct rates t;

			add_up(n, k, &t);
			assert_at_most_5_pct(
				missed ? t.missed_runs : t.false_runs, t.runs,
				one ? 5 : 3,
				n < COUNT(noises) ? noises[n].name : "all",
				k < COUNT(lengths) ? lengths[k].rounds : 0);
		}
}

static void equal_levels_seldom_differ(void **state)
{
	struct rates all;

	(void)state;
	check_shares(false);
	/* And not because nothing is ever called different. */
	add_up(COUNT(noises), COUNT(lengths), &all);
	assert_true(pct(all.false_runs, all.runs) > 2.5);
}

static void intervals_hold_the_truth_together(void **state)
{
	struct rates all;

	(void)state;
	check_shares(true);
	add_up(COUNT(noises), COUNT(lengths), &all);
	assert_true(all.found[LEVELS - 1] > 0);
	assert_true(all.wrong * 1000 <= all.runs * LEVELS);
}

static void more_rounds_find_more(void **state)
{
	(void)state;
	for (size_t n = 0; n < COUNT(noises); n++)
		for (size_t k = 0; k < COUNT(lengths); k++) {
			const struct rates *t = &table[n][k];

			for (size_t l = 0; k > 0 && l < LEVELS; l++)
				assert_true(pct(t->found[l], t->runs) +
						    error_pct(0.25, t->runs) >=
					    pct(t[-1].found[l], t[-1].runs));
			/* A larger difference is found more often. */
			for (size_t l = 1; l < LEVELS; l++)
				assert_true(pct(t->found[l], t->runs) +
						    error_pct(0.25, t->runs) >=
					    pct(t->found[l - 1], t->runs));
		}
	/* 400 rounds tell 3 % where a cell's spread is 5 %, 10 % where 15 %. */
	assert_int_equal(table[0][4].found[1], table[0][4].runs);
	assert_int_equal(table[1][4].found[3], table[1][4].runs);
	/* And that equal levels are the same. */
	assert_true(table[0][4].same * 10 >= 9 * LEVELS * table[0][4].runs);
}

/* --- that the method matters ---------------------------------------------- */

/* The order is what makes the test exact: without the shuffle it is not. */
static void an_order_without_shuffle_is_found_out(void **state)
{
	const struct noise drift = { .spread = 0.05, .drift = 1.4 };
	enum { RUNS = 150, ROUNDS = 60 };
	struct rng rng = { 77 };
	struct rates shuffled, fixed;

	(void)state;
	simulate(&shuffled, &drift, ROUNDS, RUNS, true, &rng);
	simulate(&fixed, &drift, ROUNDS, RUNS, false, &rng);
	assert_true(pct(shuffled.false_runs, RUNS) < 5 + error_pct(0.05, RUNS));
	assert_true(pct(fixed.false_runs, RUNS) > 5 + error_pct(0.05, RUNS));
}

/*
 * A level against the mean of the baseline's two cells, by signed ranks: of
 * cells with outliers to one side the difference is not symmetric, as the mean
 * of two has more and smaller ones. It claims more than its share.
 */
static void signed_ranks_against_a_mean_are_not_exact(void **state)
{
	const struct noise *n = &noises[4];
	static const double equal[LEVELS] = { 1, 1, 1, 1 };
	static double value[LONGEST][CELLS], three[3 * LONGEST];
	static double two[2 * LONGEST];
	enum { RUNS = 200, ROUNDS = 400 };
	size_t by_mean = 0, by_ranks = 0;
	struct rng rng = { 78 };

	(void)state;
	for (size_t run = 0; run < RUNS; run++) {
		draw_run(&rng, n, ROUNDS, true, equal, value);
		for (size_t l = 1; l <= LEVELS; l++) {
			gather(value, ROUNDS, l, three);
			for (size_t r = 0; r < ROUNDS; r++) {
				two[2 * r] = three[3 * r];
				two[2 * r + 1] = sqrt(three[3 * r + 1] *
						      three[3 * r + 2]);
			}
			by_mean += ranks_p(&(struct ranks){ ROUNDS, 2, two },
					   1) < 0.05;
			by_ranks += ranks_p(&(struct ranks){ ROUNDS, 3, three },
					    1) < 0.05;
		}
	}
	/* A run's levels share a baseline: the error of single runs. */
	assert_true(pct(by_ranks, RUNS * LEVELS) < 5 + error_pct(0.05, RUNS));
	assert_true(pct(by_mean, RUNS * LEVELS) > 5 + error_pct(0.05, RUNS));
}

int main(int argc, char *argv[])
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_levels_seldom_differ),
		cmocka_unit_test(intervals_hold_the_truth_together),
		cmocka_unit_test(more_rounds_find_more),
		cmocka_unit_test(an_order_without_shuffle_is_found_out),
		cmocka_unit_test(signed_ranks_against_a_mean_are_not_exact),
	};

	if (argc > 1 && strcmp(argv[1], "--table") == 0) {
		fill(TABLE_RUNS);
		print_table();
		return 0;
	}
	return cmocka_run_group_tests(tests, fill_table, NULL);
}
