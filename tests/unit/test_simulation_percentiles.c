/*
 * Percentiles of merged histograms against the samples themselves, and what
 * averaging the histograms' own percentiles would have said instead.
 */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hist.h"
#include "tests/unit/fixture_normal.h"

enum { PARTS = 6, EACH = 12000, SAMPLES = PARTS * EACH, TRIES = 20 };

/* In tenths of a per cent, so that the exact rank needs no rounding. */
static const unsigned tenths[] = { 500, 900, 990, 999 };

enum { PERCENTILES = sizeof(tenths) / sizeof(tenths[0]) };

/* Samples in the order drawn, and a histogram for every EACH of them. */
struct sample {
	uint64_t ns[SAMPLES];
	struct hist part[PARTS], merged;
};

/* How far from the truth, as a share of it. */
struct errors {
	double merged, averaged;
};

/* A round's latencies: about a median, and a tail a few times as long. */
static uint64_t latency(struct rng *rng, double median_ns)
{
	double ns = median_ns * exp(0.3 * fixture_normal(rng));

	if (rng_below(rng, 30) == 0)
		ns *= exp(fabs(fixture_normal(rng)));
	return (uint64_t)ns;
}

static uint64_t alike(struct rng *rng, size_t part)
{
	(void)part;
	return latency(rng, 100e3);
}

/* One round of six met a machine that took ten times as long. */
static uint64_t one_slow(struct rng *rng, size_t part)
{
	return latency(rng, part == PARTS - 1 ? 1e6 : 100e3);
}

/* Each round has a stall of its own length, for one sample in 200. */
static uint64_t stalls(struct rng *rng, size_t part)
{
	return rng_below(rng, 200) ? latency(rng, 100e3) :
				     latency(rng, 1e6 * (double)(part + 1));
}

/* 1 ns to 100 s, every decade alike. */
static uint64_t wide(struct rng *rng, size_t part)
{
	(void)part;
	return (uint64_t)pow(10.0, 11.0 * rng_unit(rng));
}

static const struct shape {
	const char *name;
	uint64_t (*draw)(struct rng *rng, size_t part);
	double averaged; /* the averages' worst error must exceed this */
} shapes[] = {
	{ "all alike", alike, 0 },
	{ "one of six slow", one_slow, 0.5 },
	{ "stalls that differ", stalls, 0.2 },
	{ "1 ns to 100 s", wide, 0 },
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

/* Leaves the samples sorted. */
static void draw(struct sample *s, const struct shape *shape, struct rng *rng)
{
	s->merged = (struct hist){ 0 };
	for (size_t p = 0; p < PARTS; p++) {
		s->part[p] = (struct hist){ 0 };
		for (size_t i = 0; i < EACH; i++) {
			uint64_t ns = shape->draw(rng, p);

			s->ns[p * EACH + i] = ns;
			hist_record(&s->part[p], ns);
		}
		hist_merge(&s->merged, &s->part[p]);
	}
	assert_int_equal(hist_count(&s->merged), SAMPLES);
	qsort(s->ns, SAMPLES, sizeof(s->ns[0]), ascending);
}

static double share(double got, double exact)
{
	return fabs(got - exact) / exact;
}

static void check(const struct sample *s, unsigned tenth, struct errors *worst)
{
	uint64_t exact = s->ns[((uint64_t)SAMPLES * tenth + 999) / 1000 - 1];
	double sum_ns = 0;
	uint64_t got;

	assert_int_equal(hist_percentile(&s->merged, tenth / 10.0, &got), 0);
	if (got < exact || (got - exact) * 128 >= exact)
		fail_msg("p%g: %ju, not %ju", tenth / 10.0, (uintmax_t)got,
			 (uintmax_t)exact);
	worst->merged = fmax(worst->merged, share((double)got, (double)exact));
	for (size_t p = 0; p < PARTS; p++) {
		assert_int_equal(
			hist_percentile(&s->part[p], tenth / 10.0, &got), 0);
		sum_ns += (double)got;
	}
	worst->averaged =
		fmax(worst->averaged, share(sum_ns / PARTS, (double)exact));
}

static void merging_keeps_the_bound_and_averaging_does_not(void **state)
{
	struct sample *s = calloc(1, sizeof(*s));
	struct rng rng = { .state = 7 };

	(void)state;
	assert_non_null(s);
	printf("# Worst error of %d tries, %d samples in %d histograms: "
	       "merged, "
	       "and in\n# brackets the average of the histograms' percentiles; "
	       "the bound is %.2f%%\n",
	       TRIES, SAMPLES, PARTS, 100.0 / 128);
	printf("# %-18s %14s %14s %14s %14s\n", "rounds", "p50", "p90", "p99",
	       "p99.9");
	for (size_t k = 0; k < SHAPES; k++) {
		struct errors worst[PERCENTILES] = { { 0 } };
		double averaged = 0;

		for (size_t i = 0; i < TRIES; i++) {
			draw(s, &shapes[k], &rng);
			for (size_t p = 0; p < PERCENTILES; p++)
				check(s, tenths[p], &worst[p]);
		}
		printf("# %-18s", shapes[k].name);
		for (size_t p = 0; p < PERCENTILES; p++) {
			printf("  %4.2f%% (%4.0f%%)", 100 * worst[p].merged,
			       100 * worst[p].averaged);
			averaged = fmax(averaged, worst[p].averaged);
		}
		printf("\n");
		assert_true(averaged >= shapes[k].averaged);
	}
	free(s);
}

/* 99 samples a round give no p90, 1,000 of ten rounds even p99. */
static void rounds_that_are_too_short_are_enough_together(void **state)
{
	static const struct {
		double pct;
		unsigned least;
	} needs[] = { { 50, 20 }, { 90, 100 }, { 99, 1000 }, { 99.9, 10000 } };
	enum { ROUNDS = 10 };

	(void)state;
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		struct rng rng = { .state = 11 + i };
		struct hist merged = { 0 };
		uint64_t got;

		for (unsigned r = 0; r < ROUNDS; r++) {
			struct hist round = { 0 };

			for (unsigned n = 0; n < needs[i].least / ROUNDS; n++)
				hist_record(&round, latency(&rng, 100e3));
			assert_int_equal(hist_percentile(&round, needs[i].pct,
							 &got),
					 -1);
			assert_int_equal(errno, ERANGE);
			if (r == ROUNDS - 1) { /* all but the last sample */
				struct hist less = merged;

				for (unsigned n = 1;
				     n < needs[i].least / ROUNDS; n++)
					hist_record(&less, 100000);
				assert_int_equal(hist_count(&less),
						 needs[i].least - 1);
				assert_int_equal(hist_percentile(&less,
								 needs[i].pct,
								 &got),
						 -1);
				assert_int_equal(errno, ERANGE);
			}
			hist_merge(&merged, &round);
		}
		assert_int_equal(hist_percentile(&merged, needs[i].pct, &got),
				 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			merging_keeps_the_bound_and_averaging_does_not),
		cmocka_unit_test(rounds_that_are_too_short_are_enough_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
