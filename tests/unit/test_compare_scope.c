/* Which runs, experiments and modes can be compared, and what is said else. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/judge/compare.h"
#include "tests/unit/fixture_memory.h"

static struct memory_run *a, *b;
static struct comparison c;

static int make_pair(void **state)
{
	(void)state;
	a = memory_new(1);
	b = memory_new(1.2);
	return 0;
}

static int free_pair(void **state)
{
	(void)state;
	compare_release(&c);
	memory_free(a);
	memory_free(b);
	return 0;
}

static void compare(void)
{
	compare_release(&c);
	memory_judge(a);
	memory_judge(b);
	assert_int_equal(compare_runs(&a->in, &b->in, &c), 0);
}

static void assert_notes(size_t n, const char *first)
{
	assert_int_equal(c.n_notes, n);
	assert_string_equal(c.notes[0], first);
}

static void other_loads_are_not_compared(void **state)
{
	struct load_experiment *e = &b->in.run.experiments[0], kept = *e;

	(void)state;
	for (int i = 0; i < 4; i++) {
		*e = kept;
		e->concurrency += i == 0;
		e->sessions += i == 1;
		e->duration_s += i == 2;
		e->message_rate += i == 3;
		compare();
		assert_int_equal(c.n_effects + c.n_zombies, 0);
		assert_false(compare_is_sound(&c));
		assert_int_equal(c.n_notes, 1);
	}
	assert_string_equal(c.notes[0], "churn is not compared, as its load "
					"differs: 64 at "
					"once, 0 sessions, 1.6 s, 0 messages/s "
					"in A; 64 at "
					"once, 0 sessions, 1.6 s, 1 messages/s "
					"in B");
}

static void other_baselines_leave_zombies_alone(void **state)
{
	(void)state;
	b->in.run.baseline = "none";
	b->in.run.slots[MEMORY_BASE] =
		(struct load_slot){ "none", "none", false };
	b->in.run.slots[MEMORY_MODE] =
		(struct load_slot){ "sig-ign", "sig-ign", false };
	b->in.run.slots[MEMORY_AGAIN] =
		(struct load_slot){ "none-aa", "none", true };
	memory_set(b, MEMORY_BASE, METRIC_ZOMBIES_LEFT, 5);
	compare();
	assert_notes(1, "only zombies are compared: A's ratios are to sig-ign, "
			"B's to none");
	assert_int_equal(c.n_effects, 0);
	assert_int_equal(c.n_zombies, 2);
	/* By their names, wherever they stand. */
	assert_int_equal(c.zombies[0].verdict, VERDICT_CLEAN);
	assert_int_equal(c.zombies[1].verdict, VERDICT_WORSE);
	assert_true(c.zombies[1].b->left_max == 5);
	assert_true(compare_is_sound(&c));
}

static void what_one_alone_has_is_named(void **state)
{
	(void)state;
	snprintf(b->in.run.slots[MEMORY_MODE].name, LOAD_NAME, "waitpid-loop");
	b->in.run.experiments[b->in.run.n_experiments++] =
		(struct load_experiment){ .name = "hold" };
	compare();
	assert_notes(3, "none is not compared: only A has it");
	assert_string_equal(c.notes[1], "hold is not compared: only B has it");
	assert_string_equal(c.notes[2], "waitpid-loop is not compared: only B "
					"has it");
	/* The baseline is there still. */
	assert_int_equal(c.n_effects, 2);
	assert_int_equal(c.n_zombies, 1);
}

static void nothing_in_common(void **state)
{
	(void)state;
	b->in.run.experiments[0].name = "hold";
	compare();
	assert_notes(2, "churn is not compared: only A has it");
	assert_int_equal(c.n_effects + c.n_zombies, 0);
	assert_false(compare_is_sound(&c));
}

/* A mode that is named twice has a place of its own for each. */
static void places_are_found_by_name(void **state)
{
	struct compare_effect e;

	(void)state;
	memory_drop_again(a);
	snprintf(a->in.run.slots[MEMORY_MODE].name, LOAD_NAME, "none-2");
	b->in.run.slots[MEMORY_AGAIN] =
		(struct load_slot){ "none-2", "none", false };
	compare();
	assert_notes(1, "none is not compared: only B has it");
	for (size_t i = 0; i < c.n_effects; i++) {
		e = c.effects[i];
		assert_int_equal(e.b->slot, e.a->slot ? MEMORY_AGAIN : 0);
	}
	/* B's own second place is like A's; its first is 20 % slower. */
	assert_int_equal(compare_count(&c, VERDICT_WORSE), 0);
	assert_int_equal(compare_count(&c, VERDICT_SAME), 4);
}

static void sound_are_two_whole_runs(void **state)
{
	(void)state;
	compare();
	assert_true(compare_is_sound(&c));
	/* A noisy run holds what it planned. */
	memory_scale(b, MEMORY_AGAIN, 1.2);
	compare();
	assert_int_equal(b->in.j.status.state, RUN_NOISY);
	assert_true(compare_is_sound(&c));
	for (int side = 0; side < 2; side++) {
		struct memory_run *m = side ? a : b;

		m->in.run.finished = false;
		compare();
		assert_int_equal(m->in.j.status.state, RUN_INCOMPLETE);
		assert_true(c.n_effects > 0);
		assert_false(compare_is_whole(&m->in));
		assert_false(compare_is_sound(&c));
		m->in.run.finished = true;
		memory_cell(m, MEMORY_MODE, 2)->validity = CELL_INVALID;
		compare();
		assert_int_equal(m->in.j.status.state, RUN_INVALID);
		assert_false(compare_is_sound(&c));
		memory_cell(m, MEMORY_MODE, 2)->validity = CELL_VALID;
		compare();
		assert_true(compare_is_sound(&c));
	}
}

static void primary_are_those_of_the_experiment(void **state)
{
	(void)state;
	compare();
	for (size_t i = 0; i < c.n_effects; i++)
		assert_int_equal(compare_is_primary(&c, &c.effects[i]),
				 c.effects[i].a->metric != METRIC_FORK_P99_US);
}

/* Every run has room for as many sentences as it may need. */
static void many_notes_fit(void **state)
{
	struct load_run *runs[] = { &a->in.run, &b->in.run };
	static char names[2][LOAD_EXPERIMENTS][16];

	(void)state;
	for (size_t side = 0; side < 2; side++) {
		runs[side]->n_cells = 0;
		runs[side]->n_slots = LOAD_SLOTS;
		runs[side]->n_experiments = LOAD_EXPERIMENTS;
		for (size_t i = 0; i < LOAD_SLOTS; i++)
			snprintf(runs[side]->slots[i].name, LOAD_NAME,
				 "mode-%zu-%zu", side, i);
		for (size_t i = 0; i < LOAD_EXPERIMENTS; i++) {
			snprintf(names[side][i], 16, "e-%zu-%zu", side, i);
			runs[side]->experiments[i].name = names[side][i];
		}
	}
	compare();
	/* But for A/A, which is nobody's own. */
	assert_int_equal(c.n_notes, 2 * (LOAD_EXPERIMENTS + LOAD_SLOTS - 1));
	assert_string_equal(c.notes[c.n_notes - 1], "mode-1-17 is not "
						    "compared: only B has it");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_pair, free_pair)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(other_loads_are_not_compared),
		TEST(other_baselines_leave_zombies_alone),
		TEST(what_one_alone_has_is_named),
		TEST(nothing_in_common),
		TEST(places_are_found_by_name),
		TEST(sound_are_two_whole_runs),
		TEST(primary_are_those_of_the_experiment),
		TEST(many_notes_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
