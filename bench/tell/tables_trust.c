#include "bench/tell/tables_trust.h"

#include <string.h>

#include "bench/tell/words.h"
#include "bench/validity.h"

struct table tables_doubts(const struct load_run *run)
{
	struct table t = { .columns = 4,
			   .prose = true,
			   .heads = { "cell", "validity", "used", "why" } };

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		const json_t *reason;
		char why[512] = "";
		size_t k;

		if (c->validity == CELL_VALID && !c->excluded)
			continue;
		json_array_foreach((json_t *)c->reasons, k, reason)
			words_add(why, sizeof(why), "%s%s", k ? "; " : "",
				  json_string_value(reason) ?
					  json_string_value(reason) :
					  "-");
		table_put(&t, "%s", c->folder);
		table_put(&t, "%s",
			  c->validity == CELL_VALID   ? "valid" :
			  c->validity == CELL_SUSPECT ? "suspect" :
							"invalid")
			->tone = c->validity == CELL_SUSPECT ? TONE_DOUBT :
							       TONE_BAD;
		table_put(&t, "%s",
			  load_usable(c) ? "yes" :
			  c->warmup	 ? "no: warm-up" :
			  c->excluded	 ? "no: run again" :
					   "no");
		table_put(&t, "%s", *why ? why : "-");
	}
	return t;
}

struct table tables_outliers(const struct judgement *j)
{
	struct table t = { .columns = 5,
			   .heads = { "cell", "figure", "value",
				      "median of the rounds", "ratio" },
			   .right = { false, false, true, true, true } };

	for (size_t i = 0; i < j->n_outliers; i++) {
		const struct judge_outlier *o = &j->outliers[i];
		const struct metric *m = &metrics[o->metric];
		double value = o->cell->value[o->metric];
		char text[WORDS];

		table_put(&t, "%s", o->cell->folder);
		table_put(&t, "%s", m->title);
		table_put(&t, "%s", words_value(value, m->unit, text));
		table_put(&t, "%s", words_value(o->median, m->unit, text));
		table_put(&t, "%s", words_ratio(value / o->median, text));
	}
	return t;
}

static bool broke(const struct load_cell *c, const char *rule)
{
	const json_t *name;
	size_t i;

	json_array_foreach((json_t *)c->rules, i, name)
	{
		if (json_is_string(name) &&
		    strcmp(json_string_value(name), rule) == 0)
			return true;
	}
	return false;
}

/* Older runs say why a cell is in doubt, and not by which rule. */
static bool all_named(const struct load_run *run)
{
	for (size_t i = 0; i < run->n_cells; i++)
		if (run->cells[i].validity != CELL_VALID &&
		    !run->cells[i].rules)
			return false;
	return true;
}

static void put_count(struct table *t, const struct load_run *run,
		      const char *rule, enum table_tone tone)
{
	struct table_cell *cell;
	size_t n = 0;

	for (size_t i = 0; i < run->n_cells; i++)
		n += broke(&run->cells[i], rule);
	cell = all_named(run) ? table_put(t, "%zu", n) : table_put(t, "-");
	cell->tone = n ? tone : TONE_PLAIN;
}

/* A name that this program has no rule for, met here for the first time. */
static bool is_new(const struct load_run *run, size_t cell, size_t at,
		   const char *name)
{
	const json_t *rules = run->cells[cell].rules;

	if (!name || validity_find(name))
		return false;
	for (size_t i = 0; i < cell; i++)
		if (broke(&run->cells[i], name))
			return false;
	for (size_t i = 0; i < at; i++) {
		const json_t *before = json_array_get(rules, i);

		if (json_is_string(before) &&
		    strcmp(json_string_value(before), name) == 0)
			return false;
	}
	return true;
}

/* Those that another version of this program judged by. */
static void put_unknown(struct table *t, const struct load_run *run)
{
	const json_t *rule;
	size_t k;

	for (size_t i = 0; i < run->n_cells; i++)
		json_array_foreach((json_t *)run->cells[i].rules, k, rule)
		{
			const char *name = json_string_value(rule);

			if (!is_new(run, i, k, name))
				continue;
			table_put(t, "%s", name);
			table_put(t, "not a rule of this version");
			table_put(t, "-");
			table_put(t, "see the cell's reasons");
			put_count(t, run, name, TONE_DOUBT);
		}
}

struct table tables_rules(const struct load_run *run)
{
	struct table t = { .columns = run ? 5 : 4,
			   .prose = true,
			   .heads = { "rule", "broken if", "the cell is",
				      "what to do", "cells" },
			   .right = { false, false, false, false, true } };

	for (size_t i = 0; i < validity_rule_count; i++) {
		const struct validity_rule *rule = &validity_rules[i];
		enum table_tone tone = rule->consequence == VALIDITY_INVALID ?
					       TONE_BAD :
					       TONE_DOUBT;
		char condition[VALIDITY_REASON];

		validity_condition(rule, condition);
		table_put(&t, "%s", rule->name);
		table_put(&t, "%s", condition);
		table_put(&t, "%s", validity_name(rule->consequence));
		table_put(&t, "%s", rule->advice);
		if (run)
			put_count(&t, run, rule->name, tone);
	}
	if (run)
		put_unknown(&t, run);
	return t;
}
