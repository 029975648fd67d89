#include "bench/tell/tell_compare.h"

#include <errno.h>
#include <string.h>

#include "bench/mode.h"
#include "bench/tell/print.h"
#include "bench/tell/tables.h"
#include "bench/tell/words.h"

static const char *experiment_of(const struct comparison *c,
				 const struct judge_effect *a)
{
	return c->a->run.experiments[a->experiment].name;
}

static const struct load_slot *slot_of(const struct comparison *c, size_t slot)
{
	return &c->a->run.slots[slot];
}

/* --- what was run --------------------------------------------------------- */

static void put_run(char name, const struct judged *in, bool colour, FILE *out)
{
	fprintf(out, "%c  ", name);
	print_state(in->j.status.state, colour, out);
	fprintf(out, "  %s, begun %s\n", in->run.name, in->run.started_utc);
	for (size_t i = 0; i < in->j.status.n_reasons; i++)
		print_sentence(in->j.status.reasons[i], out);
}

static struct table table_of_differences(const struct comparison *c)
{
	struct table t = { .columns = 3,
			   .heads = { "what differs", "A", "B" } };

	for (size_t i = 0; i < c->differences.n; i++) {
		table_put(&t, "%s", c->differences.list[i].key);
		tables_put_json(&t, c->differences.list[i].a);
		tables_put_json(&t, c->differences.list[i].b);
	}
	return t;
}

/* --- what it shows -------------------------------------------------------- */

static void put_metric(struct table *t, const struct comparison *c,
		       const struct judge_effect *a)
{
	const struct metric *m = &metrics[a->metric];

	table_group(t, "%s, %s (%s is better)", experiment_of(c, a), m->title,
		    m->better == BETTER_HIGHER ? "higher" : "lower");
}

static void put_slot(struct table *t, const struct load_slot *slot,
		     const char *after)
{
	table_put(t, "%s%s", slot->name, after)->rgb =
		mode_look(slot->mode).rgb;
}

/* A's or B's own figure: the ratio to its baseline, or the baseline's. */
static void put_own(struct table *t, const struct judge_effect *e)
{
	char text[WORDS];

	if (e->has_ratio)
		table_put(t, "%s×", words_ratio(e->ratio, text));
	else
		table_put(t, "%s",
			  words_value(e->median, metrics[e->metric].unit,
				      text));
}

static void put_verdict(struct table *t, enum verdict verdict)
{
	table_put(t, "%s", verdict_name(verdict))->tone = tables_tone(verdict);
}

/* "1.31 [1.24–1.40]" */
static const char *words_of(const struct compare_effect *e, char out[WORDS])
{
	const struct judge_effect as = { .has_ratio = true,
					 .has_interval = e->has_interval,
					 .ratio = e->ratio,
					 .low = e->low,
					 .high = e->high };

	return words_effect(&as, out);
}

static struct table table_of_figures(const struct comparison *c)
{
	struct table t = { .columns = 7,
			   .heads = { "mode", "rounds", "A", "B",
				      "B to A [95 % CI]", "margin", "verdict" },
			   .right = { false, true, true, true, true, true } };
	const struct judge_effect *last = NULL;
	char text[WORDS];

	for (size_t i = 0; i < c->n_effects; i++) {
		const struct compare_effect *e = &c->effects[i];

		if (!compare_is_primary(c, e))
			continue;
		if (!last || last->experiment != e->a->experiment ||
		    last->metric != e->a->metric)
			put_metric(&t, c, e->a);
		last = e->a;
		put_slot(&t, slot_of(c, e->a->slot),
			 e->a->slot ? " / baseline" : " itself");
		table_put(&t, "%zu, %zu", e->a->n, e->b->n);
		put_own(&t, e->a);
		put_own(&t, e->b);
		table_put(&t, "%s", words_of(e, text));
		table_put(&t, "%s",
			  e->margin > 0 ? words_margin(e->margin, text) : "-");
		put_verdict(&t, e->verdict);
	}
	return t;
}

static struct table table_of_zombies(const struct comparison *c)
{
	struct table t = { .columns = 4,
			   .heads = { "zombies left", "A", "B", "verdict" },
			   .right = { false, true, true } };
	char text[WORDS];

