#include "bench/measure/plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/rng.h"

/* A round of one experiment: every slot once, in the order of the modes. */
static size_t fill_block(struct plan_cell *cell, const struct config *config,
			 enum experiment_kind kind, unsigned round)
{
	size_t slots = config->modes + config->aa;
	const char *named[PLAN_MODES];

	for (size_t i = 0; i < config->modes; i++)
		named[i] = config->mode[i];
	for (size_t i = 0; i < slots; i++) {
		bool again = i == config->modes;

		cell[i] =
			(struct plan_cell){ .experiment = kind,
					    .round = round,
					    .warmup = round < config->warmups };
		snprintf(cell[i].mode, SLOT_NAME, "%s", named[again ? 0 : i]);
		if (again)
			slot_name_again(named[0], cell[i].slot);
		else
			slot_name(named, i, cell[i].slot);
	}
	return slots;
}

/* Fisher and Yates, as in Knuth's Algorithm P. */
static void shuffle(struct plan_cell *cell, size_t count, struct rng *rng)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = (size_t)rng_below(rng, i);
		struct plan_cell other = cell[i - 1];

		cell[i - 1] = cell[j];
		cell[j] = other;
	}
}

int plan_make(struct plan *p, const struct config *config)
{
	/* Rounds are numbered so that those that count begin with 1. */
	unsigned first = config->warmups ? 0 : 1;
	unsigned end = first + config->warmups + config->rounds;
	size_t most = (size_t)(end - first) * EXPERIMENTS *
		      (config->modes + config->aa);
	struct rng rng = { .state = config->seed };

	*p = (struct plan){ .cell = calloc(most, sizeof(p->cell[0])) };
	if (!p->cell)
		return -1;
	for (unsigned round = first; round < end; round++) {
		for (int kind = 0; kind < EXPERIMENTS; kind++) {
			struct plan_cell *block = p->cell + p->count;
			size_t slots;

			if (!config->with[kind])
				continue;
			slots = fill_block(block, config,
					   (enum experiment_kind)kind, round);
			shuffle(block, slots, &rng);
			p->count += slots;
		}
	}
	return 0;
}

void plan_release(struct plan *p)
{
	free(p->cell);
	*p = (struct plan){ 0 };
}

size_t plan_block(const struct plan *p, size_t from)
{
	size_t end = from;

	while (end < p->count &&
	       p->cell[end].experiment == p->cell[from].experiment &&
	       p->cell[end].round == p->cell[from].round)
		end++;
	return end - from;
}

double plan_estimate_s(const struct plan *p, const struct config *config,
		       size_t from)
{
	double sum_s = 0;

	for (size_t i = from; i < p->count; i++) {
		enum experiment_kind kind = p->cell[i].experiment;

		sum_s += experiment_estimate_s(kind, &config->load[kind]);
	}
	return sum_s;
}
