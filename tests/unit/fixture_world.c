#include "tests/unit/fixture_world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double wobble[WORLD_ROUNDS + 1] = { 1,	1.004, 0.996, 1.002,
						 0.997, 1.005, 0.995 };

static void fill_cell(struct load_cell *c, size_t slot, unsigned round)
{
	double factor = slot ? wobble[round] : 1;

	*c = (struct load_cell){ .slot = slot,
				 .round = round,
				 .attempt = 1,
				 .warmup = round == 0,
				 .drift = drift_unknown() };
	for (size_t m = 0; m < METRIC_COUNT; m++)
		c->value[m] = NAN;
	c->value[METRIC_SESSIONS_PER_S] = 7000 * factor;
	c->value[METRIC_FORK_P50_US] = 50 * factor;
	c->value[METRIC_ZOMBIES_LEFT] = 0;
}

struct world *world_new(const char *const modes[])
{
	struct world *w = calloc(1, sizeof(*w));
	struct load_run *run = w ? &w->run : NULL;

	if (!w)
		abort();
	*run = (struct load_run){ .profile = "quick",
				  .started_utc = "-",
				  .rerun = "-",
				  .baseline = modes[0],
				  .finished = true,
				  .verdicts = true,
				  .rounds = WORLD_ROUNDS,
				  .n_experiments = 1,
				  .experiments = { { .name = "churn" } },
				  .cells = w->cells };
	for (; modes[run->n_slots]; run->n_slots++) {
		run->slots[run->n_slots].mode = modes[run->n_slots];
		slot_name(modes, run->n_slots, run->slots[run->n_slots].name);
	}
	run->slots[run->n_slots].mode = modes[0];
	run->slots[run->n_slots].again = true;
	slot_name_again(modes[0], run->slots[run->n_slots++].name);
	run->n_cells = run->planned_cells = run->n_slots * (WORLD_ROUNDS + 1);
	for (unsigned r = 0; r <= WORLD_ROUNDS; r++)
		for (size_t s = 0; s < run->n_slots; s++)
			fill_cell(world_cell(w, s, r), s, r);
	return w;
}

void world_free(struct world *w)
{
	judge_release(&w->j);
	free(w);
}

struct load_cell *world_cell(struct world *w, size_t slot, unsigned round)
{
	return &w->cells[round * w->run.n_slots + slot];
}

void world_scale(struct world *w, size_t slot, enum metric_id metric,
		 double factor)
{
	for (unsigned r = 0; r <= WORLD_ROUNDS; r++)
		world_cell(w, slot, r)->value[metric] *= factor;
}

void world_set(struct world *w, size_t slot, enum metric_id metric,
	       double value)
{
	for (unsigned r = 0; r <= WORLD_ROUNDS; r++)
		world_cell(w, slot, r)->value[metric] = value;
}

void world_children(struct world *w, size_t slot, double forks, double calls,
		    double left)
{
	world_set(w, slot, METRIC_FORKS, forks);
	world_set(w, slot, METRIC_HANDLER_CALLS, calls);
	world_set(w, slot, METRIC_ZOMBIES_LEFT, left);
}

void world_judge(struct world *w)
{
	judge_release(&w->j);
	if (judge_run(&w->run, &w->j) < 0)
		abort();
}

const char *world_finding(const struct world *w, const char *beginning)
{
	static struct findings f;

	findings_make(&w->run, &w->j, &f);
	for (size_t i = 0; i < f.n; i++)
		if (strncmp(f.list[i], beginning, strlen(beginning)) == 0)
			return f.list[i];
	return NULL;
}
