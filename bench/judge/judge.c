#include "bench/judge/judge.h"

#include <math.h>
#include <stdlib.h>

#include "bench/judge/judge_outliers.h"
#include "bench/judge/judge_status.h"
#include "bench/judge/judge_trend.h"
#include "bench/judge/judge_zombies.h"
#include "bench/judge/stats.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_NONE] = "-",
		[VERDICT_BASELINE] = "baseline",
		[VERDICT_SAME] = "same",
		[VERDICT_BETTER] = "better",
		[VERDICT_WORSE] = "worse",
		[VERDICT_CLOSE] = "too close to call",
		[VERDICT_NO_CI] = "no CI",
		[VERDICT_NO_AA] = "no A/A CI",
		[VERDICT_NOISY] = "noisy",
		[VERDICT_LEAKS] = "leaks",
		[VERDICT_CLEAN] = "clean",
	};

	return names[verdict];
}

const struct judge_effect *judge_find(const struct judgement *j,
				      size_t experiment, enum metric_id metric,
				      size_t slot)
{
	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];

		if (e->experiment == experiment && e->metric == metric &&
		    e->slot == slot)
			return e;
	}
	return NULL;
}

static bool compared(const struct judge_effect *e)
{
	return metrics[e->metric].judged == JUDGED_BY_RATIO && e->slot > 0;
}

size_t judge_rounds(const struct load_run *run, const struct judge_effect *e,
		    double values[], double d[])
{
	size_t n = 0;

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i], *base;
		double value = c->value[e->metric], baseline;

		if (c->experiment != e->experiment || c->slot != e->slot ||
		    !load_usable(c) || isnan(value))
			continue;
		if (compared(e)) {
			base = load_find(run, e->experiment, 0, c->round);
			baseline = base ? base->value[e->metric] : NAN;
			if (!(value > 0 && baseline > 0))
				continue;
			d[n] = log(value / baseline);
		}
		values[n++] = value;
	}
	return n;
}

/* Fills n, median and, for a compared metric, the ratio. */
static int measure(const struct load_run *run, struct judge_effect *e,
		   double *values, double *d)
{
	struct stats_shift shift;

	e->n = judge_rounds(run, e, values, d);
	e->median = e->n ? stats_median(values, e->n) : NAN;
	if (!e->n || !compared(e))
		return 0;
	if (stats_paired(d, e->n, &shift) < 0)
		return -1;
	e->has_ratio = true;
	e->ratio = exp(shift.estimate);
	e->has_interval = shift.interval;
	e->low = exp(shift.low);
	e->high = exp(shift.high);
	return 0;
}

/*
 * A factor above 1, from the baseline's comparison with itself where the run
 * has one; 0 if that has no interval.
 */
static double margin_of(const struct judge_effect *again)
{
	if (!again)
		return JUDGE_SAME;
	if (!again->has_interval)
		return 0;
	return fmax(JUDGE_SAME, fmax(again->high, 1 / again->low));
}

bool judge_differs(const struct judge_effect *e)
{
	return e->has_interval && (e->low > 1 || e->high < 1);
}

static bool is_same(double low, double high)
{
	return low >= 1 / JUDGE_SAME && high <= JUDGE_SAME;
}

enum verdict judge_interval(double low, double high, double margin,
			    enum metric_id metric)
{
	bool higher = low > margin, lower = high < 1 / margin;

	if (is_same(low, high))
		return VERDICT_SAME;
	if (!higher && !lower)
		return VERDICT_CLOSE;
	return higher == (metrics[metric].better == BETTER_HIGHER) ?
		       VERDICT_BETTER :
		       VERDICT_WORSE;
}

static bool leaks(const struct load_run *run, const struct judge_effect *e)
{
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		if (c->experiment == e->experiment && c->slot == e->slot &&
		    load_usable(c) && c->value[e->metric] > 0)
			return true;
	}
	return false;
}

static enum verdict decide(const struct load_run *run,
			   const struct judge_effect *e)
{
	if (!e->n || metrics[e->metric].judged == JUDGED_NOT)
		return VERDICT_NONE;
	if (metrics[e->metric].judged == JUDGED_BY_LEAK)
		return leaks(run, e) ? VERDICT_LEAKS : VERDICT_CLEAN;
	if (!run->verdicts)
		return VERDICT_NONE;
	if (e->slot == 0)
		return VERDICT_BASELINE;
	if (!e->has_interval)
		return VERDICT_NO_CI;
	if (run->slots[e->slot].again)
		return judge_differs(e)		? VERDICT_NOISY :
		       is_same(e->low, e->high) ? VERDICT_SAME :
						  VERDICT_NONE;
	if (!(e->margin > 0))
		return VERDICT_NO_AA;
	return judge_interval(e->low, e->high, e->margin, e->metric);
}

static bool measured(const struct load_run *run, size_t experiment,
		     enum metric_id metric)
{
	if (metric_is_primary(metric, run->experiments[experiment].name))
		return true;
	for (size_t i = 0; i < run->n_cells; i++)
		if (run->cells[i].experiment == experiment &&
		    load_usable(&run->cells[i]) &&
		    !isnan(run->cells[i].value[metric]))
			return true;
	return false;
}

/* One experiment's metric, for every slot. */
static int judge_metric(const struct load_run *run, struct judgement *j,
			size_t experiment, enum metric_id metric,
			double *scratch)
{
	struct judge_effect *first = &j->effects[j->n_effects];
	const struct judge_effect *again = NULL;

	for (size_t slot = 0; slot < run->n_slots; slot++) {
		struct judge_effect *e = &first[slot];

		*e = (struct judge_effect){ .experiment = experiment,
					    .slot = slot,
					    .metric = metric };
		if (measure(run, e, scratch, scratch + run->n_cells) < 0)
			return -1;
		if (run->slots[slot].again)
			again = e;
	}
	for (size_t slot = 0; slot < run->n_slots; slot++) {
		if (compared(&first[slot]))
			first[slot].margin = margin_of(again);
		first[slot].verdict = decide(run, &first[slot]);
	}
	j->n_effects += run->n_slots;
	return 0;
}

int judge_run(const struct load_run *run, struct judgement *j)
{
	double *scratch = calloc(2 * run->n_cells + 1, sizeof(*scratch));
	int rc = -1;

	*j = (struct judgement){ 0 };
	j->effects = calloc(run->n_experiments * METRIC_COUNT * run->n_slots,
			    sizeof(*j->effects));
	j->zombies =
		calloc(run->n_experiments * run->n_slots, sizeof(*j->zombies));
	if (!scratch || !j->effects || !j->zombies)
		goto out;
	for (size_t e = 0; e < run->n_experiments; e++)
		for (size_t m = 0; m < METRIC_COUNT; m++)
			if (measured(run, e, m) &&
			    judge_metric(run, j, e, m, scratch) < 0)
				goto out;
	judge_zombies(run, j);
	if (judge_outliers(run, j) < 0 || judge_trend(run, j) < 0)
		goto out;
	judge_status(run, j);
	rc = 0;
out:
	free(scratch);
	return rc;
}

void judge_release(struct judgement *j)
{
	free(j->effects);
	free(j->zombies);
	free(j->outliers);
	*j = (struct judgement){ 0 };
}
