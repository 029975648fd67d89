/*
 * The judge on trial: thousands of simulated runs whose truth is known, judged
 * by judge_run(). Prints its rates, which docs/METHODOLOGY.md quotes.
 */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/unit/fixture_tally.h"

/* How often the interval misses the truth: 2 P(T < k), T the signed rank. */
#define MISSES_OF_8 (10.0 / 256)
#define MISSES_OF_10 (50.0 / 1024)

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const struct machine {
	const char *name;
	double trend, walk;
} machines[] = {
	{ "steady", 1, 0 },
	{ "slows to half", 2, 0 },
	{ "wanders", 1, 0.01 },
};

static const struct noise {
	const char *name;
	double sd;
	bool tails;
} noises[] = {
	{ "1 %", 0.01, false },	      { "3 %", 0.03, false },
	{ "10 %", 0.1, false },	      { "1 %, tails", 0.01, true },
	{ "3 %, tails", 0.03, true }, { "10 %, tails", 0.1, true },
};

static double misses_of(unsigned rounds)
{
	return rounds == 8 ? MISSES_OF_8 : MISSES_OF_10;
}

static struct simulated world_of(const struct machine *machine,
				 const struct noise *noise, unsigned rounds,
				 double ratio)
{
	struct simulated s = simulated_still;

	s.rounds = rounds;
	s.ratio = ratio;
	s.noise = noise->sd;
	s.tails = noise->tails;
	s.trend = machine->trend;
	s.walk = machine->walk;
	return s;
}

static struct tally tally_of(const struct simulated *s, uint64_t seed,
			     size_t runs)
{
	struct tally t = { 0 };

	assert_int_equal(tally_runs(&t, s, seed, runs), 0);
	assert_int_equal(t.runs, runs);
	assert_int_equal(t.n, 3 * runs);
	return t;
}

/* --- no difference -------------------------------------------------------- */

static void check_equal_modes(const struct tally *t, unsigned rounds)
{
	/* Without a margin: exactly what the test's distribution says. */
	assert_true(tally_fits(t->differs, t->n, misses_of(rounds)));
	/* With it: far below 5 %, be it of comparisons or of whole runs. */
	assert_true(t->wrong * 200 <= t->n);
	assert_true(t->wrong_runs * 100 <= t->runs);
	assert_int_equal(t->right, 0);
}

static void equal_modes(unsigned rounds, size_t runs)
{
	struct tally all = { 0 };

	printf("# Equal modes, %u rounds; %zu comparisons, %zu runs a line\n",
	       rounds, 3 * runs, runs);
	printf("# %-14s %-12s %12s %13s %12s %8s\n", "", "", "interval",
	       "better or", "runs with", "NOISY");
	printf("# %-14s %-12s %12s %13s %12s %8s\n", "machine", "noise",
	       "excludes 1", "worse", "one of 15", "runs");
	for (size_t i = 0; i < COUNT(machines); i++)
		for (size_t k = 0; k < COUNT(noises); k++) {
			struct simulated s =
				world_of(&machines[i], &noises[k], rounds, 1);
			struct tally t =
				tally_of(&s, 1000 * rounds + 10 * i + k, runs);

			printf("# %-14s %-12s %11.2f%% %12.2f%% %11.2f%% "
			       "%7.1f%%\n",
			       machines[i].name, noises[k].name,
			       tally_pct(t.differs, t.n),
			       tally_pct(t.wrong, t.n),
			       tally_pct(t.wrong_runs, t.runs),
			       tally_pct(t.noisy, t.runs));
			check_equal_modes(&t, rounds);
			all.n += t.n;
			all.differs += t.differs;
			all.wrong += t.wrong;
			all.runs += t.runs;
			all.wrong_runs += t.wrong_runs;
		}
	printf("# All: %.2f%% exclude 1, by theory %.2f%%; better or worse are "
	       "%zu of %zu, in any\n# of a run's 15 comparisons %zu of %zu\n",
	       tally_pct(all.differs, all.n), 100 * misses_of(rounds),
	       all.wrong, all.n, all.wrong_runs, all.runs);
	assert_true(tally_fits(all.differs, all.n, misses_of(rounds)));
}

static void equal_modes_differ_by_chance_as_often_as_said(void **state)
{
	(void)state;
	equal_modes(8, 1000);
	equal_modes(10, 500);
}

/* --- a difference --------------------------------------------------------- */

static void put_found(double ratio, const char *noise, const struct tally *all,
		      const struct tally *steady)
{
	printf("# %-6.2f %-11s %10.2f%% %11.1f%% %11.1f%% %11.2f%% %9.1f%%\n",
	       ratio, noise, 100 - tally_pct(all->missed, all->n),
	       tally_pct(steady->differs, steady->n),
	       tally_pct(steady->right, steady->n),
	       tally_pct(steady->wrong, steady->n),
	       tally_pct(steady->n - steady->right - steady->wrong -
				 steady->same,
			 steady->n));
}

/*
 * Every machine's intervals must cover the truth. Verdicts are shown of the
 * steady one alone: to find a difference, drift is noise by another name.
 */
