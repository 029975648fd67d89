#include "bench/judge/compare.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge/rank_sum.h"

__attribute__((format(printf, 2, 3))) static void note(struct comparison *c,
						       const char *format, ...)
{
	va_list args;

	if (c->n_notes == COMPARE_NOTES)
		return;
	va_start(args, format);
	vsnprintf(c->notes[c->n_notes++], COMPARE_NOTE, format, args);
	va_end(args);
}

static size_t slot_of(const struct load_run *run, const char *name)
{
	size_t i = 0;

	while (i < run->n_slots && strcmp(run->slots[i].name, name) != 0)
		i++;
	return i;
}

static size_t experiment_of(const struct load_run *run, const char *name)
{
	size_t i = 0;

	while (i < run->n_experiments &&
	       strcmp(run->experiments[i].name, name) != 0)
		i++;
	return i;
}

/* Says what only one of the runs has. */
static void note_absent(struct comparison *c, const struct load_run *here,
			const struct load_run *there, char name)
{
	for (size_t i = 0; i < here->n_experiments; i++)
		if (experiment_of(there, here->experiments[i].name) ==
		    there->n_experiments)
			note(c, "%s is not compared: only %c has it",
			     here->experiments[i].name, name);
	for (size_t i = 0; i < here->n_slots; i++)
		if (!here->slots[i].again &&
		    slot_of(there, here->slots[i].name) == there->n_slots)
			note(c, "%s is not compared: only %c has it",
			     here->slots[i].name, name);
}

static void put_load(const struct load_experiment *e, char out[128])
{
	snprintf(out, 128, "%ju at once, %ju sessions, %g s, %g messages/s",
		 (uintmax_t)e->concurrency, (uintmax_t)e->sessions,
		 e->duration_s, e->message_rate);
}

static bool same_load(struct comparison *c, const struct load_experiment *a,
		      const struct load_experiment *b)
{
	char in_a[128], in_b[128];

	if (a->concurrency == b->concurrency && a->sessions == b->sessions &&
	    a->duration_s == b->duration_s &&
	    a->message_rate == b->message_rate)
		return true;
	put_load(a, in_a);
	put_load(b, in_b);
	note(c, "%s is not compared, as its load differs: %s in A; %s in B",
	     a->name, in_a, in_b);
	return false;
}

/* --- figures -------------------------------------------------------------- */

/* What a sample holds for an effect, as logarithms; room for n_cells each. */
static size_t sample_of(const struct load_run *run,
			const struct judge_effect *e, double values[],
			double logs[])
{
	size_t n = judge_rounds(run, e, values, logs), kept = 0;

	if (e->has_ratio)
		return n;
	for (size_t i = 0; i < n; i++)
		if (values[i] > 0)
			logs[kept++] = log(values[i]);
	return kept;
}

/* The metric's margin in a run: its last slot's, as the baseline has none. */
static double margin_in(const struct judged *in, const struct judge_effect *e)
{
	if (in->run.n_slots < 2)
		return JUDGE_SAME;
	return judge_find(&in->j, e->experiment, e->metric, in->run.n_slots - 1)
		->margin;
}

static enum verdict decide(const struct comparison *c,
			   const struct compare_effect *e)
{
	if (!c->a->run.verdicts || !c->b->run.verdicts)
		return VERDICT_NONE;
	if (!e->has_interval)
		return VERDICT_NO_CI;
	if (!(e->margin > 0))
		return VERDICT_NO_AA;
	return judge_interval(e->low, e->high, e->margin, e->a->metric);
}

/*
 * Judges e->a against e->b. Returns whether both have figures, or -1 with
 * errno ENOMEM.
 */
static int judge_pair(const struct comparison *c, struct compare_effect *e,
		      double *room)
{
	const struct load_run *run_a = &c->a->run, *run_b = &c->b->run;
	double margin_a = margin_in(c->a, e->a);
	double margin_b = margin_in(c->b, e->b);
	double *a = room + run_a->n_cells;
	double *values_b = a + run_a->n_cells, *b = values_b + run_b->n_cells;
	size_t n = sample_of(run_a, e->a, room, a);
	size_t m = sample_of(run_b, e->b, values_b, b);
	struct stats_shift shift;

	if (!n || !m)
		return 0;
	if (rank_sum_shift(a, n, b, m, &shift) < 0)
		return -1;
	e->ratio = exp(shift.estimate);
	e->low = exp(shift.low);
	e->high = exp(shift.high);
	e->has_interval = shift.interval && n >= COMPARE_ROUNDS &&
			  m >= COMPARE_ROUNDS;
	if (margin_a > 0 && margin_b > 0)
		e->margin = fmax(fmax(margin_a, margin_b),
				 e->a->slot == 0 ? COMPARE_BASELINE : 1);
	e->verdict = decide(c, e);
	return 1;
}

