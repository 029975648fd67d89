#include "bench/judge/effects.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const verdict_names[] = {
	[VERDICT_NONE] = "",
	[VERDICT_BASELINE] = "baseline",
	[VERDICT_BETTER] = "better",
	[VERDICT_WORSE] = "worse",
	[VERDICT_SAME] = "same",
	[VERDICT_UNCLEAR] = "unclear",
	[VERDICT_WITHHELD] = "withheld",
};

static const struct interval no_interval = { NAN, NAN, NAN };

static bool has_verdicts(const struct run *r)
{
	return profiles[r->config.profile].verdicts;
}

static bool is_ordered(const struct arm *a)
{
	return factors[a->experiment->factor].ordered;
}

/* --- one comparison ------------------------------------------------------- */

enum verdict judge_verdict(const struct interval *i, enum metric_better better)
{
	if (!interval_is_closed(i))
		return VERDICT_UNCLEAR;
	if (i->low > 1 || i->high < 1)
		return (i->low > 1) == (better == BETTER_HIGHER) ?
			       VERDICT_BETTER :
			       VERDICT_WORSE;
	if (i->low >= 1 / SAME_WITHIN && i->high <= SAME_WITHIN)
		return VERDICT_SAME;
	return VERDICT_UNCLEAR;
}

/* The rounds of these levels with all values above 0; -1: no memory. */
static int positive_rounds(const struct run *r, size_t arm, int metric,
			   const size_t levels[], size_t width, double **values,
			   size_t *rounds)
{
	size_t all = run_rounds(r, arm, metric, levels, width, values), n = 0;

	*rounds = 0;
	if (!*values) {
		errno = ENOMEM;
		return -1;
	}
	for (size_t i = 0; i < all; i++) {
		const double *in = *values + i * width;
		bool positive = true;

		for (size_t k = 0; k < width; k++)
			positive &= in[k] > 0;
		if (positive)
			memmove(*values + n++ * width, in, width * sizeof(*in));
	}
	*rounds = n;
	return 0;
}

int judge_ratio(const struct run *r, size_t arm, size_t level, int metric,
		double alpha, struct interval *out, size_t *rounds)
{
	int aa = arm_aa(&r->config.arm[arm]);
	size_t levels[RANKS_ROUND_MOST] = { level, 0, (size_t)aa };
	size_t width = aa < 0 || level == (size_t)aa ? 2 : RANKS_ROUND_MOST;
	double *values;
	int rc;

	*out = no_interval;
	rc = positive_rounds(r, arm, metric, levels, width, &values, rounds);
	if (rc == 0 && *rounds)
		rc = ranks_interval(&(struct ranks){ *rounds, width, values },
				    alpha, out);
	free(values);
	return rc;
}

/* --- what is compared ----------------------------------------------------- */

static bool is_measured(const struct run *r, int metric)
{
	for (size_t i = 0; i < r->cells; i++)
		if (r->cell[i].used && !isnan(r->cell[i].value[metric]))
			return true;
	return false;
}

/*
 * Marks an arm's primary metrics. Where the CPU time of all of the server could
 * not be measured, the parent's takes its place.
 */
static void mark_primary(struct judged_arm *a, bool has_cpu)
{
	for (const int *m = a->arm->experiment->primary; *m >= 0; m++) {
		int metric = *m == METRIC_CPU_US && !has_cpu ?
				     METRIC_PARENT_CPU_US :
				     *m;

		for (size_t l = 0; l < a->arm->levels; l++)
			a->effect[metric][l].primary = true;
	}
}

static bool is_primary(const struct judged_arm *a, int metric)
{
	return a->effect[metric][0].primary;
}

/* As config_comparisons(): by what can be measured, not by what was. */
static size_t comparisons_of(const struct config *c, const struct judged_arm *a)
{
	size_t count = 0;

	for (int m = 0; m < METRIC_COUNT; m++) {
		if (!is_primary(a, m) || !config_measures(c, a->arm, 0, m))
			continue;
		if (is_ordered(a->arm) &&
		    experiment_fits(a->arm->experiment, m))
			count += a->arm->curves;
		if (is_ordered(a->arm) || !metric_has_ratio(m))
			continue;
		for (size_t l = 0; l < a->arm->levels; l++)
			count += arm_is_compared(a->arm, l) &&
				 config_measures(c, a->arm, l, m);
	}
	return count;
}

