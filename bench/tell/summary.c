#include "bench/tell/summary.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/json.h"
#include "bench/tell/answers.h"

json_t *summary_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

int summary_dump(json_t *value, FILE *out)
{
	int rc = -1;

	errno = ENOMEM;
	if (value)
		rc = json_dumpf(value, out,
				JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(value);
	return rc < 0 || ferror(out) ? -1 : 0;
}

json_t *summary_run(const struct judged *j)
{
	json_t *reasons = json_array();

	for (size_t i = 0; i < j->reasons; i++)
		json_array_append_new(reasons, json_string(j->reason[i]));
	return json_pack("{ss ss so ss}", "run", j->run->id, "status",
			 run_state_names[j->state], "reasons", reasons,
			 "started_utc", j->run->started_utc);
}

static bool is_told(const struct judged_arm *a, size_t l, int metric)
{
	return !isnan(a->effect[metric][l].median);
}

static json_t *results_of(const struct judged_arm *a)
{
	json_t *list = json_array();

	for (int m = 0; m < METRIC_COUNT; m++)
		for (size_t l = 0; l < a->arm->levels; l++) {
			const struct effect *e = &a->effect[m][l];

			if (!is_told(a, l, m))
				continue;
			json_array_append_new(
				list,
				json_pack(
					"{ss ss sb sI so so so so ss}", "level",
					a->arm->level[l].name, "metric",
					metrics[m].name, "primary", e->primary,
					"n", (json_int_t)e->n, "median",
					summary_number(e->median), "ratio",
					summary_number(e->ratio.mid), "ci_low",
					summary_number(e->ratio.low), "ci_high",
					summary_number(e->ratio.high),
					"verdict", verdict_names[e->verdict]));
		}
	return list;
}

static json_t *slope_of(const struct judged_arm *a, int metric, size_t curve)
{
	const struct fit_result *f = &a->fit[metric][curve];
	const struct experiment *e = a->arm->experiment;
	const char *series = "";

	for (size_t l = 0; l < a->arm->levels; l++)
		if (a->arm->level[l].curve == curve)
			series = a->arm->level[l].series;
	return json_pack("{ss ss ss ss ss sI so so so}", "metric",
			 metrics[metric].name, "series", series, "fit",
			 fit_names[e->fit], "unit",
			 metric_unit_names[metrics[metric].unit], "per",
			 factors[e->factor].unit, "n", (json_int_t)f->n,
			 "slope", summary_number(f->is.mid), "ci_low",
			 summary_number(f->is.low), "ci_high",
			 summary_number(f->is.high));
}

static json_t *slopes_of(const struct judged_arm *a)
{
	json_t *list = json_array();

	for (int m = 0; m < METRIC_COUNT; m++)
		for (size_t c = 0; c < a->arm->curves; c++)
			if (a->fit[m][c].n && !isnan(a->fit[m][c].is.mid))
				json_array_append_new(list, slope_of(a, m, c));
	return list;
}

static json_t *zombies_of(const struct judged_arm *a)
{
	json_t *list = json_array();

	for (size_t l = 0; l < a->arm->levels; l++) {
		const struct zombie_count *z = &a->zombies[l];

		if (!z->cells || isnan(z->left_max))
			continue;
		json_array_append_new(
			list,
			json_pack("{ss sI so so so so so so so so so so sb}",
				  "level", a->arm->level[l].name, "cells",
				  (json_int_t)z->cells, "left_min",
				  summary_number(z->left_min), "left_median",
				  summary_number(z->left_median), "left_max",
				  summary_number(z->left_max), "share",
				  summary_number(z->share), "peak",
				  summary_number(z->peak_max), "forks",
				  summary_number(z->forks), "exits",
				  summary_number(z->exits), "collected",
				  summary_number(z->collected), "handler_calls",
				  summary_number(z->handler_calls), "wakeups",
				  summary_number(z->wakeups), "leaks",
				  z->leaks));
	}
	return list;
}

static json_t *resolutions_of(const struct judged_arm *a)
{
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(a, metric);
	json_t *all = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(
			all, metrics[metric[i]].name,
			summary_number(judge_resolution(a, metric[i])));
	return all;
}

/* A mode's CPU per session as a multiple of its floor. */
static json_t *floor_of(const struct judged_arm *a)
{
	json_t *list = json_array();

	for (size_t l = 0; l < a->arm->levels; l++) {
		const struct interval *i = &a->of_floor[l];

		if (!isnan(i->mid))
			json_array_append_new(
				list,
				json_pack("{ss so so so}", "level",
					  a->arm->level[l].name, "ratio",
					  summary_number(i->mid), "ci_low",
					  summary_number(i->low), "ci_high",
					  summary_number(i->high)));
	}
	return list;
}

static json_t *experiment_of(const struct judged_arm *a)
{
	return json_pack("{ss ss ss sI sI sI sI sI sb so so so so so}", "name",
			 a->arm->experiment->name, "factor",
			 factors[a->arm->experiment->factor].name, "baseline",
			 a->arm->level[0].name, "rounds", (json_int_t)a->rounds,
			 "cells", (json_int_t)a->cells, "used",
			 (json_int_t)a->used, "suspect", (json_int_t)a->suspect,
			 "invalid", (json_int_t)a->invalid, "noisy", a->noisy,
			 "resolution", resolutions_of(a), "results",
			 results_of(a), "slopes", slopes_of(a), "of_floor",
			 floor_of(a), "zombies", zombies_of(a));
}

static void add_text(json_t *list, const char *text)
{
	json_array_append_new(list, json_string(text));
}

int summary_json(const struct judged *j, FILE *out)
{
	const struct judged_arm *first = answers_main(j);
	struct answers *answers = malloc(sizeof(*answers));
	json_t *all, *rest, *head = summary_run(j);
	json_t *sentences = json_array(), *list = json_array();

	if (answers)
		answers_make(j, answers);
	for (size_t i = 0; answers && i < answers->count; i++)
		add_text(sentences, answers->answer[i]);
	for (size_t i = 0; answers && i < answers->doubts; i++)
		add_text(sentences, answers->doubt[i]);
	for (size_t i = 0; i < j->arms; i++)
		json_array_append_new(list, experiment_of(&j->arm[i]));
	all = json_pack("{si}", "schema_version", SCHEMA_VERSION);
	rest = json_pack("{sI so so so so}", "comparisons",
			 (json_int_t)j->comparisons, "cpu_source",
			 *j->run->cpu_source ? json_string(j->run->cpu_source) :
					       json_null(),
			 "overhead_ms",
			 summary_number(first ? answers_overhead_ms(j, first) :
						NAN),
			 "answers", sentences, "experiments", list);
	if (!answers || json_object_update(all, head) < 0 ||
	    json_object_update(all, rest) < 0) {
		json_decref(all);
		all = NULL;
	}
	json_decref(head);
	json_decref(rest);
	free(answers);
	return summary_dump(all, out);
}

static void put_number(double value, FILE *out)
{
	if (isfinite(value))
		fprintf(out, "\t%.6g", value);
	else
		fputc('\t', out);
}

int summary_tsv(const struct judged *j, FILE *out)
{
	fputs("experiment\tlevel\tmetric\tunit\tn\tmedian\tratio\tci_low\t"
	      "ci_high\tresolution\tverdict\tprimary\n",
	      out);
	for (size_t i = 0; i < j->arms; i++) {
		const struct judged_arm *a = &j->arm[i];

		for (int m = 0; m < METRIC_COUNT; m++)
			for (size_t l = 0; l < a->arm->levels; l++) {
				const struct effect *e = &a->effect[m][l];

				if (!is_told(a, l, m))
					continue;
				fprintf(out, "%s\t%s\t%s\t%s\t%zu",
					a->arm->experiment->name,
					a->arm->level[l].name, metrics[m].name,
					metric_unit_names[metrics[m].unit],
					e->n);
				put_number(e->median, out);
				put_number(e->ratio.mid, out);
				put_number(e->ratio.low, out);
				put_number(e->ratio.high, out);
				put_number(e->resolution, out);
				fprintf(out, "\t%s\t%d\n",
					verdict_names[e->verdict], e->primary);
			}
	}
	return ferror(out) ? -1 : 0;
}
