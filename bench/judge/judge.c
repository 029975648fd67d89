#include "bench/judge/judge.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json.h"
#include "bench/judge/effects.h"
#include "bench/judge/shares.h"

const char *const run_state_names[] = {
	[RUN_VALID] = "VALID",
	[RUN_NOISY] = "NOISY",
	[RUN_INCOMPLETE] = "INCOMPLETE",
	[RUN_INVALID] = "INVALID",
};

/* A level that loses more of its rounds to invalid cells makes a run INVALID. */
#define LOST_SHARE 0.05

/* Adds a sentence; what is beyond REASONS_MOST is left out. */
__attribute__((format(printf, 2, 3))) static void
reason(struct judged *j, const char *sentence, ...)
{
	va_list arguments;

	if (j->reasons == REASONS_MOST)
		return;
	va_start(arguments, sentence);
	vsnprintf(j->reason[j->reasons], REASON_BYTES, sentence, arguments);
	va_end(arguments);
	plain_text(j->reason[j->reasons++]); /* it may have been cut */
}

/* INCOMPLETE stands above INVALID, that above NOISY, that above VALID. */
static void mark_state(struct judged *j, enum run_state state)
{
	static const int gravity[] = { [RUN_VALID] = 0,
				       [RUN_NOISY] = 1,
				       [RUN_INVALID] = 2,
				       [RUN_INCOMPLETE] = 3 };

	if (gravity[state] > gravity[j->state])
		j->state = state;
}

/* --- cells and doubts ----------------------------------------------------- */

/* The number that a text begins with, or NAN: of "12.5 %, most: cc1" 12.5. */
static double leading_number(const char *text)
{
	return *text >= '0' && *text <= '9' ? strtod(text, NULL) : NAN;
}

static void add_doubt(struct judged_arm *a, enum validity_id rule,
		      const char *detail)
{
	double figure = leading_number(detail);
	struct doubt *d = a->doubt;

	while (d < a->doubt + a->doubts && d->rule != rule)
		d++;
	if (d == a->doubt + a->doubts) {
		a->doubts++;
		*d = (struct doubt){ .rule = rule, .low = NAN, .high = NAN };
		snprintf(d->example, sizeof(d->example), "%s", detail);
	}
	d->cells++;
	d->low = fmin(d->low, figure); /* of a number and a NAN the number */
	d->high = fmax(d->high, figure);
}

enum { ANY_LEVEL = LEVELS_MOST + 1 };

static bool is_of(const struct cell *c, size_t arm, size_t level)
{
	return c->round > 0 && c->arm == arm &&
	       (level == ANY_LEVEL || c->level == level);
}

/* In how many rounds a level has a cell, or a used one; -1: no memory. */
static int count_rounds(const struct run *r, size_t arm, size_t level,
			bool used, unsigned *count)
{
	unsigned last = 0;
	bool *seen;

	for (size_t i = 0; i < r->cells; i++)
		last = r->cell[i].round > last ? r->cell[i].round : last;
	*count = 0;
	seen = calloc((size_t)last + 1, sizeof(*seen));
	if (!seen)
		return -1;
	for (size_t i = 0; i < r->cells; i++) {
		const struct cell *c = &r->cell[i];

		if (!is_of(c, arm, level) || (used && !c->used))
			continue;
		*count += !seen[c->round];
		seen[c->round] = true;
	}
	free(seen);
	return 0;
}

static int count_cells(const struct run *r, size_t arm, struct judged_arm *a)
{
	for (size_t i = 0; i < r->cells; i++) {
		const struct cell *c = &r->cell[i];

		if (!is_of(c, arm, ANY_LEVEL))
			continue;
		a->cells++;
		a->invalid += c->validity.status == VALIDITY_INVALID;
		a->excluded += !c->used;
		a->used += c->used;
		if (!c->used)
			continue;
		a->suspect += c->validity.status == VALIDITY_SUSPECT;
		for (size_t k = 0; k < c->validity.count; k++)
			add_doubt(a, c->validity.found[k].rule,
				  c->validity.found[k].detail);
	}
	return count_rounds(r, arm, ANY_LEVEL, true, &a->rounds);
}

