/* The search for the knee, on servers that are made up. */

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/rng.h"
#include "loadgen/knee.h"
#include "loadgen/search.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { RUNS_MOST = 500 };

/* Meets the goal below `sure`, misses it from `never`, wavers in between. */
struct server {
	double sure, never;
	double few;	     /* runs below have too few samples */
	double usable;	     /* runs from here on are unusable; 0: none are */
	unsigned spoilt;     /* every so manieth run is unusable; 0: none is */
	unsigned stop_after; /* runs; 0: not */
	struct rng rng;
	unsigned runs;
	double rate[RUNS_MOST];
	enum step_outcome outcome[RUNS_MOST];
};

static const struct search_config usual = {
	.start_rate = 100,
	.least_rate = 1,
	.most_rate = 1e6,
	.resolution = 0.05,
	.most_steps = 100,
};

static enum step_outcome decide(struct server *s, double rate)
{
	if (s->stop_after && s->runs == s->stop_after)
		return STEP_STOPPED;
	if ((s->usable > 0 && rate >= s->usable) ||
	    (s->spoilt && s->runs % s->spoilt == 1))
		return STEP_UNUSABLE;
	if (rate < s->few)
		return STEP_TOO_FEW;
	if (rate < s->sure)
		return STEP_MET;
	if (rate >= s->never)
		return STEP_MISSED;
	return rng_unit(&s->rng) < (rate - s->sure) / (s->never - s->sure) ?
		       STEP_MISSED :
		       STEP_MET;
}

static enum step_outcome serve(void *context, double rate)
{
	struct server *s = context;
	unsigned i = s->runs++;

	assert_in_range(i, 0, RUNS_MOST - 1);
	s->rate[i] = rate;
	return s->outcome[i] = decide(s, rate);
}

static struct search_outcome search(const struct search_config *c,
				    struct server *s)
{
	struct search_outcome out;

	assert_int_equal(search_run(c, serve, s, &out), 0);
	assert_int_equal(out.steps, s->runs);
	assert_in_range(out.steps, 0, c->most_steps);
	for (unsigned i = 0; i < s->runs; i++)
		assert_true(s->rate[i] >= c->least_rate &&
			    s->rate[i] <= c->most_rate);
	return out;
}

/* The last two usable runs at a rate had this outcome. */
static void check_twice(const struct server *s, double rate,
			enum step_outcome outcome)
{
	unsigned seen = 0;

	for (unsigned i = s->runs; i > 0 && seen < 2; i--) {
		if (s->rate[i - 1] != rate)
			continue;
		assert_int_equal(s->outcome[i - 1], outcome);
		seen++;
	}
	assert_int_equal(seen, 2);
}

static void check_ends(const struct server *s, const struct search_outcome *out)
{
	assert_true(out->confirmed && !out->stopped);
	assert_true(out->low < out->high);
	assert_true(out->high / out->low < 1.05 + 1e-6);
	check_twice(s, out->low, STEP_MET);
	check_twice(s, out->high,
		    out->limited_by_generator ? STEP_UNUSABLE : STEP_MISSED);
}

static void sharp_knee(void **state)
{
	(void)state;
	for (double knee = 1.06; knee < 900e3; knee *= 1.07) {
		struct server s = { .sure = knee, .never = knee };
		struct search_outcome out = search(&usual, &s);
		double doublings = ceil(fabs(log2(knee / usual.start_rate)));

		check_ends(&s, &out);
		assert_true(out.low < knee && out.high >= knee);
		assert_false(out.limited_by_generator);
		/* The bracket, four halvings of a factor of 2, both ends. */
		assert_true(out.steps <= 2 + doublings + 4 + 2);
	}
}

static void noisy_knee(void **state)
{
	unsigned wavered = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 1000; seed++) {
		struct server s = { .sure = 900,
				    .never = 1200,
				    .rng = { seed } };
		struct search_outcome out = search(&usual, &s);

		assert_true(out.low < s.never && out.high >= s.sure);
		assert_false(out.limited_by_generator);
		if (out.confirmed)
			check_ends(&s, &out);
		else
			assert_int_equal(out.steps, usual.most_steps);
		/* A sharp knee there takes 4 + 1 + 4 + 2. */
		wavered += out.steps > 11;
	}
	assert_in_range(wavered, 100, 999);
}

