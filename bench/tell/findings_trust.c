#include <math.h>
#include <string.h>

#include "bench/judge/judge_doubts.h"
#include "bench/tell/findings_parts.h"
#include "bench/tell/words.h"
#include "bench/validity.h"

enum { OUTLIERS_NAMED = 3 };

const struct judge_effect *findings_noise(const struct load_run *run,
					  const struct judgement *j,
					  double *reach)
{
	const struct judge_effect *widest = NULL;

	*reach = 1;
	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];
		double far = e->has_interval ? fmax(e->high, 1 / e->low) : 0;

		if (!run->slots[e->slot].again || far <= *reach ||
		    !metric_is_primary(e->metric,
				       run->experiments[e->experiment].name))
			continue;
		*reach = far;
		widest = e;
	}
	return widest;
}

static void say_noise(const struct load_run *run, const struct judgement *j,
		      struct findings *f)
{
	double reach;
	const struct judge_effect *widest = findings_noise(run, j, &reach);
	char margin[WORDS], name[FINDING_NAME];

	if (widest)
		words_add(finding_next(f), FINDING,
			  "noise: the widest 95 %% interval of %s against "
			  "itself reaches %s (%s in %s)",
			  finding_name(run, 0, name),
			  words_margin(reach, margin),
			  metrics[widest->metric].title,
			  run->experiments[widest->experiment].name);
}

static void say_trend(const struct load_run *run, const struct judge_trend *t,
		      struct findings *f)
{
	char name[FINDING_NAME], ratio[WORDS], low[WORDS], high[WORDS];

	if (!t->found)
		return;
	words_add(finding_next(f), FINDING,
		  "drift: from the first third of the rounds to the last, the "
		  "baseline %s itself changed, most in %s in %s: %s [%s–%s]; "
		  "ratios are within rounds and stand, medians mix both",
		  finding_name(run, 0, name), metrics[t->metric].title,
		  run->experiments[t->experiment].name,
		  words_ratio(t->ratio, ratio), words_ratio(t->low, low),
		  words_ratio(t->high, high));
}

/*
 * The cell that was run first: since boot, processes have waited least before
 * it. NULL if the kernel does not count that.
 */
static const struct load_cell *first_cell(const struct load_run *run)
{
	const struct load_cell *first = NULL;

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		double waited_s = c->drift.before.cpu_pressure_total_s;

		if (isnan(waited_s) || (first && c->round > first->round))
			continue;
		if (!first || c->round < first->round ||
		    waited_s < first->drift.before.cpu_pressure_total_s)
			first = c;
	}
	return first;
}

/* Before the first cell no load is ours. */
static void say_load(const struct load_run *run, struct findings *f)
{
	const struct load_cell *first = first_cell(run);
	json_t *host = json_object_get(run->env, "host");
	double cpus = json_number_value(json_object_get(host, "cpus"));
	char load[WORDS];

	if (!first || !(cpus > 0) ||
	    !(first->drift.before.load_1min >= cpus / 2))
		return;
	words_add(finding_next(f), FINDING,
		  "machine: before the first cell its load average was %s "
		  "already, on %g CPU%s",
		  words_count(first->drift.before.load_1min, load), cpus,
		  cpus > 1 ? "s" : "");
}

/* A reading that a rule of validity has a limit for. */
static void say_excess(const struct load_run *run, const char *rule,
		       double (*reading)(const struct drift_rise *),
		       const char *what, struct findings *f)
{
	double limit = validity_find(rule)->limit, most = 0;
	size_t over = 0, cells = 0;
	char pct[WORDS];

	for (size_t i = 0; i < run->n_cells; i++) {
		double value = reading(&run->cells[i].drift.during);

		if (!load_usable(&run->cells[i]) || isnan(value))
			continue;
		cells++;
		over += value > limit;
		most = fmax(most, value);
	}
	if (over)
		words_add(finding_next(f), FINDING,
			  "machine: during %zu of the %zu cells used %s, over "
			  "the limit of %g %%; at most %s",
			  over, cells, what, limit,
			  words_value(most, UNIT_PCT, pct));
}

static double steal(const struct drift_rise *during)
{
	return during->steal_pct;
}

static double foreign(const struct drift_rise *during)
{
	return during->foreign_cpu_pct;
}

static void say_outliers(const struct judgement *j, struct findings *f)
{
	size_t named = j->n_outliers < OUTLIERS_NAMED ? j->n_outliers :
							OUTLIERS_NAMED;
	char ratio[WORDS], *text;

	if (!j->n_outliers)
		return;
	text = finding_next(f);
	words_add(text, FINDING, "outliers, flagged and not dropped: ");
	for (size_t i = 0; i < named; i++) {
		const struct judge_outlier *o = &j->outliers[i];

		words_ratio(o->cell->value[o->metric] / o->median, ratio);
		words_add(text, FINDING, "%s%s (%s %s× its rounds’ median)",
			  words_join(i, j->n_outliers), o->cell->folder,
			  metrics[o->metric].title, ratio);
	}
	if (named < j->n_outliers)
		words_add(text, FINDING, " and %zu more",
			  j->n_outliers - named);
}

static void say_doubts(const struct load_run *run, struct findings *f)
{
	struct judge_doubts d = judge_doubts(run);
	const char *why;

	if (!d.first)
		return;
	why = json_string_value(json_array_get(d.first->reasons, 0));
	words_add(finding_next(f), FINDING,
		  "doubt: %zu of the %zu cells used are suspect, see Cells in "
		  "doubt; the first, %s: %s",
		  d.suspect, d.used, d.first->folder, why ? why : "-");
}

void findings_trust(const struct load_run *run, const struct judgement *j,
		    struct findings *f)
{
	say_noise(run, j, f);
	say_trend(run, &j->trend, f);
	say_load(run, f);
	say_excess(run, "steal", steal, "the host took CPU time", f);
	say_excess(run, "foreign-load", foreign,
		   "processes that are not forkbench’s used a CPU", f);
	say_outliers(j, f);
	say_doubts(run, f);
}
