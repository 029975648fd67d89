#include "bench/measure/plan.h"

#include <math.h>
#include <stdlib.h>

#include "lib/rng.h"

/* A session and the rest of a cell, on a slow machine. */
#define SESSION_S 150e-6
#define CELL_S 20e-3
/* Of a budget: rounds may take longer than the warm-up's did. */
#define SPARE 0.75

/* Fisher and Yates, as in Knuth's Algorithm P. */
static void shuffle(struct block *b, uint64_t seed)
{
	struct rng rng = {
		.state = rng_mix(seed ^ rng_mix(((uint64_t)b->arm << 32) +
						b->round + 1)),
	};

	for (size_t i = b->count; i > 1; i--) {
		size_t j = (size_t)rng_below(&rng, i);
		size_t other = b->order[i - 1];

		b->order[i - 1] = b->order[j];
		b->order[j] = other;
	}
}

static void add(struct plan *p, const struct config *config, size_t arm,
		unsigned round)
{
	struct block *b = &p->block[p->count++];

	*b = (struct block){ .arm = arm,
			     .round = round,
			     .count = config->arm[arm].levels };
	for (size_t i = 0; i < b->count; i++)
		b->order[i] = i;
	shuffle(b, config->seed);
	p->cells += b->count;
}

int plan_warm_up(struct plan *p, const struct config *config)
{
	*p = (struct plan){ .block = calloc(config->arms + 1,
					    sizeof(p->block[0])) };
	if (!p->block)
		return -1;
	for (size_t a = 0; a < config->arms; a++)
		if (config->arm[a].experiment->warm_up &&
		    profiles[config->profile].verdicts)
			add(p, config, a, 0);
	return 0;
}

/* Where in the run a block stands, 0 to 1. */
static double place(const struct config *config, const struct block *b)
{
	return (b->round - 0.5) / config->arm[b->arm].rounds;
}

static int by_place(const void *x, const void *y, void *config)
{
	const struct block *a = x, *b = y;
	double at = place(config, a), bt = place(config, b);

	if (at != bt)
		return at < bt ? -1 : 1;
	return a->arm < b->arm ? -1 : a->arm > b->arm;
}

int plan_rounds(struct plan *p, const struct config *config)
{
	size_t blocks = 1;

	for (size_t a = 0; a < config->arms; a++)
		blocks += config->arm[a].rounds;
	*p = (struct plan){ .block = calloc(blocks, sizeof(p->block[0])) };
	if (!p->block)
		return -1;
	for (size_t a = 0; a < config->arms; a++)
		for (unsigned r = 1; r <= config->arm[a].rounds; r++)
			add(p, config, a, r);
	qsort_r(p->block, p->count, sizeof(p->block[0]), by_place,
		(void *)(uintptr_t)config);
	return 0;
}

void plan_release(struct plan *p)
{
	free(p->block);
	*p = (struct plan){ 0 };
}

double plan_guess_s(const struct arm *a)
{
	double runs = a->experiment->procedure == PROCEDURE_WALL ? WALL_RUNS :
								   1;
	double s = 0;

	for (size_t i = 0; i < a->levels; i++)
		s += CELL_S + (double)(arm_load(a, i).sessions + a->load.warm) *
				      SESSION_S;
	return runs * s;
}

/* How many rounds of an arm fit into its share of the time, scaled. */
static double rounds_in(const struct share *share, double scale, double one_s)
{
	return floor(scale * share->time_s / one_s);
}

void plan_fit(struct config *config, const double round_s[], double budget_s)
{
	const struct share *share[EXPERIMENTS_MOST];
	double time_s = budget_s, shares_s = 0, left_s, scale = 1;
	double one_s[EXPERIMENTS_MOST];
	bool open[EXPERIMENTS_MOST], again;

	for (size_t a = 0; a < config->arms; a++) {
		const struct arm *arm = &config->arm[a];

		share[a] = experiment_share(arm->experiment, config->profile);
		one_s[a] = isnan(round_s[a]) ? plan_guess_s(arm) : round_s[a];
		open[a] = !arm->rounds;
		if (open[a])
			shares_s += share[a]->time_s;
		else
			time_s -= arm->rounds * one_s[a];
	}
	left_s = budget_s > 0 ? SPARE * fmax(0, time_s) : shares_s;
	/* An arm that has no more than its least is paid by the others. */
	do {
		again = false;
		if (shares_s > 0)
			scale = fmax(0, left_s) / shares_s;
		for (size_t a = 0; a < config->arms && !again; a++) {
			if (!open[a] || rounds_in(share[a], scale, one_s[a]) >=
						share[a]->least)
				continue;
			again = true;
			open[a] = false;
			config->arm[a].rounds = share[a]->least;
			left_s -= share[a]->least * one_s[a];
			shares_s -= share[a]->time_s;
		}
	} while (again);
	for (size_t a = 0; a < config->arms; a++) {
		struct arm *arm = &config->arm[a];

		if (open[a])
			arm->rounds = (unsigned)fmin(rounds_in(share[a], scale,
							       one_s[a]),
						     share[a]->most);
		if (!arm->rounds)
			arm->rounds = 1;
	}
}
