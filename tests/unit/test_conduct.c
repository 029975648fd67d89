/* Carrying a plan out: batches, retries and the end, without measuring. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bench/measure/conduct.h"

enum { ROUNDS = 2, MODES = 3, MOST = 64, NEVER = 1000 };

/* Says of cells, by round and mode, that they are invalid; notes all calls. */
struct fake {
	bool whole[EXPERIMENTS];
	unsigned bad_attempts[ROUNDS + 1][MODES]; /* so many are invalid */
	bool suspect;				  /* all that are not invalid */
	size_t fail_at_call;

	size_t calls, told;
	struct {
		unsigned attempt;
		size_t count;
		struct plan_cell cell[PLAN_MODES + 1];
	} call[MOST];
	struct {
		const struct plan_cell *cell;
		struct measurement m;
	} tell[MOST];
};

static size_t mode_of(const struct plan_cell *cell)
{
	return (size_t)(cell->mode[0] - 'a');
}

static int fake_measure(void *context, const struct plan_cell *cell,
			size_t count, unsigned attempt, struct measurement m[],
			char why[CONDUCT_WHY])
{
	struct fake *f = context;
	size_t call = f->calls++;

	assert_in_range(count, 1, PLAN_MODES + 1);
	f->call[call].attempt = attempt;
	f->call[call].count = count;
	memcpy(f->call[call].cell, cell, count * sizeof(*cell));
	if (call == f->fail_at_call) {
		snprintf(why, CONDUCT_WHY, "call %zu failed", call);
		return -1;
	}
	for (size_t i = 0; i < count; i++) {
		bool bad = f->bad_attempts[cell[i].round][mode_of(&cell[i])] >=
			   attempt;

		measurement_init(&m[i]);
		/* To be known again: what was measured where, and when. */
		m[i].load_start_s = 10 * cell[i].round + mode_of(&cell[i]);
		m[i].load_end_s = attempt;
		m[i].validity = (struct validity_finding){
			.status = bad	     ? VALIDITY_INVALID :
				  f->suspect ? VALIDITY_SUSPECT :
					       VALIDITY_VALID,
		};
	}
	return 0;
}

static bool fake_whole_rounds(void *context, enum experiment_kind kind)
{
	return ((struct fake *)context)->whole[kind];
}

static void fake_done(void *context, const struct plan_cell *cell,
		      const struct measurement *m)
{
	struct fake *f = context;

	f->tell[f->told].cell = cell;
	f->tell[f->told++].m = *m;
}

static struct config config_of(void)
{
	return (struct config){
		.rounds = ROUNDS,
		.seed = 1,
		.modes = MODES,
		.mode = { "a", "b", "c" },
		.with = { [EXPERIMENT_CHURN] = true, [EXPERIMENT_WALL] = true },
	};
}

static struct conduct_end end;
static struct plan plan;

static struct executor executor_of(struct fake *f)
{
	return (struct executor){ .measure = fake_measure,
				  .whole_rounds = fake_whole_rounds,
				  .done = fake_done,
				  .context = f };
}

static int run(struct fake *f)
{
	struct executor x = executor_of(f);

	return conduct(&plan, NULL, &x, &end);
}

static int make_plan(void **state)
{
	struct config config = config_of();

	(void)state;
	return plan_make(&plan, &config);
}

static int release_plan(void **state)
{
	(void)state;
	plan_release(&plan);
	return 0;
}

static size_t invalid_told(const struct fake *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->told; i++)
		n += f->tell[i].m.validity.status == VALIDITY_INVALID;
	return n;
}

/*
 * Of so many cells each was told of once, with its own figures; and in the
 * plan's order, but for those of a second try, which come after their round.
 */
static void assert_told(const struct fake *f, size_t count)
{
	bool told[MOST] = { false };

	assert_int_equal(f->told, count);
	for (size_t i = 0; i < count; i++) {
		const struct plan_cell *cell = f->tell[i].cell;
		size_t at = (size_t)(cell - plan.cell);

		assert_in_range(at, 0, plan.count - 1);
		assert_false(told[at]);
		told[at] = true;
		for (size_t j = 0; j < at; j++)
			if (!told[j]) {
				/* Skipped: its second try is still to come. */
				assert_int_equal(plan.cell[j].round,
						 cell->round);
				assert_int_equal(plan.cell[j].experiment,
						 cell->experiment);
				assert_true(
					f->bad_attempts[cell->round][mode_of(
						&plan.cell[j])]);
			}
		assert_true(f->tell[i].m.load_start_s ==
			    (double)(10 * cell->round + mode_of(cell)));
	}
}

static void valid_cells_are_run_once_in_order(void **state)
{
	struct fake f = { .fail_at_call = NEVER, .suspect = true };

	(void)state;
	assert_int_equal(run(&f), 0);
	assert_int_equal(plan.count, 2 * ROUNDS * MODES);
	assert_int_equal(f.calls, plan.count);
	for (size_t i = 0; i < plan.count; i++) {
		assert_int_equal(f.call[i].count, 1);
		assert_int_equal(f.call[i].attempt, 1);
		assert_memory_equal(f.call[i].cell, &plan.cell[i],
				    sizeof(plan.cell[i]));
	}
	assert_told(&f, plan.count);
	assert_int_equal(end.done, plan.count);
	assert_int_equal(invalid_told(&f), 0);
	assert_string_equal(end.why, "");
}