static void always_met(void **state)
{
	struct server s = { .sure = INFINITY, .never = INFINITY };
	struct search_outcome out = search(&usual, &s);

	(void)state;
	assert_true(out.low == usual.most_rate && out.high == 0);
	assert_true(out.confirmed && !out.limited_by_generator);
	check_twice(&s, out.low, STEP_MET);
	assert_int_equal(out.steps, 1 + 14 + 1);
}

static void never_met(void **state)
{
	struct server s = { .sure = 0, .never = 0 };
	struct search_outcome out = search(&usual, &s);

	(void)state;
	assert_true(out.low == 0 && out.high == usual.least_rate);
	assert_true(out.confirmed && !out.limited_by_generator);
	check_twice(&s, out.high, STEP_MISSED);
	assert_int_equal(out.steps, 1 + 7 + 1);
}

/* Too few samples miss nothing: the search goes up until there are enough. */
static void too_few_samples_miss_nothing(void **state)
{
	(void)state;
	for (double few = 1.5; few < 900e3; few *= 1.3)
		for (double knee = few / 3; knee < 900e3; knee *= 1.5) {
			struct server s = { .sure = knee,
					    .never = knee,
					    .few = few };
			struct search_outcome out = search(&usual, &s);

			assert_true(out.confirmed && !out.limited_by_generator);
			assert_true(out.too_few < few);
			if (out.low > 0) {
				check_ends(&s, &out);
				assert_true(out.low < knee && out.high >= knee);
			} else {
				assert_true(knee < few * 1.05);
				assert_true(out.too_few >= few / 1.06);
				check_twice(&s, out.high, STEP_MISSED);
			}
		}
}

static void too_few_samples_everywhere(void **state)
{
	struct server s = { .few = INFINITY };
	struct search_outcome out = search(&usual, &s);

	(void)state;
	assert_true(out.low == 0 && out.high == 0);
	assert_true(out.too_few == usual.most_rate);
}

static void one_rate_alone(void **state)
{
	const struct search_config c = { 50, 50, 50, 0.05, 10 };
	struct server met = { .sure = 51, .never = 51 };
	struct server missed = { .sure = 49, .never = 49 };
	struct search_outcome out = search(&c, &met);

	(void)state;
	assert_true(out.confirmed && out.low == 50 && out.high == 0);
	assert_int_equal(out.steps, 2);
	out = search(&c, &missed);
	assert_true(out.confirmed && out.low == 0 && out.high == 50);
	assert_int_equal(out.steps, 2);
}

/* No rate at or above one that was unusable twice is tried again. */
static void check_wall(const struct server *s)
{
	double wall = INFINITY;

	for (unsigned i = 0; i < s->runs; i++) {
		assert_true(s->rate[i] < wall);
		if (s->outcome[i] != STEP_UNUSABLE)
			continue;
		i++;
		assert_true(i < s->runs && s->rate[i] == s->rate[i - 1]);
		assert_int_equal(s->outcome[i], STEP_UNUSABLE);
		wall = s->rate[i];
	}
}

static void generator_is_the_limit(void **state)
{
	(void)state;
	for (double usable = 1.06; usable < 900e3; usable *= 1.3) {
		struct server s = { .sure = INFINITY,
				    .never = INFINITY,
				    .usable = usable };
		struct search_outcome out = search(&usual, &s);

		check_ends(&s, &out);
		check_wall(&s);
		assert_true(out.limited_by_generator);
		assert_true(out.low < usable && out.high >= usable);
	}
}

static void generator_cannot_at_all(void **state)
{
	struct server s = { .usable = 0.5 };
	struct search_outcome out = search(&usual, &s);

	(void)state;
	assert_true(out.low == 0 && out.high == usual.least_rate);
	assert_true(out.limited_by_generator && out.confirmed);
	assert_int_equal(out.steps, 2 * (1 + 7));
}

static void knee_below_the_generators_limit(void **state)
{
	(void)state;
	for (double knee = 420; knee < 790; knee *= 1.02) {
		struct server s = { .sure = knee,
				    .never = knee,
				    .usable = 799 };
		struct search_outcome out = search(&usual, &s);

		check_wall(&s);
		if (out.limited_by_generator)
			assert_true(knee > 799 / 1.05);
		else
			check_ends(&s, &out);
		assert_true(out.low < knee && out.high >= knee);
	}
}

static void a_spoilt_run_is_run_again(void **state)
{
	struct server clean = { .sure = 777, .never = 777 };
	struct server spoilt = { .sure = 777, .never = 777, .spoilt = 2 };
	struct search_outcome want = search(&usual, &clean);
	struct search_outcome got = search(&usual, &spoilt);

	(void)state;
	assert_true(got.confirmed && !got.limited_by_generator);
	assert_true(got.low == want.low && got.high == want.high);
	assert_int_equal(got.steps, 2 * want.steps);
}

