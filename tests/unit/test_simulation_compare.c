/* Two simulated runs, one after the other, as compare_runs() compares them. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "bench/judge/compare.h"
#include "tests/unit/fixture_tally.h"

/* How often the interval misses the truth: 2 P(U < k), U the rank sum. */
#define MISSES_OF_8 (642.0 / 12870)
#define MISSES_OF_10 (2 * 3996.0 / 184756)

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Of independent comparisons: three a pair of runs. */
struct rates {
	size_t n, missed, differs, right, wrong;
};

static void add(struct rates *r, const struct compare_effect *e, double ratio)
{
	enum metric_id metric = e->a->metric;

	assert_true(e->has_interval);
	r->n++;
	r->missed += e->low > ratio || e->high < ratio;
	r->differs += e->low > 1 || e->high < 1;
	r->right += tally_is_right(e->verdict, ratio, metric);
	r->wrong += tally_is_wrong(e->verdict, ratio, metric);
}

/* What the pace of B makes of the baseline's figure. */
static double baseline_ratio(const struct compare_effect *e, double pace)
{
	return metrics[e->a->metric].better == BETTER_HIGHER ? 1 / pace : pace;
}

static void compare_pair(const struct judged *a, const struct judged *b,
			 const struct simulated *s, struct rates *mode,
			 struct rates *baseline)
{
	const struct judge_effect *last[TALLY_SLOT + 1] = { NULL };
	struct comparison *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	assert_int_equal(compare_runs(a, b, c), 0);
	for (size_t i = 0; i < c->n_effects; i++) {
		const struct compare_effect *e = &c->effects[i];
		size_t slot = e->a->slot;

		if (slot > 1 ||
		    (last[slot] && last[slot]->experiment == e->a->experiment))
			continue;
		last[slot] = e->a;
		if (slot == 0)
			add(baseline, e, baseline_ratio(e, s->pace));
		else
			add(mode, e, s->ratio);
	}
	compare_release(c);
	free(c);
}

static void draw(const struct simulated *s, struct rng *rng,
		 struct judged *judged)
{
	assert_int_equal(simulated_draw(s, rng, &judged->run), 0);
	assert_int_equal(judge_run(&judged->run, &judged->j), 0);
}

/* A is as *s says, but for the mode's ratio and the pace, which are 1. */
static void compare_many(const struct simulated *s, uint64_t seed, size_t pairs,
			 struct rates *mode, struct rates *baseline)
{
	struct judged *both = calloc(2, sizeof(*both));
	struct rng rng = { .state = seed };
	struct simulated before = *s;

	assert_non_null(both);
	before.ratio = before.pace = 1;
	for (size_t i = 0; i < pairs; i++) {
		draw(&before, &rng, &both[0]);
		draw(s, &rng, &both[1]);
		compare_pair(&both[0], &both[1], s, mode, baseline);
		judged_release(&both[0]);
		judged_release(&both[1]);
	}
	free(both);
	assert_int_equal(mode->n, 3 * pairs);
	assert_int_equal(baseline->n, 3 * pairs);
}

static void put_head(const char *true_of)
{
	printf("# %-9s %-8s %-10s %-6s %10s %11s %8s %9s\n", true_of, "machine",
	       "noise", "rounds", "covers it", "excludes 1", "right", "wrong");
}

static void put_rates(double truth, const char *machine, const char *noise,
		      unsigned rounds, const struct rates *r)
{
	printf("# %-9.2f %-8s %-10s %6u %9.2f%% %10.2f%% %7.1f%% %8.2f%%\n",
	       truth, machine, noise, rounds, 100 - tally_pct(r->missed, r->n),
	       tally_pct(r->differs, r->n), tally_pct(r->right, r->n),
	       tally_pct(r->wrong, r->n));
}

/* B's machine is slower by a fifth, which leaves the ratios as they are. */
static void modes_in_two_runs(unsigned rounds, size_t pairs, double misses)
{
	static const struct {
		const char *name;
		double sd;
		bool tails;
	} noises[] = { { "1 %", 0.01, false },
		       { "3 %", 0.03, false },
		       { "10 %", 0.1, false },
		       { "3 %, tails", 0.03, true } };
	/* The least that must be found, of a hundred, at each noise. */
	static const struct {
		double ratio;
		unsigned found[4];
	} cases[] = { { 1, { 0 } },
		      { 1.05, { 0 } },
		      { 1.10, { 50 } },
		      { 1.25, { 99, 90 } },
		      { 0.80, { 99, 90 } } };

	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t k = 0; k < COUNT(noises); k++) {
			struct simulated s = simulated_still;
			struct rates mode = { 0 }, baseline = { 0 };

			s.rounds = rounds;
			s.ratio = cases[i].ratio;
			s.noise = noises[k].sd;
			s.tails = noises[k].tails;
			s.walk = 0.01;
			s.pace = 1.2;
			compare_many(&s, 5000 + 100 * rounds + 10 * i + k,
				     pairs, &mode, &baseline);
			put_rates(s.ratio, "wanders", noises[k].name, rounds,
				  &mode);
			assert_true(tally_fits(mode.missed, mode.n, misses));
			assert_true(mode.wrong * 200 <= mode.n);
			assert_true(tally_pct(mode.right, mode.n) >=
				    cases[i].found[k]);
		}
}

static void a_mode_between_two_runs(void **state)
{
	(void)state;
	printf("# A mode in two runs, the second on a machine slower by 20 %%; "
	       "1,200 or 600\n# comparisons a line\n");
	put_head("ratio");
	modes_in_two_runs(8, 400, MISSES_OF_8);
	modes_in_two_runs(10, 200, MISSES_OF_10);
}

/* Its values themselves: only a machine that stays as it is bears that. */
static void the_baseline_between_two_runs(void **state)
{
	static const double paces[] = { 1, 1.05, 1.25 };
	static const struct {
		const char *name;
		double walk;
	} machines[] = { { "steady", 0 }, { "wanders", 0.01 } };

	(void)state;
	printf("# The baseline in two runs; 1,200 comparisons a line\n");
	put_head("pace of B");
	for (size_t k = 0; k < COUNT(machines); k++)
		for (size_t i = 0; i < COUNT(paces); i++) {
			struct simulated s = simulated_still;
			struct rates mode = { 0 }, baseline = { 0 };

			s.noise = 0.03;
			s.pace = paces[i];
			s.walk = machines[k].walk;
			compare_many(&s, 6000 + 10 * k + i, 400, &mode,
				     &baseline);
			put_rates(s.pace, machines[k].name, "3 %", s.rounds,
				  &baseline);
			if (s.walk > 0)
				continue;
			assert_true(tally_fits(baseline.missed, baseline.n,
					       MISSES_OF_8));
			assert_true(baseline.wrong * 200 <= baseline.n);
			if (s.pace > 1.2)
				assert_true(baseline.right * 10 >=
					    baseline.n * 9);
		}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mode_between_two_runs),
		cmocka_unit_test(the_baseline_between_two_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