static void different_modes(unsigned rounds, size_t runs)
{
	static const struct noise *const levels[] = { &noises[0], &noises[1],
						      &noises[2], &noises[4] };
	/* The least that must be found, of a hundred, at each noise. */
	static const struct {
		double ratio;
		unsigned found[4];
	} cases[] = {
		{ 1.05, { 40 } },
		{ 1.10, { 99, 15 } },
		{ 1.25, { 99, 90, 0 } },
		{ 0.80, { 99, 90, 0 } },
	};

	printf("# Modes that differ, %u rounds; %zu comparisons a line on a "
	       "steady machine,\n# and of `covers` on the other two as well\n",
	       rounds, 3 * runs);
	printf("# %-6s %-11s %11s %12s %12s %12s %10s\n", "true", "noise",
	       "interval", "interval", "verdict", "verdict", "too close");
	printf("# %-6s %-11s %11s %12s %12s %12s %10s\n", "ratio", "",
	       "covers it", "excludes 1", "right", "wrong", "to call");
	for (size_t i = 0; i < COUNT(cases); i++)
		for (size_t k = 0; k < COUNT(levels); k++) {
			struct tally all = { 0 }, steady;

			for (size_t m = COUNT(machines); m-- > 0;) {
				struct simulated s = world_of(&machines[m],
							      levels[k], rounds,
							      cases[i].ratio);

				steady = tally_of(&s,
						  2000 * rounds + 100 * i +
							  10 * k + m,
						  runs);
				all.n += steady.n;
				all.missed += steady.missed;
				assert_true(steady.wrong * 1000 <= steady.n);
			}
			put_found(cases[i].ratio, levels[k]->name, &all,
				  &steady);
			assert_true(tally_fits(all.missed, all.n,
					       misses_of(rounds)));
			assert_true(tally_pct(steady.right, steady.n) >=
				    cases[i].found[k]);
		}
}

static void a_difference_is_found_and_its_interval_covers_it(void **state)
{
	(void)state;
	different_modes(8, 300);
	different_modes(10, 150);
}

/* --- the same ------------------------------------------------------------- */

static void same_is_said_of_what_is_and_of_little_else(void **state)
{
	static const struct noise levels[] = { { "0.3 %", 0.003, false },
					       { "1 %", 0.01, false },
					       { "3 %", 0.03, false },
					       { "10 %", 0.1, false },
					       { "1 %, tails", 0.01, true } };
	static const double ratios[] = { 1, 1.02, 1.04, 1.06, 1.10, 0.94 };
	enum { RUNS = 300 };

	(void)state;
	printf("# How often `same` is said, 8 rounds; %d comparisons each\n",
	       3 * RUNS);
	printf("# %-12s", "noise");
	for (size_t i = 0; i < COUNT(ratios); i++)
		printf("    at %.2f", ratios[i]);
	printf("\n");
	for (size_t k = 0; k < COUNT(levels); k++) {
		struct tally t[COUNT(ratios)];

		printf("# %-12s", levels[k].name);
		for (size_t i = 0; i < COUNT(ratios); i++) {
			struct simulated s = world_of(&machines[0], &levels[k],
						      8, ratios[i]);

			t[i] = tally_of(&s, 3000 + 10 * k + i, RUNS);
			printf("  %7.1f%%", tally_pct(t[i].same, t[i].n));
		}
		printf("\n");
		for (size_t i = 0; i < COUNT(ratios); i++)
			if (fabs(log(ratios[i])) > log(JUDGE_SAME))
				assert_true(tally_at_most(t[i].same, t[i].n,
							  MISSES_OF_8 / 2));
		if (levels[k].sd <= 0.01 && !levels[k].tails)
			assert_true(t[0].same * 2 > t[0].n);
	}
}

/* --- a noisy run ---------------------------------------------------------- */

/* Five primary metrics of a quiet machine are five independent tries. */
static void one_quiet_run_in_six_is_noisy(void **state)
{
	static const struct {
		unsigned rounds;
		size_t runs;
	} cases[] = { { 8, 6000 }, { 10, 2000 } };

	(void)state;
	printf("# Quiet runs that are NOISY by chance, 5 primary metrics\n");
	for (size_t i = 0; i < COUNT(cases); i++) {
		unsigned rounds = cases[i].rounds;
		double chance = 1 - pow(1 - misses_of(rounds), 5);
		struct simulated s =
			world_of(&machines[0], &noises[0], rounds, 1);
		struct tally t = tally_of(&s, 4000 + i, cases[i].runs);

		printf("# %2u rounds: %.1f%% of %zu, 1 in %.1f; "
		       "by theory %.1f%%\n",
		       rounds, tally_pct(t.noisy, t.runs), t.runs,
		       (double)t.runs / (double)t.noisy, 100 * chance);
		assert_true(tally_fits(t.noisy, t.runs, chance));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_modes_differ_by_chance_as_often_as_said),
		cmocka_unit_test(
			a_difference_is_found_and_its_interval_covers_it),
		cmocka_unit_test(same_is_said_of_what_is_and_of_little_else),
		cmocka_unit_test(one_quiet_run_in_six_is_noisy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