/* A search cut short knows what it has seen, and no more. */
static void check_cut(const struct server *s, const struct search_outcome *out)
{
	double low = 0, high = 0;

	for (unsigned i = 0; i < s->runs; i++) {
		if (s->outcome[i] == STEP_MET && s->rate[i] > low)
			low = s->rate[i];
		if (s->outcome[i] == STEP_MISSED &&
		    (high == 0 || s->rate[i] < high))
			high = s->rate[i];
	}
	assert_true(out->low == low && out->high == high);
	assert_false(out->confirmed || out->limited_by_generator);
}

static void cut_short(void **state)
{
	struct server whole = { .sure = 777, .never = 777 };
	unsigned steps = search(&usual, &whole).steps;

	(void)state;
	for (unsigned n = 1; n <= steps; n++) {
		struct search_config c = usual;
		struct server stopped = { .sure = 777,
					  .never = 777,
					  .stop_after = n };
		struct server spent = { .sure = 777, .never = 777 };
		struct search_outcome out = search(&c, &stopped);

		assert_true(out.stopped);
		assert_int_equal(out.steps, n);
		check_cut(&stopped, &out);
		c.most_steps = n - 1;
		out = search(&c, &spent);
		assert_false(out.stopped);
		assert_int_equal(out.steps, n - 1);
		check_cut(&spent, &out);
	}
}

/* What a step is asked for, and what it answers. */
struct step {
	double rate;
	enum step_outcome outcome;
};

struct script {
	const struct step *next, *end;
};

static enum step_outcome follow(void *context, double rate)
{
	struct script *s = context;

	assert_ptr_not_equal(s->next, s->end);
	assert_true(fabs(rate / s->next->rate - 1) < 1e-9);
	return s->next++->outcome;
}

static struct search_outcome play(const struct step *steps, size_t count)
{
	struct search_config c = usual;
	struct script s = { steps, steps + count };
	struct search_outcome out;

	c.resolution = 0.25;
	assert_int_equal(search_run(&c, follow, &s, &out), 0);
	assert_ptr_equal(s.next, s.end);
	assert_true(out.confirmed);
	return out;
}

static void check_outcome(const struct search_outcome *out, double low,
			  double high, bool limited)
{
	assert_true(fabs(out->low - low) < 1e-6);
	assert_true(fabs(out->high - high) < 1e-6);
	assert_int_equal(out->limited_by_generator, limited);
}

/* Between 100 and 200, by ratio. */
#define QUARTER 118.920711500272
#define MIDDLE 141.421356237310
#define THREE_QUARTERS 168.179283050743

static void an_end_that_is_not_confirmed_moves(void **state)
{
	static const struct step low[] = {
		{ 100, STEP_MET },
		{ 200, STEP_MISSED },
		{ MIDDLE, STEP_MISSED },
		{ QUARTER, STEP_MET },
		{ QUARTER, STEP_MISSED },
		{ QUARTER / 1.25, STEP_MISSED },
		{ QUARTER / 1.25 / 1.5625, STEP_MET },
		{ QUARTER / 1.25 / 1.25, STEP_MET },
		{ QUARTER / 1.25 / 1.25, STEP_MET },
		{ QUARTER / 1.25, STEP_MISSED },
	};
	static const struct step high[] = {
		{ 100, STEP_MET },
		{ 200, STEP_MISSED },
		{ MIDDLE, STEP_MISSED },
		{ QUARTER, STEP_MET },
		{ QUARTER, STEP_MET },
		{ MIDDLE, STEP_MET },
		{ MIDDLE * 1.25, STEP_MISSED },
		{ MIDDLE, STEP_MET },
		{ MIDDLE * 1.25, STEP_MISSED },
	};
	struct search_outcome out;

	(void)state;
	out = play(low, COUNT(low));
	check_outcome(&out, QUARTER / 1.5625, QUARTER / 1.25, false);
	out = play(high, COUNT(high));
	check_outcome(&out, MIDDLE, MIDDLE * 1.25, false);
}

