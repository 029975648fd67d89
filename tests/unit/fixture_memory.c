#include "tests/unit/fixture_memory.h"

#include <math.h>
#include <stdlib.h>

static const double wobble[MEMORY_ROUNDS] = { 1.004, 0.996, 1.002,
					      0.997, 1.005, 0.995 };

struct load_cell *memory_cell(struct memory_run *m, size_t slot, unsigned round)
{
	return &m->cells[(round - 1) * MEMORY_SLOTS + slot];
}

static void fill_cell(struct memory_run *m, size_t slot, unsigned round,
		      double factor)
{
	struct load_cell *c = memory_cell(m, slot, round);

	*c = (struct load_cell){ .slot = slot, .round = round, .attempt = 1 };
	for (size_t i = 0; i < METRIC_COUNT; i++)
		c->value[i] = NAN;
	c->value[METRIC_SESSIONS_PER_S] = 7000 * factor;
	c->value[METRIC_FORK_P50_US] = 50 * factor;
	c->value[METRIC_FORK_P99_US] = 90 * factor; /* not primary */
	c->value[METRIC_FORKS] = 8000;
	c->value[METRIC_ZOMBIES_LEFT] = 0;
}

struct memory_run *memory_new(double mode)
{
	struct memory_run *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	m->in.run = (struct load_run){
		.name = "run",
		.baseline = "sig-ign",
		.started_utc = "-",
		.finished = true,
		.verdicts = true,
		.rounds = MEMORY_ROUNDS,
		.planned_cells = MEMORY_SLOTS * MEMORY_ROUNDS,
		.n_slots = MEMORY_SLOTS,
		.slots = { { "sig-ign", "sig-ign", false },
			   { "none", "none", false },
			   { "sig-ign-aa", "sig-ign", true } },
		.n_experiments = 1,
		.experiments = { { .name = "churn",
				   .concurrency = 64,
				   .duration_s = 1.6 } },
		.n_cells = MEMORY_SLOTS * MEMORY_ROUNDS,
		.cells = m->cells,
	};
	for (unsigned r = 1; r <= MEMORY_ROUNDS; r++) {
		fill_cell(m, MEMORY_BASE, r, 1);
		fill_cell(m, MEMORY_MODE, r, mode * wobble[r - 1]);
		fill_cell(m, MEMORY_AGAIN, r, wobble[r - 1]);
	}
	return m;
}

void memory_free(struct memory_run *m)
{
	judge_release(&m->in.j);
	json_decref(m->in.run.source);
	json_decref(m->in.run.env);
	free(m);
}

void memory_set(struct memory_run *m, size_t slot, enum metric_id metric,
		double value)
{
	for (unsigned r = 1; r <= MEMORY_ROUNDS; r++)
		memory_cell(m, slot, r)->value[metric] = value;
}

void memory_scale(struct memory_run *m, size_t slot, double factor)
{
	for (unsigned r = 1; r <= MEMORY_ROUNDS; r++)
		for (size_t i = 0; i < METRIC_COUNT; i++)
			memory_cell(m, slot, r)->value[i] *= factor;
}

void memory_cut(struct memory_run *m, unsigned rounds)
{
	m->in.run.rounds = rounds;
	m->in.run.n_cells = m->in.run.planned_cells = rounds * MEMORY_SLOTS;
}

void memory_drop_again(struct memory_run *m)
{
	m->in.run.n_slots = MEMORY_AGAIN;
	for (unsigned r = 1; r <= MEMORY_ROUNDS; r++)
		memory_cell(m, MEMORY_AGAIN, r)->excluded = true;
	m->in.run.planned_cells = MEMORY_AGAIN * m->in.run.rounds;
}

void memory_judge(struct memory_run *m)
{
	judge_release(&m->in.j);
	if (judge_run(&m->in.run, &m->in.j) < 0)
		abort();
}
