#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "bench/tell/tell_compare.h"

enum { SCHEMA = 1 };

/* Jansson frees or refuses NULL members, and the dump then fails as a whole. */
static json_t *figure(bool known, double value)
{
	return known && !isnan(value) ? json_real(value) : json_null();
}

static json_t *side(const struct judged *in)
{
	const struct run_status *s = &in->j.status;
	json_t *reasons = json_array();

	for (size_t i = 0; i < s->n_reasons; i++)
		json_array_append_new(reasons, json_string(s->reasons[i]));
	return json_pack("{ss ss so ss}", "run", in->run.name, "status",
			 status_name(s->state), "status_reasons", reasons,
			 "started_utc", in->run.started_utc);
}

static json_t *copy(const json_t *value)
{
	return value ? json_incref((json_t *)value) : json_null();
}

static json_t *difference(const struct comparison *c, size_t i)
{
	const struct difference *d = &c->differences.list[i];

	return json_pack("{ss so so}", "key", d->key, "a", copy(d->a), "b",
			 copy(d->b));
}

static json_t *effect(const struct comparison *c, size_t i)
{
	const struct compare_effect *e = &c->effects[i];
	const struct metric *m = &metrics[e->a->metric];
	bool ratio = e->a->slot > 0;

	return json_pack("{ss ss ss ss sb s{si si} s{so so} so so so so ss}",
			 "experiment",
			 c->a->run.experiments[e->a->experiment].name, "mode",
			 c->a->run.slots[e->a->slot].name, "metric", m->name,
			 "of", ratio ? "ratio to the baseline" : "value",
			 "primary", compare_is_primary(c, e), "n", "a",
			 (int)e->a->n, "b", (int)e->b->n, "figure", "a",
			 figure(true, ratio ? e->a->ratio : e->a->median), "b",
			 figure(true, ratio ? e->b->ratio : e->b->median),
			 "b_to_a", figure(true, e->ratio), "ci_low",
			 figure(e->has_interval, e->low), "ci_high",
			 figure(e->has_interval, e->high), "margin",
			 figure(e->margin > 0, e->margin), "verdict",
			 verdict_name(e->verdict));
}

static json_t *zombies(const struct comparison *c, size_t i)
{
	const struct compare_zombies *z = &c->zombies[i];

	return json_pack("{ss ss s{so so} ss}", "experiment",
			 c->a->run.experiments[z->a->experiment].name, "mode",
			 c->a->run.slots[z->a->slot].name, "left_max", "a",
			 figure(true, z->a->left_max), "b",
			 figure(true, z->b->left_max), "verdict",
			 verdict_name(z->verdict));
}

static json_t *note(const struct comparison *c, size_t i)
{
	return json_string(c->notes[i]);
}

static json_t *list(const struct comparison *c, size_t n,
		    json_t *(*item)(const struct comparison *c, size_t i))
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		if (json_array_append_new(array, item(c, i)) < 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

int tell_compare_json(const struct comparison *c, FILE *out)
{
	json_t *all = json_pack("{si so so sb si si so so so so}",
				"schema_version", SCHEMA, "a", side(c->a), "b",
				side(c->b), "sound", compare_is_sound(c),
				"worse", (int)compare_count(c, VERDICT_WORSE),
				"better", (int)compare_count(c, VERDICT_BETTER),
				"notes", list(c, c->n_notes, note),
				"differences",
				list(c, c->differences.n, difference),
				"results", list(c, c->n_effects, effect),
				"zombies", list(c, c->n_zombies, zombies));
	int rc = -1;

	errno = ENOMEM;
	if (all)
		rc = json_dumpf(all, out,
				JSON_INDENT(2) | JSON_REAL_PRECISION(6));
	fputc('\n', out);
	json_decref(all);
	return rc < 0 || ferror(out) ? -1 : 0;
}