/* Cut short just then: no end is left, but a rate did meet the goal. */
static void the_last_rate_met_is_not_forgotten(void **state)
{
	static const struct step steps[] = {
		{ 100, STEP_MET },	  { 200, STEP_MISSED },
		{ MIDDLE, STEP_MISSED },  { QUARTER, STEP_MET },
		{ QUARTER, STEP_MISSED },
	};
	struct search_config c = usual;
	struct script s = { steps, steps + COUNT(steps) };
	struct search_outcome out;

	(void)state;
	c.resolution = 0.25;
	c.most_steps = COUNT(steps);
	assert_int_equal(search_run(&c, follow, &s, &out), 0);
	assert_false(out.confirmed);
	assert_true(out.low == 0);
	assert_true(fabs(out.last_met - QUARTER) < 1e-6);
}

static void an_end_that_becomes_unusable(void **state)
{
	static const struct step low[] = {
		{ 100, STEP_MET },
		{ 200, STEP_UNUSABLE },
		{ 200, STEP_UNUSABLE },
		{ MIDDLE, STEP_MISSED },
		{ QUARTER, STEP_MET },
		{ QUARTER, STEP_UNUSABLE },
		{ QUARTER, STEP_UNUSABLE },
		{ QUARTER / 1.25, STEP_MET },
		{ QUARTER / 1.25, STEP_MET },
	};
	static const struct step high[] = {
		{ 100, STEP_MET },	   { 200, STEP_MISSED },
		{ MIDDLE, STEP_MISSED },   { QUARTER, STEP_MET },
		{ QUARTER, STEP_MET },	   { MIDDLE, STEP_UNUSABLE },
		{ MIDDLE, STEP_UNUSABLE },
	};
	/* A miss that was none: the generator's limit is the end again. */
	static const struct step wall[] = {
		{ 100, STEP_MET },
		{ 200, STEP_UNUSABLE },
		{ 200, STEP_UNUSABLE },
		{ MIDDLE, STEP_MET },
		{ THREE_QUARTERS, STEP_MISSED },
		{ MIDDLE, STEP_MET },
		{ THREE_QUARTERS, STEP_MET },
		{ THREE_QUARTERS, STEP_MET },
	};
	struct search_outcome out;

	(void)state;
	out = play(low, COUNT(low));
	check_outcome(&out, QUARTER / 1.25, QUARTER, true);
	out = play(high, COUNT(high));
	check_outcome(&out, QUARTER, MIDDLE, true);
	out = play(wall, COUNT(wall));
	check_outcome(&out, THREE_QUARTERS, 200, true);
}

static void misuse(void **state)
{
	static const struct search_config bad[] = {
		{ 100, 0, 1000, 0.05, 10 },   { 100, -1, 1000, 0.05, 10 },
		{ 100, 101, 1000, 0.05, 10 }, { 100, 1, 99, 0.05, 10 },
		{ 100, 1, 1000, 0, 10 },      { 100, 1, 1000, -1, 10 },
		{ NAN, 1, 1000, 0.05, 10 },
	};
	struct search_outcome out;
	struct server s = { .runs = 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		errno = 0;
		assert_int_equal(search_run(&bad[i], serve, &s, &out), -1);
		assert_int_equal(errno, EINVAL);
	}
	assert_int_equal(s.runs, 0);
}

/* Workers add their number to a step's seed: no two of all may be the same. */
static void steps_have_arrivals_of_their_own(void **state)
{
	enum { SEEDS = 3, STEPS = 40, WORKERS = 64 };
	static uint64_t got[SEEDS * STEPS * WORKERS];
	size_t n = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		for (unsigned step = 0; step < STEPS; step++)
			for (unsigned w = 0; w < WORKERS; w++)
				got[n++] = knee_seed(seed, step) + w;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (got[i] == got[j])
				fail_msg("%zu and %zu are the same", i, j);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sharp_knee),
		cmocka_unit_test(noisy_knee),
		cmocka_unit_test(always_met),
		cmocka_unit_test(never_met),
		cmocka_unit_test(too_few_samples_miss_nothing),
		cmocka_unit_test(too_few_samples_everywhere),
		cmocka_unit_test(one_rate_alone),
		cmocka_unit_test(generator_is_the_limit),
		cmocka_unit_test(generator_cannot_at_all),
		cmocka_unit_test(knee_below_the_generators_limit),
		cmocka_unit_test(a_spoilt_run_is_run_again),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(an_end_that_is_not_confirmed_moves),
		cmocka_unit_test(the_last_rate_met_is_not_forgotten),
		cmocka_unit_test(an_end_that_becomes_unusable),
		cmocka_unit_test(misuse),
		cmocka_unit_test(steps_have_arrivals_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
