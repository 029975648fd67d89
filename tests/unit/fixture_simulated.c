#include "tests/unit/fixture_simulated.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiment.h"
#include "bench/measure/plan.h"
#include "tests/unit/fixture_normal.h"

const struct simulated simulated_still = {
	.rounds = 8,
	.ratio = 1,
	.pace = 1,
	.trend = 1,
};

static int head_of(const struct simulated *s, struct load_run *run)
{
	*run = (struct load_run){ .baseline = BASELINE_MODE,
				  .finished = true,
				  .verdicts = true,
				  .rounds = s->rounds,
				  .n_experiments = EXPERIMENTS };
	for (size_t i = 0; i < EXPERIMENTS; i++)
		run->experiments[i].name = experiment_names[i];
	for (; experiment_default_modes[run->n_slots]; run->n_slots++) {
		struct load_slot *slot = &run->slots[run->n_slots];

		slot_name(experiment_default_modes, run->n_slots, slot->name);
		slot->mode = experiment_default_modes[run->n_slots];
	}
	slot_name_again(BASELINE_MODE, run->slots[run->n_slots].name);
	run->slots[run->n_slots].mode = BASELINE_MODE;
	run->slots[run->n_slots++].again = true;
	run->cells = calloc(EXPERIMENTS * (s->rounds + 1) * run->n_slots,
			    sizeof(*run->cells));
	if (!run->cells)
		return -1;
	run->n_cells = EXPERIMENTS * (s->rounds + 1) * run->n_slots;
	run->planned_cells = run->n_cells;
	return 0;
}

/* The cells by experiment, then by round and slot, as load.h has them. */
static void place_cells(struct load_run *run)
{
	size_t in_block = run->n_slots, in_all = in_block * (run->rounds + 1);

	for (size_t i = 0; i < run->n_cells; i++) {
		unsigned round = (unsigned)(i % in_all / in_block);
		struct load_cell *c = &run->cells[i];

		*c = (struct load_cell){ .experiment = i / in_all,
					 .slot = i % in_block,
					 .round = round,
					 .attempt = 1,
					 .warmup = round == 0 };
		for (size_t m = 0; m < METRIC_COUNT; m++)
			c->value[m] = NAN;
	}
}

static size_t slot_of(const struct load_run *run, const char *name)
{
	size_t i = 0;

	while (strcmp(run->slots[i].name, name) != 0)
		i++;
	return i;
}

/* at[i]: when the i-th of run->cells is run, by the real plan. */
static int order_as_planned(const struct load_run *run, uint64_t seed,
			    size_t at[])
{
	struct config config = { .rounds = (unsigned)run->rounds,
				 .warmups = 1,
				 .aa = true,
				 .seed = seed,
				 .modes = run->n_slots - 1 };
	struct plan plan;

	for (size_t i = 0; i < config.modes; i++)
		snprintf(config.mode[i], SLOT_NAME, "%s", run->slots[i].mode);
	for (size_t i = 0; i < EXPERIMENTS; i++)
		config.with[i] = true;
	if (plan_make(&plan, &config) < 0)
		return -1;
	for (size_t i = 0; i < plan.count; i++) {
		const struct plan_cell *c = &plan.cell[i];
		size_t block = c->experiment * (run->rounds + 1) + c->round;

		at[block * run->n_slots + slot_of(run, c->slot)] = i;
	}
	plan_release(&plan);
	return 0;
}

static void order_in_blocks(const struct load_run *run, size_t at[])
{
	size_t rounds = run->rounds + 1;

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		at[i] = (c->experiment * run->n_slots + c->slot) * rounds +
			c->round;
	}
}

/* Its logarithm at every cell, in the order of running. */
static void draw_pace(const struct simulated *s, struct rng *rng, double pace[],
		      size_t n)
{
	double walked = log(s->pace);

	for (size_t i = 0; i < n; i++) {
		walked += s->walk * fixture_normal(rng);
		pace[i] = walked + log(s->trend) * (double)i / (double)(n - 1);
	}
}

static void draw_cell(const struct simulated *s, struct rng *rng,
		      const struct load_run *run, struct load_cell *c,
		      double pace)
{
	bool is_mode = c->slot > 0 && !run->slots[c->slot].again;
	bool slowed = rng_below(rng, 20) == 0;

	if (s->tails && slowed)
		pace += log(1.5);
	for (size_t m = 0; m < METRIC_COUNT; m++) {
		bool rate = metrics[m].better == BETTER_HIGHER;

		if (metrics[m].judged != JUDGED_BY_RATIO ||
		    !metric_is_primary(m, run->experiments[c->experiment].name))
			continue;
		c->value[m] = 1000 * (is_mode ? s->ratio : 1) *
			      exp((rate ? -pace : pace) +
				  s->noise * fixture_normal(rng));
	}
}

int simulated_draw(const struct simulated *s, struct rng *rng,
		   struct load_run *run)
{
	uint64_t seed = rng_next(rng);
	double *pace = NULL;
	size_t *at = NULL;
	int rc = -1;

	if (head_of(s, run) < 0)
		return -1;
	place_cells(run);
	at = calloc(run->n_cells, sizeof(*at));
	pace = calloc(run->n_cells, sizeof(*pace));
	if (!at || !pace)
		goto out;
	if (s->blocks)
		order_in_blocks(run, at);
	else if (order_as_planned(run, seed, at) < 0)
		goto out;
	draw_pace(s, rng, pace, run->n_cells);
	for (size_t i = 0; i < run->n_cells; i++)
		draw_cell(s, rng, run, &run->cells[i], pace[at[i]]);
	rc = 0;
out:
	free(pace);
	free(at);
	return rc;
}