/* --- A/A ------------------------------------------------------------------ */

/* The p of the baseline's two cells a round: are they from the same? */
static int judge_aa(struct judged *j, size_t arm, int metric)
{
	struct judged_arm *a = &j->arm[arm];
	int aa = arm_aa(a->arm), rc;
	size_t levels[2] = { (size_t)aa, 0 }, rounds;
	double *values;

	if (aa < 0 || !is_primary(a, metric) || !metric_has_ratio(metric))
		return 0;
	rc = positive_rounds(j->run, arm, metric, levels, 2, &values, &rounds);
	if (rc == 0 && rounds) {
		a->aa_p[metric] =
			ranks_p(&(struct ranks){ rounds, 2, values }, 1);
		rc = isnan(a->aa_p[metric]) ? -1 : 0;
	}
	free(values);
	return rc;
}

/* --- effects and fits ----------------------------------------------------- */

static double median_of(const struct run *r, size_t arm, size_t level,
			int metric, size_t *n)
{
	double *values, median;

	*n = run_values(r, arm, level, metric, &values);
	median = ranks_median(values, *n);
	free(values);
	return median;
}

static enum verdict verdict_of(const struct judged *j,
			       const struct judged_arm *a, int metric,
			       size_t level)
{
	const struct effect *e = &a->effect[metric][level];

	if (level == 0)
		return VERDICT_BASELINE;
	if (!e->primary || !has_verdicts(j->run) || isnan(e->ratio.mid) ||
	    !arm_is_compared(a->arm, level))
		return VERDICT_NONE;
	if (a->noisy)
		return VERDICT_WITHHELD;
	return judge_verdict(&e->ratio, metrics[metric].better);
}

static int judge_effect(struct judged *j, size_t arm, int metric, size_t level,
			double alpha)
{
	struct judged_arm *a = &j->arm[arm];
	struct effect *e = &a->effect[metric][level];
	size_t rounds;

	e->median = median_of(j->run, arm, level, metric, &e->n);
	if (is_ordered(a->arm) || !metric_has_ratio(metric) || !e->n)
		return 0;
	if (level > 0) {
		if (judge_ratio(j->run, arm, level, metric, alpha, &e->ratio,
				&rounds) < 0)
			return -1;
		e->n = rounds;
	}
	if (!isnan(e->ratio.mid) && arm_is_compared(a->arm, level))
		e->resolution = fmax(e->ratio.high / e->ratio.mid,
				     e->ratio.mid / e->ratio.low) -
				1;
	e->verdict = verdict_of(j, a, metric, level);
	return 0;
}

/* Least squares of y over the levels' values; `count` of them that differ. */
static double slope_of(const double x[], const double y[], size_t count)
{
	double mean_x = 0, mean_y = 0, xy = 0, xx = 0;

	for (size_t i = 0; i < count; i++) {
		mean_x += x[i] / (double)count;
		mean_y += y[i] / (double)count;
	}
	for (size_t i = 0; i < count; i++) {
		xy += (x[i] - mean_x) * (y[i] - mean_y);
		xx += (x[i] - mean_x) * (x[i] - mean_x);
	}
	return xx > 0 ? xy / xx : NAN;
}

/* The levels of a curve, and their values. Returns how many. */
static size_t points_of(const struct arm *a, size_t curve, size_t levels[],
			double x[])
{
	size_t count = 0;

	for (size_t l = 0; l < a->levels && count < LEVELS_MOST; l++)
		if (!a->level[l].aa && a->level[l].curve == curve) {
			x[count] = a->level[l].value;
			levels[count++] = l;
		}
	return count;
}

/*
 * Where two lines meet: achieved = offered up to the knee, and beyond it what
 * is reached, a constant. Least squares: of the constants that the highest k
 * points suggest, the one with the least sum. With no point beyond it, the
 * highest rate offered, which is then a lower bound.
 */
