/* The order of measurement, and carrying it out, without measuring. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/conduct.h"

enum { SMOKE, QUICK, FULL };

static struct config config;
static struct plan plan;

/* rounds: of every experiment; 0: as many as fit. */
static void configure(size_t profile, const char *list, uint64_t rounds)
{
	const struct wish wish = { .profile = profile,
				   .experiments = list,
				   .rounds = rounds,
				   .seed = 7 };
	char why[CONFIG_WHY];

	if (config_make(&config, &wish, why) < 0)
		fail_msg("%s", why);
}

static int release(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

/* Each level of the arm once, in whatever order. */
static void assert_whole(const struct block *b)
{
	size_t levels = config.arm[b->arm].levels, seen = 0;

	assert_int_equal(b->count, levels);
	for (size_t i = 0; i < levels; i++)
		seen |= (size_t)1 << b->order[i];
	assert_int_equal(seen, ((size_t)1 << levels) - 1);
}

/* --- plan_warm_up(), plan_rounds() ---------------------------------------- */

static void a_warm_up_is_of_those_that_have_one(void **state)
{
	static const struct {
		size_t profile;
		const char *experiments, *warmed[4];
	} known[] = {
		{ QUICK, "churn,leak,hold", { "churn", "hold" } },
		{ QUICK, "leak", { NULL } },
		{ FULL, "memory,wall", { "wall", "memory" } },
		{ SMOKE, "churn,hold", { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t cells = 0, n = 0;

		configure(known[i].profile, known[i].experiments, 0);
		assert_int_equal(plan_warm_up(&plan, &config), 0);
		for (; known[i].warmed[n]; n++) {
			const struct block *b = &plan.block[n];
			const struct arm *a = &config.arm[b->arm];

			assert_true(n < plan.count);
			assert_string_equal(a->experiment->name,
					    known[i].warmed[n]);
			assert_int_equal(b->round, 0);
			assert_whole(b);
			cells += b->count;
		}
		assert_int_equal(plan.count, n);
		assert_int_equal(plan.cells, cells);
		plan_release(&plan);
	}
}

static void rounds_are_whole_in_order_and_spread_evenly(void **state)
{
	static const unsigned rounds[] = { 40, 3, 7 };
	unsigned done[3] = { 0 };

	(void)state;
	configure(QUICK, "churn,leak,memory", 1);
	for (size_t a = 0; a < 3; a++)
		config.arm[a].rounds = rounds[a];
	assert_int_equal(plan_rounds(&plan, &config), 0);
	assert_int_equal(plan.count, 40 + 3 + 7);
	assert_int_equal(plan.cells, 40 * config.arm[0].levels +
					     3 * config.arm[1].levels +
					     7 * config.arm[2].levels);
	for (size_t i = 0; i < plan.count; i++) {
		const struct block *b = &plan.block[i];
		double place = (double)(i + 1) / (double)plan.count;

		assert_whole(b);
		assert_int_equal(b->round, ++done[b->arm]);
		for (size_t a = 0; a < 3; a++)
			assert_true(fabs(done[a] - place * rounds[a]) <= 1);
	}
}

/* As text: "levels" of each round of arm 0, in the order of rounds. */
static void orders(uint64_t seed, unsigned rounds, char *out)
{
	configure(QUICK, "churn,hold", rounds);
	config.seed = seed;
	assert_int_equal(plan_rounds(&plan, &config), 0);
	for (size_t i = 0; i < plan.count; i++)
		for (size_t k = 0;
		     plan.block[i].arm == 0 && k < plan.block[i].count; k++)
			*out++ = (char)('0' + plan.block[i].order[k]);
	*out = '\0';
	plan_release(&plan);
}

static void the_seed_alone_makes_the_order(void **state)
{
	char one[256], again[256], longer[256], other[256];

	(void)state;
	orders(1, 20, one);
	orders(1, 20, again);
	orders(1, 30, longer);
	orders(2, 20, other);
	assert_int_equal(strlen(one), 100);
	assert_string_equal(one, again);
	assert_memory_equal(one, longer, 100);
	assert_string_not_equal(one, other);
	assert_int_not_equal(memcmp(one, one + 5, 5), 0);
}

static void every_level_stands_everywhere_equally_often(void **state)
{
	enum { LEVELS = 5, ROUNDS = 5000 };
	unsigned at[LEVELS][LEVELS] = { 0 };

	(void)state;
	configure(QUICK, "churn", ROUNDS);
	assert_int_equal(config.arm[0].levels, LEVELS);
	assert_int_equal(plan_rounds(&plan, &config), 0);
	for (size_t i = 0; i < plan.count; i++)
		for (size_t k = 0; k < LEVELS; k++)
			at[plan.block[i].order[k]][k]++;
	/* Within 5 standard deviations of 28. */
	for (size_t i = 0; i < LEVELS; i++)
		for (size_t k = 0; k < LEVELS; k++)
			assert_in_range(at[i][k], 1000 - 140, 1000 + 140);
}

static void rounds_fit_the_time(void **state)
{
	static const struct {
		size_t profile;
		const char *experiments;
		double time_s, round_s[2];
		unsigned fixed, rounds[2]; /* fixed: of the first */
	} known[] = {
		/* The profile's share, its least and its most. */
		{ QUICK, "churn", 0, { 0.25 }, 0, { 480 } },
		{ QUICK, "churn", 0, { 60 }, 0, { 30 } },
		{ QUICK, "churn", 0, { 0.01 }, 0, { 2000 } },
		{ SMOKE, "churn,hold", 0, { NAN, NAN }, 0, { 3, 1 } },
		/* By the guess: 4 levels of 3.02 s. */
		{ QUICK, "leak", 0, { NAN }, 0, { 1 } },
		/* The others pay for a least that takes 90 s, not 45. */
		{ QUICK, "churn,memory", 0, { 0.25, 9 }, 0, { 300, 10 } },
		{ QUICK, "memory,churn", 0, { 0.25, 99 }, 0, { 30, 10 } },
		/* In half of the time, with 25 % to spare; and in far too
		   little. */
		{ QUICK, "churn,hold", 70.1 / 0.75, { 0.25, 1 }, 0, { 240, 10 } },
		{ QUICK, "churn,hold", 1, { 0.25, 1 }, 0, { 30, 8 } },
		/* No part of the profile: what the next one gives it. */
		{ QUICK, "servers", 0, { 0.5 }, 0, { 240 } },
		{ QUICK, "servers", 24.1 / 0.75, { 0.5 }, 0, { 48 } },
		{ QUICK,
		  "churn,servers",
		  36.1 / 0.75,
		  { 0.25, 0.5 },
		  0,
		  { 72, 36 } },
		/* What is fixed stays so, and takes its part. */
		{ QUICK,
		  "churn,hold",
		  10 + 20.1 / 0.75,
		  { 1, 1 },
		  10,
		  { 10, 20 } },
		{ QUICK, "churn,hold", 0, { 1, 1 }, 10, { 10, 20 } },
		{ QUICK, "churn,hold", 5, { 1, 1 }, 10, { 10, 8 } },
		{ QUICK, "churn", 5, { 1 }, 10, { 10 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		configure(known[i].profile, known[i].experiments, 0);
		config.arm[0].rounds = known[i].fixed;
		plan_fit(&config, known[i].round_s, known[i].time_s);
		for (size_t a = 0; a < config.arms; a++)
			if (config.arm[a].rounds != known[i].rounds[a])
				fail_msg("row %zu: %u rounds of %s, not %u", i,
					 config.arm[a].rounds,
					 config.arm[a].experiment->name,
					 known[i].rounds[a]);
	}
}

/* --- conduct() ------------------------------------------------------------ */

/* Blocks of the third arm are measured whole. */
static struct block blocks[] = {
	{ .arm = 0, .round = 1, .count = 3, .order = { 2, 0, 1 } },
	{ .arm = 2, .round = 1, .count = 3, .order = { 1, 2, 0 } },
	{ .arm = 0, .round = 2, .count = 2, .order = { 0, 1 } },
};

/* Says of cells that they are invalid or suspect, and notes all calls. */
struct fake {
	const char *bad, *suspect; /* "ARM ROUND LEVEL ATTEMPT," each */
	int fail_at;		   /* a call, from 1 on */
	int calls;
	char text[512]; /* each call: "ARM.ROUND:LEVELS@ATTEMPT " */
};

static enum validity status_of(const struct fake *f, const struct block *b,
			       size_t level, unsigned attempt)
{
	char cell[32];

	snprintf(cell, sizeof(cell), "%zu%u%zu%u,", b->arm, b->round, level,
		 attempt);
	return strstr(f->bad, cell)	? VALIDITY_INVALID :
	       strstr(f->suspect, cell) ? VALIDITY_SUSPECT :
					  VALIDITY_VALID;
}

static int fake_measure(void *context, const struct block *b,
			const size_t level[], size_t count, unsigned attempt,
			enum validity status[], char why[CONDUCT_WHY])
{
	struct fake *f = context;
	char *end = f->text + strlen(f->text);

	end += sprintf(end, "%zu.%u:", b->arm, b->round);
	for (size_t i = 0; i < count; i++) {
		*end++ = (char)('0' + level[i]);
		status[i] = status_of(f, b, level[i], attempt);
	}
	sprintf(end, "@%u ", attempt);
	if (++f->calls != f->fail_at)
		return 0;
	snprintf(why, CONDUCT_WHY, "call %d", f->calls);
	return -1;
}

static bool fake_whole(void *context, const struct block *b)
{
	(void)context;
	return b->arm == 2;
}

static void fake_done(void *context, const struct block *b)
{
	struct fake *f = context;
	char *end = f->text + strlen(f->text);

	sprintf(end, "%zu.%u. ", b->arm, b->round);
}

static void blocks_are_carried_out_in_order(void **state)
{
	static const struct {
		const char *bad, *suspect;
		bool complete[3];
		unsigned attempt;
		int fail_at;
		const char *text;
	} known[] = {
		{ "",
		  "",
		  { false },
		  1,
		  0,
		  "0.1:2@1 0.1:0@1 0.1:1@1 0.1. 2.1:120@1 2.1. 0.2:0@1 0.2:1@1 "
		  "0.2. " },
		/* What is suspect is not tried again. */
		{ "",
		  "0121,2121,",
		  { true, false, true },
		  1,
		  0,
		  "2.1:120@1 2.1. " },
		/* Once more at the end of the block, and never a third time. */
		{ "0121,0111,",
		  "",
		  { false, true, true },
		  1,
		  0,
		  "0.1:2@1 0.1:0@1 0.1:1@1 0.1:2@2 0.1:1@2 0.1. " },
		{ "0121,0122,0123,",
		  "",
		  { false, true, true },
		  1,
		  0,
		  "0.1:2@1 0.1:0@1 0.1:1@1 0.1:2@2 0.1. " },
		/* Of a whole block the invalid ones together. */
		{ "2111,2101,",
		  "",
		  { true, false, true },
		  1,
		  0,
		  "2.1:120@1 2.1:10@2 2.1. " },
		/* A run that is resumed has attempts of its own. */
		{ "0203,",
		  "",
		  { true, true, false },
		  3,
		  0,
		  "0.2:0@3 0.2:1@3 0.2:0@4 0.2. " },
		{ "", "", { true, true, true }, 3, 0, "" },
		/* An error ends all, in a second attempt, too. */
		{ "", "", { false }, 1, 2, "0.1:2@1 0.1:0@1 " },
		{ "",
		  "",
		  { false },
		  1,
		  4,
		  "0.1:2@1 0.1:0@1 0.1:1@1 0.1. 2.1:120@1 " },
		{ "2121,",
		  "",
		  { true, false, false },
		  1,
		  2,
		  "2.1:120@1 2.1:2@2 " },
	};
	const struct plan three = { .block = blocks, .count = 3, .cells = 8 };

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct fake f = { .bad = known[i].bad,
				  .suspect = known[i].suspect,
				  .fail_at = known[i].fail_at };
		const struct executor x = { fake_measure, fake_whole, fake_done,
					    &f };
		char why[CONDUCT_WHY] = "", wanted[16] = "";
		bool some = known[i].complete[0] || known[i].complete[1];
		int rc = conduct(&three, some ? known[i].complete : NULL,
				 known[i].attempt, &x, why);

		assert_string_equal(f.text, known[i].text);
		assert_int_equal(rc, known[i].fail_at ? -1 : 0);
		if (known[i].fail_at)
			snprintf(wanted, sizeof(wanted), "call %d",
				 known[i].fail_at);
		assert_string_equal(why, wanted);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_warm_up_is_of_those_that_have_one,
					  release),
		cmocka_unit_test_teardown(
			rounds_are_whole_in_order_and_spread_evenly, release),
		cmocka_unit_test(the_seed_alone_makes_the_order),
		cmocka_unit_test_teardown(
			every_level_stands_everywhere_equally_often, release),
		cmocka_unit_test(rounds_fit_the_time),
		cmocka_unit_test(blocks_are_carried_out_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
