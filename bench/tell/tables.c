#include "bench/tell/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/mode.h"
#include "bench/tell/words.h"

static void put_slot(struct table *t, const struct load_slot *slot)
{
	table_put(t, "%s", slot->name)->rgb = mode_look(slot->mode).rgb;
}

enum table_tone tables_tone(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_BETTER:
	case VERDICT_SAME:
	case VERDICT_CLEAN:
		return TONE_GOOD;
	case VERDICT_WORSE:
	case VERDICT_LEAKS:
		return TONE_BAD;
	case VERDICT_CLOSE:
	case VERDICT_NO_CI:
	case VERDICT_NO_AA:
	case VERDICT_NOISY:
		return TONE_DOUBT;
	default:
		return TONE_DIM;
	}
}

const char *tables_margin(const struct load_run *run,
			  const struct judge_effect *last, char out[WORDS])
{
	if (run->verdicts && last->margin > 0)
		return words_margin(last->margin, out);
	return words_value(NAN, UNIT_COUNT, out);
}

static void put_metric(struct table *t, const struct load_run *run,
		       const struct judge_effect *e)
{
	const struct metric *m = &metrics[e->metric];
	char margin[WORDS], text[128] = "";

	if (m->judged == JUDGED_BY_RATIO && m->better != BETTER_NEITHER)
		words_add(text, sizeof(text), " (%s is better",
			  m->better == BETTER_HIGHER ? "higher" : "lower");
	if (*text && run->verdicts)
		words_add(text, sizeof(text), ", margin %s",
			  tables_margin(run, e + run->n_slots - 1, margin));
	table_group(t, "%s, %s%s%s", run->experiments[e->experiment].name,
		    m->title, text, *text ? ")" : "");
}

struct table tables_verdicts(const struct load_run *run,
			     const struct judgement *j, bool primary)
{
	struct table t = { .columns = 5,
			   .heads = { "mode", "rounds", "median",
				      "ratio [95 % CI]", "verdict" },
			   .right = { false, true, true } };

	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];
		char median[WORDS], ratio[WORDS];

		if (metric_is_primary(e->metric,
				      run->experiments[e->experiment].name) !=
		    primary)
			continue;
		if (e->slot == 0)
			put_metric(&t, run, e);
		put_slot(&t, &run->slots[e->slot]);
		table_put(&t, "%zu", e->n);
		table_put(&t, "%s",
			  words_value(e->median, metrics[e->metric].unit,
				      median));
		table_put(&t, "%s", words_effect(e, ratio));
		table_put(&t, "%s", verdict_name(e->verdict))->tone =
			tables_tone(e->verdict);
	}
	return t;
}

static void put_number(struct table *t, bool known, double value)
{
	if (known && !isnan(value))
		table_put(t, "%.6g", value);
	else
		table_put(t, "-");
}

struct table tables_figures(const struct load_run *run,
			    const struct judgement *j)
{
	struct table t = {
		.columns = 11,
		.heads = { "mode", "experiment", "metric", "unit", "rounds",
			   "median", "ratio", "CI low", "CI high", "margin",
			   "verdict" },
		.right = { false, false, false, false, true, true, true, true,
			   true, true },
	};

	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];
		const struct metric *m = &metrics[e->metric];

		put_slot(&t, &run->slots[e->slot]);
		table_put(&t, "%s", run->experiments[e->experiment].name);
		table_put(&t, "%s", m->title);
		table_put(&t, "%s", metric_unit_name(m->unit));
		table_put(&t, "%zu", e->n);
		put_number(&t, true, e->median);
		put_number(&t, e->has_ratio, e->ratio);
		put_number(&t, e->has_interval, e->low);
		put_number(&t, e->has_interval, e->high);
		put_number(&t, e->margin > 0, e->margin);
		table_put(&t, "%s", verdict_name(e->verdict))->tone =
			tables_tone(e->verdict);
	}
	return t;
}