static double knee_of(const double offered[], const double achieved[],
		      size_t count)
{
	double best = NAN, least = INFINITY;

	for (size_t k = 0; k <= count; k++) {
		double knee = 0, sum = 0;

		for (size_t i = count - k; i < count; i++)
			knee += achieved[i] / (double)k;
		if (!k)
			knee = offered[count - 1];
		for (size_t i = 0; i < count; i++) {
			double d = achieved[i] - fmin(offered[i], knee);

			sum += d * d;
		}
		if (sum < least) {
			least = sum;
			best = knee;
		}
	}
	return best;
}

/* One round's figure; NAN: it has none. */
static double fit_of(enum fit fit, double x[], double y[], size_t count)
{
	double lx[LEVELS_MOST], ly[LEVELS_MOST];

	if (fit == FIT_KNEE)
		return knee_of(x, y, count);
	if (fit == FIT_SLOPE)
		return slope_of(x, y, count);
	for (size_t i = 0; i < count; i++) {
		if (!(x[i] > 0 && y[i] > 0))
			return NAN;
		lx[i] = log(x[i]);
		ly[i] = log(y[i]);
	}
	return slope_of(lx, ly, count);
}

/* A figure for each round in which all levels were used; then their centre. */
static int judge_fit(struct judged *j, size_t arm, size_t curve, int metric,
		     double alpha)
{
	struct judged_arm *a = &j->arm[arm];
	enum fit fit = a->arm->experiment->fit;
	struct fit_result *f = &a->fit[metric][curve];
	size_t levels[LEVELS_MOST], count, rounds;
	double x[LEVELS_MOST], *values;
	int rc = 0;

	if (!is_ordered(a->arm) || !experiment_fits(a->arm->experiment, metric))
		return 0;
	count = points_of(a->arm, curve, levels, x);
	if (!count)
		return 0;
	for (size_t i = 0; i < count && fit == FIT_KNEE; i++)
		x[i] *= (double)a->arm->load.reference_per_s / 100;
	rounds = run_rounds(j->run, arm, metric, levels, count, &values);
	if (!values)
		return -1;
	for (size_t i = 0; i < rounds; i++) {
		double one = fit_of(fit, x, values + i * count, count);

		if (!isnan(one))
			values[f->n++] = one;
	}
	if (f->n)
		rc = ranks_centre(values, f->n, alpha, &f->is);
	free(values);
	return rc;
}

static int judge_arm(struct judged *j, size_t arm)
{
	size_t m = j->comparisons ? j->comparisons : 1;
	double alpha = (1 - JOINT_LEVEL) / (double)m;

	for (int i = 0; i < METRIC_COUNT; i++) {
		for (size_t l = 0; l < j->arm[arm].arm->levels; l++)
			if (judge_effect(j, arm, i, l, alpha) < 0)
				return -1;
		for (size_t c = 0; c < j->arm[arm].arm->curves; c++)
			if (judge_fit(j, arm, c, i, alpha) < 0)
				return -1;
	}
	return 0;
}

double judge_resolution(const struct judged_arm *a, int metric)
{
	double worst = NAN;

	for (size_t l = 0; l < a->arm->levels; l++)
		if (a->effect[metric][l].primary)
			worst = fmax(worst, a->effect[metric][l].resolution);
	return worst;
}

/* --- all of it ------------------------------------------------------------ */

int effects_prepare(struct judged *j)
{
	bool has_cpu = is_measured(j->run, METRIC_CPU_US);

	for (size_t i = 0; i < j->arms; i++) {
		struct judged_arm *a = &j->arm[i];

		mark_primary(a, has_cpu);
		if (a->cells)
			j->comparisons += comparisons_of(&j->run->config, a);
		for (int m = 0; m < METRIC_COUNT; m++)
			if (judge_aa(j, i, m) < 0)
				return -1;
	}
	return 0;
}

int effects_judge(struct judged *j)
{
	for (size_t i = 0; i < j->arms; i++)
		if (judge_arm(j, i) < 0)
			return -1;
	return 0;
}