static bool is_compared(const struct comparison *c,
			const struct compare_effect *e)
{
	if (!e->b || metrics[e->a->metric].judged != JUDGED_BY_RATIO ||
	    c->a->run.slots[e->a->slot].again)
		return false;
	return e->a->slot == 0 ? compare_is_primary(c, e) :
				 e->a->has_ratio && e->b->has_ratio;
}

/* Every figure of an experiment that both runs have. */
static int compare_figures(struct comparison *c, size_t in_a, size_t in_b,
			   double *room)
{
	for (size_t i = 0; i < c->a->j.n_effects; i++) {
		const struct judge_effect *a = &c->a->j.effects[i];
		const char *slot = c->a->run.slots[a->slot].name;
		struct compare_effect e = {
			.a = a,
			.b = judge_find(&c->b->j, in_b, a->metric,
					slot_of(&c->b->run, slot)),
		};
		int found;

		if (a->experiment != in_a || !is_compared(c, &e))
			continue;
		found = judge_pair(c, &e, room);
		if (found < 0)
			return -1;
		if (found)
			c->effects[c->n_effects++] = e;
	}
	return 0;
}

/* --- zombies -------------------------------------------------------------- */

static enum verdict of_leaks(bool a, bool b)
{
	if (a == b)
		return a ? VERDICT_LEAKS : VERDICT_CLEAN;
	return b ? VERDICT_WORSE : VERDICT_BETTER;
}

static void compare_leaks(struct comparison *c, size_t in_a, size_t in_b)
{
	for (size_t i = 0; i < c->a->j.n_zombies; i++) {
		const struct judge_zombies *a = &c->a->j.zombies[i];
		const char *slot = c->a->run.slots[a->slot].name;
		const struct judge_zombies *b = judge_find_zombies(
			&c->b->j, in_b, slot_of(&c->b->run, slot));

		if (a->experiment == in_a && b)
			c->zombies[c->n_zombies++] = (struct compare_zombies){
				a, b, of_leaks(a->left_max > 0, b->left_max > 0)
			};
	}
}

/* --- the whole ------------------------------------------------------------ */

static int compare_experiments(struct comparison *c, double *room)
{
	const struct load_run *a = &c->a->run, *b = &c->b->run;
	bool same_baseline = strcmp(a->baseline, b->baseline) == 0;

	if (!same_baseline)
		note(c,
		     "only zombies are compared: A's ratios are to %s, B's to "
		     "%s",
		     a->baseline, b->baseline);
	for (size_t i = 0; i < a->n_experiments; i++) {
		size_t j = experiment_of(b, a->experiments[i].name);

		if (j == b->n_experiments ||
		    !same_load(c, &a->experiments[i], &b->experiments[j]))
			continue;
		if (same_baseline && compare_figures(c, i, j, room) < 0)
			return -1;
		compare_leaks(c, i, j);
	}
	return 0;
}

int compare_runs(const struct judged *a, const struct judged *b,
		 struct comparison *c)
{
	double *room = calloc(2 * (a->run.n_cells + b->run.n_cells) + 1,
			      sizeof(*room));
	int rc = -1;

	*c = (struct comparison){ .a = a, .b = b };
	c->effects = calloc(a->j.n_effects + 1, sizeof(*c->effects));
	c->zombies = calloc(a->j.n_zombies + 1, sizeof(*c->zombies));
	if (!room || !c->effects || !c->zombies ||
	    differences_find(&a->run, &b->run, &c->differences) < 0)
		goto out;
	note_absent(c, &a->run, &b->run, 'A');
	note_absent(c, &b->run, &a->run, 'B');
	rc = compare_experiments(c, room);
out:
	free(room);
	return rc;
}

void compare_release(struct comparison *c)
{
	differences_release(&c->differences);
	free(c->effects);
	free(c->zombies);
	*c = (struct comparison){ 0 };
}

bool compare_is_primary(const struct comparison *c,
			const struct compare_effect *e)
{
	return metric_is_primary(e->a->metric,
				 c->a->run.experiments[e->a->experiment].name);
}

size_t compare_count(const struct comparison *c, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_effects; i++)
		n += c->effects[i].verdict == verdict &&
		     compare_is_primary(c, &c->effects[i]);
	for (size_t i = 0; i < c->n_zombies; i++)
		n += c->zombies[i].verdict == verdict;
	return n;
}

bool compare_is_whole(const struct judged *in)
{
	return in->j.status.state < RUN_INCOMPLETE;
}

bool compare_is_sound(const struct comparison *c)
{
	return compare_is_whole(c->a) && compare_is_whole(c->b) &&
	       c->n_effects + c->n_zombies > 0;
}