/* Most modes have no descriptor that could wake the daemon's loop. */
static bool are_woken(const struct judgement *j)
{
	for (size_t i = 0; i < j->n_zombies; i++)
		if (j->zombies[i].worst->value[METRIC_WAKEUPS] > 0)
			return true;
	return false;
}

struct table tables_zombies(const struct load_run *run,
			    const struct judgement *j)
{
	bool woken = are_woken(j);
	struct table t = {
		.columns = woken ? 8 : 7,
		.heads = { "mode", "peak", "left", "forks", "calls",
			   "forks − calls", "lifetime", "wake-ups" },
		.right = { false, true, true, true, true, true, true, true },
	};
	char text[WORDS];

	for (size_t i = 0; i < j->n_zombies; i++) {
		const struct judge_zombies *z = &j->zombies[i];
		const double *worst = z->worst->value;
		const char *mode = run->slots[z->slot].mode;

		if (i == 0 || z->experiment != z[-1].experiment)
			table_group(&t,
				    "%s: most at once; left at the end; %s of "
				    "the worst round",
				    run->experiments[z->experiment].name,
				    woken ? "forks, handler calls and "
					    "wake-ups" :
					    "forks and handler calls");
		put_slot(&t, &run->slots[z->slot]);
		table_put(&t, "%s", words_count(z->peak, text));
		table_put(&t, "%s",
			  words_range(z->left_min, z->left_max, text));
		table_put(&t, "%s", words_count(worst[METRIC_FORKS], text));
		table_put(&t, "%s",
			  words_count(worst[METRIC_HANDLER_CALLS], text));
		table_put(
			&t, "%s",
			strcmp(mode, "waitpid-once") == 0 ?
				words_count(worst[METRIC_FORKS] -
						    worst[METRIC_HANDLER_CALLS],
					    text) :
				"-");
		table_put(&t, "%s", words_value(z->lifetime_ms, UNIT_MS, text));
		if (woken)
			table_put(&t, "%s",
				  words_count(worst[METRIC_WAKEUPS], text));
	}
	return t;
}

void tables_put_json(struct table *t, const json_t *value)
{
	char *text;

	if (json_is_string(value)) {
		table_put(t, "%s", json_string_value(value));
		return;
	}
	text = json_is_null(value) ?
		       NULL :
		       json_dumps(value,
				  JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
	table_put(t, "%s", text ? text : "-");
	free(text);
}

struct table tables_environment(const struct load_run *run)
{
	struct table t = { .columns = 2, .prose = true };
	const char *group, *key;
	json_t *values, *value;

	json_object_foreach(run->env, group, values)
	{
		if (!json_is_object(values) || !json_object_size(values))
			continue;
		table_group(&t, "%s", group);
		json_object_foreach(values, key, value)
		{
			table_put(&t, "%s", key);
			tables_put_json(&t, value);
		}
	}
	return t;
}

struct table tables_loads(const struct load_run *run)
{
	struct table t = { .columns = 5,
			   .heads = { "experiment", "concurrency", "sessions",
				      "duration", "messages" },
			   .right = { false, true, true, true, true } };
	char text[WORDS];

	for (size_t i = 0; i < run->n_experiments; i++) {
		const struct load_experiment *e = &run->experiments[i];

		table_put(&t, "%s", e->name);
		table_put(&t, "%s",
			  words_count(e->concurrency ? (double)e->concurrency :
						       NAN,
				      text));
		table_put(&t, "%s",
			  e->sessions ? words_count((double)e->sessions, text) :
					"as many as fit");
		table_put(&t, "%s",
			  words_value(e->duration_s > 0 ? e->duration_s : NAN,
				      UNIT_S, text));
		table_put(&t, "%s",
			  words_value(e->message_rate > 0 ? e->message_rate :
							    NAN,
				      UNIT_PER_S, text));
	}
	return t;
}
