#include "bench/tell/tell_json.h"

#include <errno.h>
#include <math.h>

enum { SCHEMA = 1 };

/* Jansson frees or refuses NULL members, and the dump then fails as a whole. */
static json_t *figure(bool known, double value)
{
	return known && !isnan(value) ? json_real(value) : json_null();
}

static json_t *effect(const struct load_run *run, const struct judge_effect *e)
{
	const struct metric *m = &metrics[e->metric];
	const char *experiment = run->experiments[e->experiment].name;

	return json_pack("{ss ss ss ss sb si so so so so so ss}", "experiment",
			 experiment, "mode", run->slots[e->slot].name, "metric",
			 m->name, "unit", metric_unit_name(m->unit), "primary",
			 metric_is_primary(e->metric, experiment), "n",
			 (int)e->n, "median", figure(true, e->median), "ratio",
			 figure(e->has_ratio, e->ratio), "ci_low",
			 figure(e->has_interval, e->low), "ci_high",
			 figure(e->has_interval, e->high), "margin",
			 figure(e->margin > 0, e->margin), "verdict",
			 verdict_name(e->verdict));
}

static json_t *zombies(const struct load_run *run,
		       const struct judge_zombies *z)
{
	const double *worst = z->worst->value;

	return json_pack("{ss ss si so so so so s{si so so so so}}",
			 "experiment", run->experiments[z->experiment].name,
			 "mode", run->slots[z->slot].name, "n", (int)z->n,
			 "peak", figure(true, z->peak), "left_min",
			 figure(true, z->left_min), "left_max",
			 figure(true, z->left_max), "lifetime_ms",
			 figure(true, z->lifetime_ms), "worst_round", "round",
			 (int)z->worst->round, "forks",
			 figure(true, worst[METRIC_FORKS]), "handler_calls",
			 figure(true, worst[METRIC_HANDLER_CALLS]), "wakeups",
			 figure(true, worst[METRIC_WAKEUPS]), "zombies_left",
			 figure(true, worst[METRIC_ZOMBIES_LEFT]));
}

int tell_json(const struct tell *t, FILE *out)
{
	const struct run_status *s = &t->j->status;
	json_t *reasons = json_array(), *findings = json_array();
	json_t *results = json_array(), *left = json_array(), *all;
	int failed = 0;

	for (size_t i = 0; i < s->n_reasons; i++)
		failed |= json_array_append_new(reasons,
						json_string(s->reasons[i]));
	for (size_t i = 0; i < t->findings->n; i++)
		failed |= json_array_append_new(
			findings, json_string(t->findings->list[i]));
	for (size_t i = 0; i < t->j->n_effects; i++)
		failed |= json_array_append_new(
			results, effect(t->run, &t->j->effects[i]));
	for (size_t i = 0; i < t->j->n_zombies; i++)
		failed |= json_array_append_new(
			left, zombies(t->run, &t->j->zombies[i]));
	all = json_pack("{si ss so ss ss si so so so}", "schema_version",
			SCHEMA, "status", status_name(s->state),
			"status_reasons", reasons, "run", t->run->name,
			"baseline", t->run->baseline, "rounds",
			(int)t->run->rounds, "findings", findings, "zombies",
			left, "results", results);
	/* What fails to be written has an errno of its own. */
	errno = ENOMEM;
	if (!all || failed ||
	    json_dumpf(all, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) < 0)
		failed = -1;
	fputc('\n', out);
	json_decref(all);
	return failed || ferror(out) ? -1 : 0;
}