/* --- zombies -------------------------------------------------------------- */

/* Adds a figure to a sum that is NAN as long as nobody has it. */
static void add(double *sum, double figure)
{
	if (!isnan(figure))
		*sum = isnan(*sum) ? figure : *sum + figure;
}

static void count_zombies(struct judged *j, size_t arm, size_t level)
{
	struct zombie_count *z = &j->arm[arm].zombies[level];
	double left = NAN, children = NAN, *values;
	size_t n;

	for (size_t i = 0; i < j->run->cells; i++) {
		const struct cell *c = &j->run->cell[i];
		const double *v = c->value;

		if (!c->used || c->arm != arm || c->level != level)
			continue;
		z->cells++;
		z->left_min = fmin(z->left_min, v[METRIC_ZOMBIES_LEFT]);
		z->left_max = fmax(z->left_max, v[METRIC_ZOMBIES_LEFT]);
		z->peak_max = fmax(z->peak_max, v[METRIC_ZOMBIES_PEAK]);
		add(&z->forks, v[METRIC_FORKS]);
		add(&z->exits, v[METRIC_EXITS]);
		add(&z->collected, v[METRIC_COLLECTED]);
		add(&z->handler_calls, v[METRIC_HANDLER_CALLS]);
		add(&z->wakeups, v[METRIC_WAKEUPS]);
		if (isnan(v[METRIC_ZOMBIES_LEFT]))
			continue;
		add(&left, v[METRIC_ZOMBIES_LEFT]);
		add(&children, isnan(v[METRIC_FORKS]) ? v[METRIC_SESSIONS] :
							v[METRIC_FORKS]);
	}
	n = run_values(j->run, arm, level, METRIC_ZOMBIES_LEFT, &values);
	z->left_median = ranks_median(values, n);
	free(values);
	/* Sessions leave out those of the warm-up, which may leave zombies. */
	if (children > 0)
		z->share = fmin(left / children, 1);
	z->leaks = z->left_max > 0;
}

/* --- the run's state ------------------------------------------------------ */

/* Why cells of a level were invalid: the first one's first rule. */
static const char *first_fault(const struct run *r, size_t arm, size_t level)
{
	for (size_t i = 0; i < r->cells; i++) {
		const struct cell *c = &r->cell[i];

		if (is_of(c, arm, level) && c->validity.count &&
		    c->validity.status == VALIDITY_INVALID)
			return validity_rules[c->validity.found[0].rule].name;
	}
	return "no cell was measured";
}

/* Levels that lost too much to invalid cells: one sentence an arm. */
static int check_lost(struct judged *j, size_t arm)
{
	const struct run *r = j->run;
	const struct arm *a = &r->config.arm[arm];
	char text[REASON_BYTES] = "";
	size_t length = 0;

	for (size_t l = 0; l < a->levels; l++) {
		unsigned rounds, used, lost;

		if (count_rounds(r, arm, l, false, &rounds) < 0 ||
		    count_rounds(r, arm, l, true, &used) < 0)
			return -1;
		lost = rounds - used;
		/* One that waits for its retry in a run that was stopped. */
		if (!r->finished && lost < 2)
			continue;
		if (used && !(lost > LOST_SHARE * rounds))
			continue;
		mark_state(j, RUN_INVALID);
		if (length < sizeof(text))
			length += (size_t)snprintf(
				text + length, sizeof(text) - length,
				"%s%s %u of %u (%s)", length ? ", " : "",
				a->level[l].name, lost, rounds,
				first_fault(r, arm, l));
	}
	if (*text)
		reason(j, "%s: rounds without a usable cell: %.200s.",
		       a->experiment->name, text);
	return 0;
}