static void invalid_cells_are_run_once_more(void **state)
{
	struct fake f = { .fail_at_call = NEVER };

	(void)state;
	f.bad_attempts[1][1] = 1; /* mended by the second try */
	f.bad_attempts[2][0] = NEVER;
	assert_int_equal(run(&f), 0);
	/* Two cells of each of two experiments. */
	assert_int_equal(f.calls, plan.count + 4);
	for (size_t i = 0; i < f.calls; i++) {
		const struct plan_cell *cell = f.call[i].cell;
		bool bad = f.bad_attempts[cell->round][mode_of(cell)] > 0;

		assert_int_equal(f.call[i].count, 1);
		if (f.call[i].attempt == 1)
			continue;
		assert_int_equal(f.call[i].attempt, 2);
		assert_true(bad);
		/* Within its round, after every first try of it. */
		assert_int_equal(f.call[i - 1].cell->round, cell->round);
		assert_int_equal(f.call[i - 1].cell->experiment,
				 cell->experiment);
		if (i + 1 < f.calls && f.call[i + 1].attempt == 1)
			assert_true(f.call[i + 1].cell->round != cell->round ||
				    f.call[i + 1].cell->experiment !=
					    cell->experiment);
	}
	assert_told(&f, plan.count);
	for (size_t i = 0; i < f.told; i++) {
		const struct plan_cell *cell = f.tell[i].cell;
		unsigned bad = f.bad_attempts[cell->round][mode_of(cell)];

		/* The second try's figures stand. */
		assert_true(f.tell[i].m.load_end_s == (bad ? 2 : 1));
		assert_int_equal(f.tell[i].m.validity.status,
				 bad == NEVER ? VALIDITY_INVALID :
						VALIDITY_VALID);
	}
	assert_int_equal(end.done, plan.count);
	assert_int_equal(invalid_told(&f), 2);
}

static void whole_rounds_are_measured_together(void **state)
{
	struct fake f = { .fail_at_call = NEVER,
			  .whole = { [EXPERIMENT_WALL] = true } };
	size_t at = 0;

	(void)state;
	f.bad_attempts[2][0] = 1;
	f.bad_attempts[2][2] = NEVER;
	assert_int_equal(run(&f), 0);
	for (size_t i = 0; i < f.calls; i++) {
		enum experiment_kind kind = f.call[i].cell[0].experiment;

		if (f.call[i].attempt == 2) {
			/* Of the round, only those that were invalid. */
			assert_int_equal(f.call[i].count,
					 kind == EXPERIMENT_WALL ? 2 : 1);
			for (size_t j = 0; j < f.call[i].count; j++) {
				assert_int_equal(f.call[i].cell[j].round, 2);
				assert_int_not_equal(
					mode_of(&f.call[i].cell[j]), 1);
			}
			continue;
		}
		assert_int_equal(f.call[i].count,
				 kind == EXPERIMENT_WALL ? MODES : 1);
		assert_memory_equal(f.call[i].cell, &plan.cell[at],
				    f.call[i].count * sizeof(plan.cell[at]));
		at += f.call[i].count;
	}
	assert_int_equal(at, plan.count);
	/* Two rounds; in the second one, one cell at a time twice, one block. */
	assert_int_equal(f.calls, 2 * (MODES + 1) + 2 + 1);
	assert_told(&f, plan.count);
	assert_int_equal(end.done, plan.count);
	assert_int_equal(invalid_told(&f), 2);
}

static void a_failure_stops_at_once(void **state)
{
	(void)state;
	for (size_t at = 0; at < plan.count; at++) {
		struct fake f = { .fail_at_call = at };
		char why[CONDUCT_WHY];

		snprintf(why, sizeof(why), "call %zu failed", at);
		assert_int_equal(run(&f), -1);
		assert_int_equal(f.calls, at + 1);
		assert_told(&f, at);
		assert_int_equal(end.done, at);
		assert_int_equal(invalid_told(&f), 0);
		assert_string_equal(end.why, why);
	}
}

static void a_failure_of_the_second_try_stops_too(void **state)
{
	struct fake f = { .fail_at_call = MODES };
	char why[CONDUCT_WHY];

	(void)state;
	snprintf(why, sizeof(why), "call %d failed", MODES);
	f.bad_attempts[1][mode_of(&plan.cell[0])] = NEVER;
	assert_int_equal(run(&f), -1);
	assert_int_equal(f.calls, MODES + 1);
	assert_int_equal(f.call[MODES].attempt, 2);
	assert_told(&f, MODES - 1);
	assert_int_equal(end.done, MODES - 1);
	assert_string_equal(end.why, why);
}

