#include "bench/judge/judge_zombies.h"

#include <math.h>

const struct judge_zombies *judge_find_zombies(const struct judgement *j,
					       size_t experiment, size_t slot)
{
	for (size_t i = 0; i < j->n_zombies; i++)
		if (j->zombies[i].experiment == experiment &&
		    j->zombies[i].slot == slot)
			return &j->zombies[i];
	return NULL;
}

static void count(struct judge_zombies *z, const struct load_cell *c)
{
	double left = c->value[METRIC_ZOMBIES_LEFT];

	z->peak = fmax(z->peak, c->value[METRIC_ZOMBIES_PEAK]);
	if (isnan(left))
		return;
	z->left_min = fmin(z->left_min, left);
	z->left_max = fmax(z->left_max, left);
	if (!z->worst || left > z->worst->value[METRIC_ZOMBIES_LEFT])
		z->worst = c;
	if (!isnan(c->value[METRIC_FORKS])) {
		z->left_sum += left;
		z->forks_sum += c->value[METRIC_FORKS];
	}
	z->n++;
}

void judge_zombies(const struct load_run *run, struct judgement *j)
{
	for (size_t e = 0; e < run->n_experiments; e++)
		for (size_t slot = 0; slot < run->n_slots; slot++) {
			struct judge_zombies z = { .experiment = e,
						   .slot = slot,
						   .peak = NAN,
						   .left_min = NAN,
						   .left_max = NAN };
			double lifetimes = 0;
			size_t n_lifetimes = 0;

			for (size_t i = 0; i < run->n_cells; i++) {
				const struct load_cell *c = &run->cells[i];
				double ms;

				if (c->experiment != e || c->slot != slot ||
				    !load_usable(c))
					continue;
				count(&z, c);
				ms = c->value[METRIC_ZOMBIE_LIFETIME_MS];
				if (!isnan(ms)) {
					lifetimes += ms;
					n_lifetimes++;
				}
			}
			z.lifetime_ms =
				n_lifetimes ? lifetimes / (double)n_lifetimes :
					      NAN;
			if (z.n && !run->slots[slot].again)
				j->zombies[j->n_zombies++] = z;
		}
}
