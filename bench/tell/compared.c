#include "bench/tell/compared.h"

#include <math.h>
#include <string.h>

#include "bench/json.h"
#include "bench/tell/answers.h"
#include "bench/tell/summary.h"

enum tone compared_tone(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_BETTER:
		return TONE_GOOD;
	case VERDICT_WORSE:
		return TONE_BAD;
	case VERDICT_UNCLEAR:
	case VERDICT_WITHHELD:
		return TONE_DOUBT;
	case VERDICT_NONE:
	case VERDICT_BASELINE:
	case VERDICT_SAME:
		break;
	}
	return TONE_NONE;
}

enum tone compared_state_tone(enum run_state state)
{
	return state == RUN_VALID   ? TONE_GOOD :
	       state == RUN_INVALID ? TONE_BAD :
				      TONE_DOUBT;
}

/* --- two runs -------------------------------------------------------------- */

static void put_run(struct document *d, char letter, const struct judged *j)
{
	char text[400];

	snprintf(text, sizeof(text), "%c: %s, started %s", letter, j->run->id,
		 j->run->started_utc);
	document_pair(d, PART_STATUS, compared_state_tone(j->state),
		      run_state_names[j->state], text);
	for (size_t i = 0; i < j->reasons; i++)
		document_add(d, PART_ITEM, TONE_NONE, "%s", j->reason[i]);
}

static void put_changes(struct document *d, const struct comparison *c)
{
	const struct change *last = NULL;
	char words[WORDS];

	if (!c->changes)
		return;
	document_table(d, "each level's ratio to its baseline, and how it "
			  "changed from A to B");
	document_column(d, false, "%s", "");
	document_column(d, false, "A");
	document_column(d, false, "B");
	document_column(d, false, "B to A");
	document_column(d, false, "verdict");
	for (size_t i = 0; i < c->changes; i++) {
		const struct change *e = &c->change[i];

		if (!last || last->metric != e->metric ||
		    strcmp(last->experiment, e->experiment) != 0)
			document_group(d, "%s, %s", e->experiment,
				       metrics[e->metric].title);
		last = e;
		document_cell(d, TONE_NONE, "%s", e->level);
		document_cell(d, TONE_NONE, "%s", words_ratio(&e->a, words));
		document_cell(d, TONE_NONE, "%s", words_ratio(&e->b, words));
		document_cell(d, TONE_NONE, "%s",
			      words_ratio(&e->b_to_a, words));
		document_cell(d, compared_tone(e->verdict), "%s",
			      verdict_names[e->verdict]);
	}
}

static void put_zombie_changes(struct document *d, const struct comparison *c)
{
	char count[METRIC_WORDS];

	if (!c->zombie_changes)
		return;
	document_table(d, "most zombies that a cell left");
	document_column(d, false, "zombies left");
	document_column(d, true, "A");
	document_column(d, true, "B");
	document_column(d, false, "verdict");
	for (size_t i = 0; i < c->zombie_changes; i++) {
		const struct zombie_change *z = &c->zombie_change[i];

		if (!i || strcmp(z[-1].experiment, z->experiment) != 0)
			document_group(d, "%s", z->experiment);
		document_cell(d, TONE_NONE, "%s", z->level);
		document_cell(d, TONE_NONE, "%s", words_count(z->a_max, count));
		document_cell(d, TONE_NONE, "%s", words_count(z->b_max, count));
		document_cell(d, compared_tone(z->verdict), "%s",
			      verdict_names[z->verdict]);
	}
}

static void put_differences(struct document *d, const struct comparison *c)
{
	if (!c->differences)
		return;
	document_table(d, "what differs between the machines and the "
			  "configurations");
	document_column(d, false, "what differs");
	document_column(d, false, "A");
	document_column(d, false, "B");
	for (size_t i = 0; i < c->differences; i++) {
		document_cell(d, TONE_NONE, "%s", c->difference[i].key);
		document_cell(d, TONE_NONE, "%s", c->difference[i].a);
		document_cell(d, TONE_NONE, "%s", c->difference[i].b);
	}
}

static void put_conclusion(struct document *d, const struct comparison *c)
{
	static const enum verdict told[] = { VERDICT_WORSE, VERDICT_BETTER,
					     VERDICT_SAME, VERDICT_UNCLEAR,
					     VERDICT_WITHHELD };
	size_t all = c->changes + c->zombie_changes, judged = 0;
	char text[ANSWER_BYTES] = "";

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
		size_t count = compare_count(c, told[i]);

		if (!count && told[i] == VERDICT_WITHHELD)
			continue;
		words_add(text, sizeof(text), "%s%zu %s", i ? ", " : "", count,
			  verdict_names[told[i]]);
		judged += count;
	}
	if (judged < all)
		words_add(text, sizeof(text), ", %zu without a verdict",
			  all - judged);
	if (!all)
		document_add(d, PART_PARAGRAPH, TONE_DOUBT,
			     "Nothing could be compared.");
	else
		document_add(d, PART_PARAGRAPH, TONE_NONE, "B against A: %s.",
			     text);
}