	for (size_t i = 0; i < c->n_zombies; i++) {
		const struct compare_zombies *z = &c->zombies[i];

		if (i == 0 || z->a->experiment != z[-1].a->experiment)
			table_group(
				&t, "%s",
				c->a->run.experiments[z->a->experiment].name);
		put_slot(&t, slot_of(c, z->a->slot), "");
		table_put(&t, "%s",
			  words_range(z->a->left_min, z->a->left_max, text));
		table_put(&t, "%s",
			  words_range(z->b->left_min, z->b->left_max, text));
		put_verdict(&t, z->verdict);
	}
	return t;
}

/* --- what follows --------------------------------------------------------- */

/* "B is worse: ..." with everything that has that verdict. */
static void put_all_that_are(const struct comparison *c, enum verdict verdict,
			     FILE *out)
{
	char text[2048] = "", figure[WORDS];

	words_add(text, sizeof(text), "B is %s:", verdict_name(verdict));
	for (size_t i = 0; i < c->n_effects; i++) {
		const struct compare_effect *e = &c->effects[i];

		if (e->verdict == verdict && compare_is_primary(c, e))
			words_add(text, sizeof(text), " %s, %s of %s%s %s;",
				  experiment_of(c, e->a),
				  metrics[e->a->metric].title,
				  slot_of(c, e->a->slot)->name,
				  e->a->slot ? "" : " itself",
				  words_of(e, figure));
	}
	for (size_t i = 0; i < c->n_zombies; i++) {
		const struct compare_zombies *z = &c->zombies[i];

		if (z->verdict == verdict)
			words_add(text, sizeof(text), " %s, %s leaks in %s;",
				  c->a->run.experiments[z->a->experiment].name,
				  slot_of(c, z->a->slot)->name,
				  verdict == VERDICT_WORSE ? "B and not in A" :
							     "A and not in B");
	}
	text[strlen(text) - 1] = '\0';
	print_sentence(text, out);
}

static void put_conclusion(const struct comparison *c, FILE *out)
{
	size_t worse = compare_count(c, VERDICT_WORSE);
	size_t better = compare_count(c, VERDICT_BETTER);
	size_t same = compare_count(c, VERDICT_SAME);
	size_t close = compare_count(c, VERDICT_CLOSE);
	size_t silent = compare_count(c, VERDICT_NONE) +
			compare_count(c, VERDICT_NO_CI) +
			compare_count(c, VERDICT_NO_AA);
	char text[256] = "";

	if (worse)
		put_all_that_are(c, VERDICT_WORSE, out);
	if (better)
		put_all_that_are(c, VERDICT_BETTER, out);
	if (c->n_effects + c->n_zombies == 0) {
		print_sentence("nothing could be compared", out);
		return;
	}
	words_add(text, sizeof(text), "%s: %zu same, %zu too close to call",
		  worse + better ? "else" :
		  same + close	 ? "nothing differs beyond the margins" :
				   "no figure could be judged",
		  same, close);
	if (silent)
		words_add(text, sizeof(text),
			  ", %zu without a verdict (too few rounds, or a "
			  "profile that judges nothing)",
			  silent);
	print_sentence(text, out);
}

static int put_table(struct table t, bool colour, FILE *out)
{
	bool failed = t.failed;

	if (!failed && t.n)
		print_table(&t, colour, out);
	table_release(&t);
	if (failed)
		errno = ENOMEM;
	return failed ? -1 : 0;
}

int tell_compare(const struct comparison *c, FILE *out)
{
	bool colour = print_in_colour(out);

	put_run('A', c->a, colour, out);
	put_run('B', c->b, colour, out);
	print_sentence("A and B were not interleaved: what changed on the "
		       "machine between them counts as a difference. That is "
		       "weaker evidence than between modes of one run, and "
		       "weakest for a baseline itself",
		       out);
	if (!compare_is_whole(c->a) || !compare_is_whole(c->b))
		print_sentence("a run that is INVALID or INCOMPLETE proves "
			       "nothing: measure it again, or to its end, "
			       "before you rely on this",
			       out);
	for (size_t i = 0; i < c->n_notes; i++)
		print_sentence(c->notes[i], out);
	fputc('\n', out);
	if (put_table(table_of_differences(c), colour, out) < 0 ||
	    put_table(table_of_figures(c), colour, out) < 0 ||
	    put_table(table_of_zombies(c), colour, out) < 0)
		return -1;
	put_conclusion(c, out);
	return ferror(out) ? -1 : 0;
}