/* The past of a run that measured `calls` times, as its files would tell it. */
static void past_of(const struct fake *f, size_t calls,
		    enum conduct_past past[MOST])
{
	for (size_t i = 0; i < plan.count; i++)
		past[i] = PAST_NONE;
	for (size_t k = 0; k < calls; k++)
		for (size_t j = 0; j < f->call[k].count; j++) {
			const struct plan_cell *cell = &f->call[k].cell[j];
			size_t i = 0;

			while (memcmp(cell, &plan.cell[i], sizeof(*cell)) != 0)
				i++;
			past[i] =
				f->call[k].attempt == 1 &&
						f->bad_attempts[cell->round]
							       [mode_of(cell)] ?
					PAST_INVALID :
					PAST_DONE;
		}
}

/*
 * However far it came, what follows is what would have followed, and it tells
 * of those cells that were not done.
 */
static void goes_on_after(const struct fake *all, size_t calls)
{
	struct fake rest = { .fail_at_call = NEVER };
	struct executor x = executor_of(&rest);
	enum conduct_past past[MOST];
	size_t done = 0;

	memcpy(rest.whole, all->whole, sizeof(all->whole));
	memcpy(rest.bad_attempts, all->bad_attempts, sizeof(all->bad_attempts));
	past_of(all, calls, past);
	conduct_settle(&plan, &x, past);
	for (size_t i = 0; i < plan.count; i++)
		done += past[i] == PAST_DONE;
	assert_int_equal(conduct(&plan, past, &x, &end), 0);
	assert_int_equal(rest.calls, all->calls - calls);
	assert_memory_equal(rest.call, &all->call[calls],
			    rest.calls * sizeof(rest.call[0]));
	assert_int_equal(end.done, plan.count);
	assert_int_equal(rest.told, plan.count - done);
	for (size_t i = 0; i < rest.told; i++)
		assert_int_not_equal(past[rest.tell[i].cell - plan.cell],
				     PAST_DONE);
}

static void a_run_goes_on_where_it_was_broken_off(void **state)
{
	(void)state;
	for (int whole = 0; whole < 2; whole++) {
		struct fake all = { .fail_at_call = NEVER };

		all.whole[EXPERIMENT_WALL] = whole;
		all.bad_attempts[1][1] = 1;
		all.bad_attempts[2][0] = NEVER;
		all.bad_attempts[2][2] = 1;
		assert_int_equal(run(&all), 0);
		for (size_t calls = 0; calls <= all.calls; calls++)
			goes_on_after(&all, calls);
	}
}

static void a_whole_round_that_was_broken_off_is_measured_again(void **state)
{
	struct fake f = { .fail_at_call = NEVER,
			  .whole = { [EXPERIMENT_WALL] = true } };
	static const enum conduct_past of_round[MODES] = { PAST_DONE, PAST_NONE,
							   PAST_INVALID };
	struct executor x = executor_of(&f);
	enum conduct_past past[MOST];

	(void)state;
	for (size_t i = 0; i < plan.count; i++)
		past[i] = of_round[i % MODES];
	conduct_settle(&plan, &x, past);
	for (size_t i = 0; i < plan.count; i++)
		assert_int_equal(past[i],
				 plan.cell[i].experiment == EXPERIMENT_WALL ?
					 PAST_NONE :
					 of_round[i % MODES]);
	assert_int_equal(conduct(&plan, past, &x, &end), 0);
	assert_int_equal(end.done, plan.count);
	/* Of churn two cells a round, of wall all three at once. */
	assert_int_equal(f.calls, ROUNDS * (2 + 1));
	assert_int_equal(f.told, ROUNDS * (2 + MODES));
}

/* The most that fits in a round, all of it bad. */
static void the_largest_round_fits(void **state)
{
	struct config config = config_of();
	struct fake f = { .fail_at_call = NEVER,
			  .whole = { [EXPERIMENT_WALL] = true } };
	struct executor x = executor_of(&f);
	struct plan large;

	(void)state;
	config.modes = PLAN_MODES;
	config.aa = true;
	config.rounds = 1;
	config.with[EXPERIMENT_CHURN] = false;
	for (size_t i = 0; i < PLAN_MODES; i++)
		snprintf(config.mode[i], SLOT_NAME, "a");
	f.bad_attempts[1][0] = NEVER;
	assert_int_equal(plan_make(&large, &config), 0);
	assert_int_equal(conduct(&large, NULL, &x, &end), 0);
	assert_int_equal(f.calls, 2);
	assert_int_equal(f.call[1].count, PLAN_MODES + 1);
	assert_int_equal(invalid_told(&f), PLAN_MODES + 1);
	plan_release(&large);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(valid_cells_are_run_once_in_order),
		cmocka_unit_test(invalid_cells_are_run_once_more),
		cmocka_unit_test(whole_rounds_are_measured_together),
		cmocka_unit_test(a_failure_stops_at_once),
		cmocka_unit_test(a_failure_of_the_second_try_stops_too),
		cmocka_unit_test(a_run_goes_on_where_it_was_broken_off),
		cmocka_unit_test(
			a_whole_round_that_was_broken_off_is_measured_again),
		cmocka_unit_test(the_largest_round_fits),
	};

	return cmocka_run_group_tests(tests, make_plan, release_plan);
}