void compared_document(const struct comparison *c, struct document *d)
{
	document_title(d, "%s against %s", c->b->run->id, c->a->run->id);
	put_run(d, 'A', c->a);
	put_run(d, 'B', c->b);
	if (!c->sound)
		document_add(d, PART_ITEM, TONE_DOUBT,
			     "This comparison is not sound: a run is INVALID "
			     "or INCOMPLETE, or something of A is missing in "
			     "B. Measure it again before you rely on it.");
	for (size_t i = 0; i < c->notes; i++)
		document_add(d, PART_ITEM, TONE_NONE, "%s", c->note[i]);
	put_differences(d, c);
	put_changes(d, c);
	put_zombie_changes(d, c);
	put_conclusion(d, c);
}

static json_t *interval_json(const struct interval *i)
{
	return json_pack("{so so so}", "ratio", summary_number(i->mid),
			 "ci_low", summary_number(i->low), "ci_high",
			 summary_number(i->high));
}

static json_t *changes_json(const struct comparison *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->changes; i++) {
		const struct change *e = &c->change[i];

		json_array_append_new(
			list, json_pack("{ss ss ss so so so ss}", "experiment",
					e->experiment, "level", e->level,
					"metric", metrics[e->metric].name, "a",
					interval_json(&e->a), "b",
					interval_json(&e->b), "b_to_a",
					interval_json(&e->b_to_a), "verdict",
					verdict_names[e->verdict]));
	}
	return list;
}

static json_t *zombie_changes_json(const struct comparison *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->zombie_changes; i++) {
		const struct zombie_change *z = &c->zombie_change[i];

		json_array_append_new(
			list, json_pack("{ss ss so so ss}", "experiment",
					z->experiment, "level", z->level,
					"a_max", summary_number(z->a_max),
					"b_max", summary_number(z->b_max),
					"verdict", verdict_names[z->verdict]));
	}
	return list;
}

static json_t *differences_json(const struct comparison *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->differences; i++)
		json_array_append_new(list, json_pack("{ss ss ss}", "key",
						      c->difference[i].key, "a",
						      c->difference[i].a, "b",
						      c->difference[i].b));
	return list;
}

static json_t *notes_json(const struct comparison *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->notes; i++)
		json_array_append_new(list, json_string(c->note[i]));
	return list;
}

int compared_json(const struct comparison *c, FILE *out)
{
	return summary_dump(
		json_pack("{si so so sb sI sI sI sI so so so so}",
			  "schema_version", SCHEMA_VERSION, "a",
			  summary_run(c->a), "b", summary_run(c->b), "sound",
			  c->sound, "worse",
			  (json_int_t)compare_count(c, VERDICT_WORSE), "better",
			  (json_int_t)compare_count(c, VERDICT_BETTER), "same",
			  (json_int_t)compare_count(c, VERDICT_SAME), "unclear",
			  (json_int_t)compare_count(c, VERDICT_UNCLEAR),
			  "changes", changes_json(c), "zombies",
			  zombie_changes_json(c), "differences",
			  differences_json(c), "notes", notes_json(c)),
		out);
}

/* --- the list of runs ------------------------------------------------------ */

void listing_document(const struct listing *l, struct document *d)
{
	char words[WORDS], count[METRIC_WORDS];

	if (!l->count) {
		document_add(d, PART_PARAGRAPH, TONE_NONE,
			     "No stored runs; forkbench run makes one.");
		return;
	}
	document_table(d, "stored runs, newest first");
	document_column(d, false, "run");
	document_column(d, false, "status");
	document_column(d, false, "started");
	document_column(d, false, "profile");
	document_column(d, true, "took");
	document_column(d, true, "cells");
	document_column(d, false, "experiments");
	for (size_t i = 0; i < l->count; i++) {
		const struct listed *r = &l->run[i];
		bool read = !*r->unreadable;

		document_cell(d, TONE_NONE, "%s%s", r->id,
			      r->partial ? ".partial" : "");
		document_cell(d,
			      read ? compared_state_tone(r->state) : TONE_BAD,
			      "%s",
			      read ? run_state_names[r->state] : "unreadable");
		document_cell(d, TONE_NONE, "%s", read ? r->started_utc : "");
		document_cell(d, TONE_NONE, "%s", read ? r->profile : "");
		document_cell(d, TONE_NONE, "%s",
			      read && r->elapsed_s > 0 ?
				      words_time(r->elapsed_s, words) :
				      "");
		document_cell(d, TONE_NONE, "%s",
			      read ? words_count((double)r->cells, count) : "");
		document_cell(d, TONE_NONE, "%s", read ? r->experiments : "");
	}
	for (size_t i = 0; i < l->count; i++)
		if (*l->run[i].unreadable)
			document_add(d, PART_ITEM, TONE_NONE, "%s: %s",
				     l->run[i].id, l->run[i].unreadable);
}

static json_t *listed_json(const struct listed *r)
{
	if (*r->unreadable)
		return json_pack("{ss sb ss}", "run", r->id, "partial",
				 r->partial, "unreadable", r->unreadable);
	return json_pack("{ss sb ss ss ss so sI ss}", "run", r->id, "partial",
			 r->partial, "status", run_state_names[r->state],
			 "profile", r->profile, "started_utc", r->started_utc,
			 "elapsed_s", summary_number(r->elapsed_s), "cells",
			 (json_int_t)r->cells, "experiments", r->experiments);
}

int listing_json(const struct listing *l, FILE *out)
{
	json_t *list = json_array();

	for (size_t i = 0; i < l->count; i++)
		json_array_append_new(list, listed_json(&l->run[i]));
	return summary_dump(list, out);
}