static void check_end(struct judged *j)
{
	const struct run *r = j->run;

	if (r->finished)
		return;
	mark_state(j, RUN_INCOMPLETE);
	if (strcmp(r->interrupted_by, "BUDGET") == 0)
		reason(j, "Its time ran out after %zu cells, %.0f s.", r->cells,
		       r->elapsed_s);
	else if (*r->interrupted_by)
		reason(j, "%s stopped it after %zu cells, %.0f s.",
		       r->interrupted_by, r->cells, r->elapsed_s);
	else
		reason(j,
		       "It is not finished: it has %zu cells so far, %.0f s.",
		       r->cells, r->elapsed_s);
}

/* The gate: all A/A comparisons of a run together, by Bonferroni. */
static void check_noise(struct judged *j)
{
	size_t count = 0;

	if (!profiles[j->run->config.profile].verdicts)
		return;
	for (size_t i = 0; i < j->arms; i++)
		for (int m = 0; m < METRIC_COUNT; m++)
			count += !isnan(j->arm[i].aa_p[m]);
	for (size_t i = 0; i < j->arms; i++) {
		struct judged_arm *a = &j->arm[i];
		const char *name = a->arm->experiment->name;

		for (int m = 0; m < METRIC_COUNT; m++) {
			/* False for NAN. */
			if (!(a->aa_p[m] * (double)count < AA_ALPHA))
				continue;
			a->noisy = true;
			mark_state(j, RUN_NOISY);
			reason(j,
			       "%s, %s: the baseline, measured twice, differs "
			       "from itself (p = %.2g, one of %zu such "
			       "comparisons).",
			       name, metrics[m].title, a->aa_p[m], count);
		}
		if (!((double)a->suspect > SUSPECT_SHARE * (double)a->used))
			continue;
		a->noisy = true;
		mark_state(j, RUN_NOISY);
		reason(j, "%s: %zu of the %zu cells used are suspect.", name,
		       a->suspect, a->used);
	}
}

/* --- all of it ------------------------------------------------------------ */

static const struct interval no_interval = { NAN, NAN, NAN };

static void empty_arm(struct judged_arm *a, const struct arm *arm)
{
	a->arm = arm;
	for (int m = 0; m < METRIC_COUNT; m++) {
		a->aa_p[m] = NAN;
		for (size_t c = 0; c < CURVES_MOST; c++)
			a->fit[m][c].is = no_interval;
		for (size_t l = 0; l <= LEVELS_MOST; l++)
			a->effect[m][l] = (struct effect){
				.median = NAN,
				.ratio = no_interval,
				.resolution = NAN,
			};
	}
	for (size_t l = 0; l <= LEVELS_MOST; l++) {
		a->of_floor[l] = no_interval;
		a->zombies[l] = (struct zombie_count){
			.left_min = NAN,
			.left_max = NAN,
			.left_median = NAN,
			.share = NAN,
			.peak_max = NAN,
			.forks = NAN,
			.exits = NAN,
			.collected = NAN,
			.handler_calls = NAN,
			.wakeups = NAN,
		};
	}
}

static int judge_arms(struct judged *j)
{
	const struct run *r = j->run;

	for (size_t i = 0; i < j->arms; i++) {
		struct judged_arm *a = &j->arm[i];

		empty_arm(a, &r->config.arm[i]);
		if (count_cells(r, i, a) < 0 || check_lost(j, i) < 0)
			return -1;
		for (size_t l = 0; l < a->arm->levels; l++)
			if (a->arm->experiment->counts_zombies)
				count_zombies(j, i, l);
	}
	if (effects_prepare(j) < 0)
		return -1;
	check_noise(j);
	return effects_judge(j) < 0 ? -1 : shares_judge(j);
}

struct judged *judge_run(const struct run *r)
{
	struct judged *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->run = r;
	j->arms = r->config.arms;
	check_end(j);
	if (judge_arms(j) < 0) {
		judge_free(j);
		errno = ENOMEM;
		return NULL;
	}
	return j;
}

void judge_free(struct judged *j)
{
	free(j);
}
