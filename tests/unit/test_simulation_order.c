/*
 * Why rounds are interleaved: the same machines, minute by minute, measured in
 * the order of the plan and in blocks, a mode's rounds in one go.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/judge/rank_sum.h"
#include "tests/unit/fixture_tally.h"

enum { RUNS = 500, TRIES = 3 * RUNS };

/* Two means side by side, as most benchmarks compare: no pairs, no A/A. */
struct unpaired {
	size_t n, differs, wrong;
};

static size_t logs_of(const struct load_run *run, const struct judge_effect *e,
		      double logs[])
{
	double *d = calloc(run->n_cells, sizeof(*d));
	size_t n;

	assert_non_null(d);
	n = judge_rounds(run, e, logs, d);
	for (size_t i = 0; i < n; i++)
		logs[i] = log(logs[i]);
	free(d);
	return n;
}

static void judge_unpaired(struct unpaired *u, const struct load_run *run,
			   const struct judgement *j,
			   const struct judge_effect *mode)
{
	const struct judge_effect *base =
		judge_find(j, mode->experiment, mode->metric, 0);
	double *a = calloc(2 * run->n_cells, sizeof(*a));
	double *b = a + run->n_cells;
	struct stats_shift shift;
	size_t n, m;

	assert_non_null(a);
	n = logs_of(run, base, a);
	m = logs_of(run, mode, b);
	assert_int_equal(rank_sum_shift(a, n, b, m, &shift), 0);
	assert_true(shift.interval);
	u->n++;
	u->differs += shift.low > 0 || shift.high < 0;
	u->wrong +=
		tally_is_wrong(judge_interval(exp(shift.low), exp(shift.high),
					      JUDGE_SAME, mode->metric),
			       1, mode->metric);
	free(a);
}

static void judge_all(const struct simulated *s, struct tally *t,
		      struct unpaired *u)
{
	struct rng rng = { .state = 1 };

	for (size_t i = 0; i < RUNS; i++) {
		const struct judge_effect *last = NULL;
		struct load_run run;
		struct judgement j;

		assert_int_equal(simulated_draw(s, &rng, &run), 0);
		assert_int_equal(judge_run(&run, &j), 0);
		tally_add(t, &run, &j, 1);
		for (size_t k = 0; k < j.n_effects; k++)
			if (tally_counts(&run, &j.effects[k], &last))
				judge_unpaired(u, &run, &j, &j.effects[k]);
		judge_release(&j);
		load_release(&run);
	}
	assert_int_equal(t->n, TRIES);
	assert_int_equal(u->n, TRIES);
}

static void blocks_find_differences_that_are_none(void **state)
{
	static const struct {
		const char *name;
		double trend, walk;
		unsigned least; /* of a hundred, in blocks */
	} machines[] = {
		{ "steady", 1, 0, 0 },
		{ "slows by 10 %", 1.1, 0, 5 },
		{ "slows by 40 %", 1.4, 0, 20 },
		{ "slows to half", 2, 0, 50 },
		{ "wanders, 1 %", 1, 0.01, 15 },
		{ "wanders, 2 %", 1, 0.02, 25 },
		{ "wanders, 4 %", 1, 0.04, 25 },
	};

	(void)state;
	printf("# Equal modes, 8 rounds, 3 %% noise, %d comparisons a line: "
	       "interval\n# excludes 1, and in brackets better or worse\n",
	       TRIES);
	printf("# %-16s %18s %18s %18s\n", "machine", "as planned",
	       "blocks, paired", "blocks, unpaired");
	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		struct tally planned = { 0 }, blocks = { 0 };
		struct unpaired u = { 0 }, alone = { 0 };
		struct simulated s = simulated_still;

		s.noise = 0.03;
		s.trend = machines[i].trend;
		s.walk = machines[i].walk;
		judge_all(&s, &planned, &u);
		s.blocks = true;
		judge_all(&s, &blocks, &alone);
		printf("# %-16s %8.1f%% (%5.2f%%) %8.1f%% (%5.2f%%) %8.1f%% "
		       "(%5.2f%%)\n",
		       machines[i].name, tally_pct(planned.differs, TRIES),
		       tally_pct(planned.wrong, TRIES),
		       tally_pct(blocks.differs, TRIES),
		       tally_pct(blocks.wrong, TRIES),
		       tally_pct(alone.differs, TRIES),
		       tally_pct(alone.wrong, TRIES));
		assert_true(tally_fits(planned.differs, TRIES, 2.0 / 64));
		assert_true(planned.wrong * 200 <= TRIES);
		assert_true(tally_pct(blocks.differs, TRIES) >=
			    machines[i].least);
		assert_true(tally_pct(alone.differs, TRIES) >=
			    machines[i].least);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_find_differences_that_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
