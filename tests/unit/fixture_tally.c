#include "tests/unit/fixture_tally.h"

#include <math.h>

#define RARE 1e-5

bool tally_is_right(enum verdict verdict, double ratio, enum metric_id metric)
{
	bool better = (ratio > 1) == (metrics[metric].better == BETTER_HIGHER);

	return ratio != 1 &&
	       verdict == (better ? VERDICT_BETTER : VERDICT_WORSE);
}

bool tally_is_wrong(enum verdict verdict, double ratio, enum metric_id metric)
{
	return (verdict == VERDICT_BETTER || verdict == VERDICT_WORSE) &&
	       !tally_is_right(verdict, ratio, metric);
}

bool tally_counts(const struct load_run *run, const struct judge_effect *e,
		  const struct judge_effect **last)
{
	if (e->slot != TALLY_SLOT || !e->has_interval ||
	    !metric_is_primary(e->metric,
			       run->experiments[e->experiment].name) ||
	    (*last && (*last)->experiment == e->experiment))
		return false;
	*last = e;
	return true;
}

void tally_add(struct tally *t, const struct load_run *run,
	       const struct judgement *j, double ratio)
{
	const struct judge_effect *last = NULL;
	bool wrong = false;

	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];
		bool e_wrong = tally_is_wrong(e->verdict, ratio, e->metric);

		wrong |= e_wrong;
		if (!tally_counts(run, e, &last))
			continue;
		t->n++;
		t->missed += e->low > ratio || e->high < ratio;
		t->differs += judge_differs(e);
		t->same += e->verdict == VERDICT_SAME;
		t->right += tally_is_right(e->verdict, ratio, e->metric);
		t->wrong += e_wrong;
	}
	t->runs++;
	t->noisy += j->status.state == RUN_NOISY;
	t->wrong_runs += wrong;
}

int tally_runs(struct tally *t, const struct simulated *s, uint64_t seed,
	       size_t runs)
{
	struct rng rng = { .state = seed };

	for (size_t i = 0; i < runs; i++) {
		struct judgement j = { 0 };
		struct load_run run;
		int rc = simulated_draw(s, &rng, &run);

		if (rc == 0)
			rc = judge_run(&run, &j);
		if (rc == 0)
			tally_add(t, &run, &j, s->ratio);
		judge_release(&j);
		load_release(&run);
		if (rc < 0)
			return -1;
	}
	return 0;
}

/* The chance of `hits` or more. */
static double at_least(size_t hits, size_t n, double chance)
{
	double sum = 0, tries = (double)n;

	for (size_t i = hits; i <= n; i++) {
		double x = (double)i;

		sum += exp(lgamma(tries + 1) - lgamma(x + 1) -
			   lgamma(tries - x + 1) + x * log(chance) +
			   (tries - x) * log1p(-chance));
	}
	return sum;
}

bool tally_at_most(size_t hits, size_t n, double chance)
{
	return at_least(hits, n, chance) > RARE;
}

bool tally_fits(size_t hits, size_t n, double chance)
{
	return tally_at_most(hits, n, chance) &&
	       1 - at_least(hits + 1, n, chance) > RARE;
}

double tally_pct(size_t hits, size_t n)
{
	return 100 * (double)hits / (double)n;
}
