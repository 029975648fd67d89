/* The order of measurement: whole rounds, shuffled afresh from a seed. */

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/plan.h"

enum { MODES = 4, SLOTS = MODES + 1, ROUNDS = 6 };

static const char *const slots[SLOTS] = { "sig-ign", "waitpid-loop",
					  "waitpid-once", "none",
					  "sig-ign-aa" };

/* Four modes, the baseline twice, churn and wall, a warm-up and six rounds. */
static struct config config_of(uint64_t seed)
{
	struct config c = {
		.rounds = ROUNDS,
		.warmups = 1,
		.aa = true,
		.seed = seed,
		.modes = MODES,
		.with = { [EXPERIMENT_CHURN] = true, [EXPERIMENT_WALL] = true },
		.load = { [EXPERIMENT_CHURN] = { .concurrency = 64,
						 .duration_ns = 1000000000 },
			  [EXPERIMENT_WALL] = { .concurrency = 64,
						.sessions = 2000 } },
	};

	for (size_t i = 0; i < MODES; i++)
		snprintf(c.mode[i], sizeof(c.mode[i]), "%s", slots[i]);
	return c;
}

static struct plan plan_of(const struct config *config)
{
	struct plan p;

	assert_int_equal(plan_make(&p, config), 0);
	return p;
}

static size_t slot_of(const struct plan_cell *cell)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (strcmp(cell->slot, slots[i]) == 0)
			return i;
	fail_msg("no such slot: %s", cell->slot);
	return 0;
}

static bool same_order(const struct plan *a, const struct plan *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->cell[i].slot, b->cell[i].slot) != 0)
			return false;
	return true;
}

static void a_seed_repeats_its_plan(void **state)
{
	struct config config = config_of(1);
	struct plan a = plan_of(&config), b = plan_of(&config);

	(void)state;
	assert_int_equal(a.count, b.count);
	assert_memory_equal(a.cell, b.cell, a.count * sizeof(a.cell[0]));
	plan_release(&a);
	plan_release(&b);
	assert_null(a.cell);
	assert_int_equal(a.count, 0);
}

static void another_seed_gives_another_order(void **state)
{
	struct config config = config_of(1);
	struct plan first = plan_of(&config);

	(void)state;
	for (uint64_t seed = 2; seed < 50; seed++) {
		struct config other = config_of(seed);
		struct plan p = plan_of(&other);

		assert_false(same_order(&first, &p));
		plan_release(&p);
	}
	plan_release(&first);
}

static void every_round_has_every_slot_once(void **state)
{
	struct config config = config_of(3);
	struct plan p = plan_of(&config);
	unsigned seen[ROUNDS + 1][EXPERIMENTS][SLOTS] = { { { 0 } } };

	(void)state;
	assert_int_equal(p.count, (ROUNDS + 1) * 2 * SLOTS);
	for (size_t i = 0; i < p.count; i++) {
		const struct plan_cell *cell = &p.cell[i];
		size_t slot = slot_of(cell);

		assert_true(cell->round <= ROUNDS);
		assert_int_equal(cell->warmup, cell->round == 0);
		/* Only the baseline runs again, under another name. */
		assert_string_equal(cell->mode, slots[slot % MODES]);
		seen[cell->round][cell->experiment][slot]++;
		/* A round is over before the next begins. */
		if (i)
			assert_true(cell->round >= p.cell[i - 1].round);
	}
	for (unsigned round = 0; round <= ROUNDS; round++)
		for (size_t slot = 0; slot < SLOTS; slot++) {
			assert_int_equal(seen[round][EXPERIMENT_CHURN][slot],
					 1);
			assert_int_equal(seen[round][EXPERIMENT_HOLD][slot], 0);
			assert_int_equal(seen[round][EXPERIMENT_WALL][slot], 1);
		}
	plan_release(&p);
}

static void without_warm_up_or_second_baseline(void **state)
{
	struct config config = config_of(4);
	struct plan p;

	(void)state;
	config.warmups = 0;
	config.aa = false;
	config.rounds = 2;
	p = plan_of(&config);
	assert_int_equal(p.count, 2 * 2 * MODES);
	for (size_t i = 0; i < p.count; i++) {
		assert_int_equal(p.cell[i].round, 1 + i / (2 * MODES));
		assert_false(p.cell[i].warmup);
		assert_true(slot_of(&p.cell[i]) < MODES);
	}
	plan_release(&p);
}

/* A null experiment: each place is one of its own, of the same mode. */
static void a_mode_may_be_named_twice(void **state)
{
	static const char *const named[] = { "none", "sig-ign", "none",
					     "none" };
	static const char *const places[] = { "none", "sig-ign", "none-2",
					      "none-3", "none-aa" };
	struct config config = config_of(8);
	struct plan p;

	(void)state;
	for (size_t i = 0; i < MODES; i++)
		snprintf(config.mode[i], SLOT_NAME, "%s", named[i]);
	p = plan_of(&config);
	assert_int_equal(p.count, (ROUNDS + 1) * 2 * SLOTS);
	for (size_t at = 0; at < p.count; at += SLOTS) {
		assert_int_equal(plan_block(&p, at), SLOTS);
		for (size_t place = 0; place < SLOTS; place++) {
			size_t i = at;

			while (i < at + SLOTS &&
			       strcmp(p.cell[i].slot, places[place]) != 0)
				i++;
			assert_true(i < at + SLOTS);
			assert_string_equal(p.cell[i].mode,
					    named[place % MODES]);
		}
	}
	plan_release(&p);
}

static void a_block_is_one_experiment_of_one_round(void **state)
{
	struct config config = config_of(5);
	struct plan p = plan_of(&config);
	size_t blocks = 0;

	(void)state;
	for (size_t at = 0; at < p.count; at += plan_block(&p, at), blocks++) {
		assert_int_equal(plan_block(&p, at), SLOTS);
		assert_int_equal(p.cell[at].round, blocks / 2);
		assert_int_equal(p.cell[at].experiment,
				 blocks % 2 ? EXPERIMENT_WALL :
					      EXPERIMENT_CHURN);
	}
	assert_int_equal(blocks, 2 * (ROUNDS + 1));
	assert_int_equal(plan_block(&p, 2), SLOTS - 2);
	assert_int_equal(plan_block(&p, p.count - 1), 1);
	assert_int_equal(plan_block(&p, p.count), 0);
	plan_release(&p);
}

static void the_estimate_is_the_sum_of_what_is_left(void **state)
{
	struct config config = config_of(6);
	struct plan p = plan_of(&config);
	double churn_s = experiment_estimate_s(EXPERIMENT_CHURN,
					       &config.load[EXPERIMENT_CHURN]);
	double wall_s = experiment_estimate_s(EXPERIMENT_WALL,
					      &config.load[EXPERIMENT_WALL]);

	(void)state;
	assert_true(churn_s > 1 && wall_s > 0);
	assert_true(fabs(plan_estimate_s(&p, &config, 0) -
			 (ROUNDS + 1) * SLOTS * (churn_s + wall_s)) < 1e-6);
	assert_true(fabs(plan_estimate_s(&p, &config, p.count - SLOTS - 1) -
			 churn_s - SLOTS * wall_s) < 1e-6);
	assert_true(plan_estimate_s(&p, &config, p.count) == 0);
	plan_release(&p);
}

/* In any round, each slot is as often first, second, ... as any other. */
static void no_slot_has_a_favourite_place(void **state)
{
	enum { SEEDS = 2000 };
	static unsigned got[2][SLOTS][SLOTS]; /* first block, last block */
	double expected = (double)SEEDS / SLOTS;

	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		struct config config = config_of(seed);
		struct plan p = plan_of(&config);

		for (size_t i = 0; i < SLOTS; i++) {
			got[0][slot_of(&p.cell[i])][i]++;
			got[1][slot_of(&p.cell[p.count - SLOTS + i])][i]++;
		}
		plan_release(&p);
	}
	for (int block = 0; block < 2; block++) {
		double sum = 0;

		for (size_t slot = 0; slot < SLOTS; slot++)
			for (size_t i = 0; i < SLOTS; i++) {
				double off = got[block][slot][i] - expected;

				sum += off * off / expected;
			}
		/* 4/5 of it has (SLOTS - 1)^2 = 16 degrees of freedom. */
		if (sum > 45)
			fail_msg("chi squared %g", sum);
	}
}

/* The place of a slot in one round says nothing of its place in the next. */
static void rounds_are_shuffled_afresh(void **state)
{
	struct config config = config_of(7);
	struct plan p;
	unsigned same = 0;

	(void)state;
	config.rounds = 1000;
	p = plan_of(&config);
	for (size_t i = 2 * SLOTS; i < p.count; i++)
		same += slot_of(&p.cell[i]) == slot_of(&p.cell[i - 2 * SLOTS]);
	/* 10,000 neighbours, one in five alike: 2000 +- 40. */
	assert_in_range(same, 1800, 2200);
	plan_release(&p);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_repeats_its_plan),
		cmocka_unit_test(another_seed_gives_another_order),
		cmocka_unit_test(every_round_has_every_slot_once),
		cmocka_unit_test(without_warm_up_or_second_baseline),
		cmocka_unit_test(a_mode_may_be_named_twice),
		cmocka_unit_test(a_block_is_one_experiment_of_one_round),
		cmocka_unit_test(the_estimate_is_the_sum_of_what_is_left),
		cmocka_unit_test(no_slot_has_a_favourite_place),
		cmocka_unit_test(rounds_are_shuffled_afresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
