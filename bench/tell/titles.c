#include "bench/tell/titles.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bench/tell/labels.h"
#include "bench/tell/table.h"
#include "bench/tell/words.h"

enum { TITLE_ROOM = 170 }; /* characters, of the two lines of a picture */

static bool is_mode(const struct load_run *run, size_t slot)
{
	return slot > 0 && !run->slots[slot].again;
}

/* A clause goes before the next; the first needs nothing. */
static void clause(char title[TITLE])
{
	if (*title)
		words_add(title, TITLE, "; ");
}

struct tally {
	size_t same, better, worse, close, all;
};

static struct tally tally_mode(const struct load_run *run,
			       const struct judgement *j, size_t slot)
{
	struct tally t = { 0 };

	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];

		if (e->slot != slot ||
		    !metric_is_primary(e->metric,
				       run->experiments[e->experiment].name))
			continue;
		t.same += e->verdict == VERDICT_SAME;
		t.better += e->verdict == VERDICT_BETTER;
		t.worse += e->verdict == VERDICT_WORSE;
		t.close += e->verdict == VERDICT_CLOSE;
	}
	t.all = t.same + t.better + t.worse + t.close;
	return t;
}

static void compare(char text[TITLE], const char *how, const char *link,
		    const char *with)
{
	words_add(text, TITLE, "%s", how);
	if (with)
		words_add(text, TITLE, "%s%s", link, with);
}

/*
 * What a mode's verdicts come to, without its name.
 *   than: whom it is compared with; NULL if its name says that.
 */
static void describe(const struct tally *t, const char *than, char text[TITLE])
{
	*text = '\0';
	if (t->same == t->all)
		compare(text, "the same", " as ", than);
	else if (t->worse == t->all && t->all > 1)
		words_add(text, TITLE, "worse on every metric");
	else if (t->better == t->all && t->all > 1)
		words_add(text, TITLE, "better on every metric");
	else if (t->worse == t->all)
		compare(text, "worse", " than ", than);
	else if (t->better == t->all)
		compare(text, "better", " than ", than);
	else if (t->close == t->all)
		words_add(text, TITLE, "too close to call");
	else {
		if (t->worse)
			words_add(text, TITLE, "worse on %zu", t->worse);
		if (t->better)
			words_add(text, TITLE, "%sbetter on %zu",
				  *text ? ", " : "", t->better);
		if (t->same)
			words_add(text, TITLE, "%sthe same on %zu",
				  *text ? ", " : "", t->same);
		if (t->close)
			words_add(text, TITLE, "%stoo close to call on %zu",
				  *text ? ", " : "", t->close);
		words_add(text, TITLE, " of %zu", t->all);
	}
}

void title_mode(const struct load_run *run, const struct judgement *j,
		size_t slot, char text[TITLE])
{
	struct tally t = tally_mode(run, j, slot);
	char base[LABEL];

	*text = '\0';
	if (is_mode(run, slot) && t.all)
		describe(&t,
			 label_is_itself(run, slot) ?
				 NULL :
				 label_quoted(run, 0, base),
			 text);
}

/* For more modes than a title has room for. */
static void count_modes(const struct load_run *run, const struct judgement *j,
			char title[TITLE])
{
	size_t all = 0, worse = 0, better = 0, same = 0;
	char base[LABEL];

	for (size_t s = 1; s < run->n_slots; s++) {
		struct tally t = tally_mode(run, j, s);

		if (!is_mode(run, s) || !t.all)
			continue;
		all++;
		worse += t.worse > 0;
		better += t.better > 0;
		same += t.same == t.all;
	}
	*title = '\0';
	words_add(title, TITLE,
		  "Of %zu modes, %zu %s worse than %s on some metric, %zu "
		  "better on some, %zu the same on all",
		  all, worse, worse == 1 ? "is" : "are",
		  label_quoted(run, 0, base), better, same);
}

static void say_no_verdict(const struct load_run *run, char title[TITLE])
{
	bool null = label_null_experiment(run);
	char base[LABEL];

	label_quoted(run, 0, base);
	words_add(title, TITLE, "%s against %s: %s for a verdict",
		  null ? base : "Every mode", null ? "itself" : base,
		  run->verdicts ? "too few rounds" : "too short a run");
}

/* Modes that come to the same share a clause. */
void title_verdicts(const struct load_run *run, const struct judgement *j,
		    char title[TITLE])
{
	char what[LOAD_SLOTS][TITLE];
	bool due[LOAD_SLOTS] = { false };
	char mode[LABEL];

	*title = '\0';
	for (size_t s = 1; s < run->n_slots; s++) {
		title_mode(run, j, s, what[s]);
		due[s] = *what[s];
	}
	for (size_t s = 1; s < run->n_slots; s++) {
		size_t n = 0, i = 0;

		for (size_t o = s; due[s] && o < run->n_slots; o++)
			n += due[o] && strcmp(what[s], what[o]) == 0;
		if (!n)
			continue;
		clause(title);
		for (size_t o = s; o < run->n_slots; o++) {
			if (!due[o] || strcmp(what[s], what[o]) != 0)
				continue;
			words_add(title, TITLE, "%s%s", words_join(i++, n),
				  label_subject(run, o, mode));
			due[o] = o == s;
		}
		due[s] = false;
		words_add(title, TITLE, " %s %s", n == 1 ? "is" : "are",
			  what[s]);
	}
	if (table_width(title) > TITLE_ROOM)
		count_modes(run, j, title);
	if (!*title)
		say_no_verdict(run, title);
}

/* "leaves 63 % of its children": rounded neither to none nor to all. */
static void add_share(const struct judge_zombies *z, char title[TITLE])
{
	double pct = 100 * z->left_sum / z->forks_sum;

	if (pct >= 100)
		words_add(title, TITLE, "keeps every child");
	else if (pct > 99)
		words_add(title, TITLE, "leaves over 99 %% of its children");
	else if (pct < 0.1)
		words_add(title, TITLE, "leaves under 0.1 %% of its children");
	else
		words_add(title, TITLE, "leaves %.*f %% of its children",
			  pct < 10 ? 1 : 0, pct);
}

void title_zombies(const struct load_run *run, const struct judgement *j,
		   size_t experiment, char title[TITLE])
{
	size_t leaking = 0, known = 0, all = 0;
	char base[LABEL], mode[LABEL];
	const char *so_far;

	*title = '\0';
	for (size_t s = 0; s < run->n_slots; s++) {
		const struct judge_zombies *z =
			judge_find_zombies(j, experiment, s);

		known += z != NULL;
		all += !run->slots[s].again;
		if (!z || !(z->left_max > 0))
			continue;
		leaking++;
		clause(title);
		words_add(title, TITLE, "%s ", label_quoted(run, s, mode));
		if (z->forks_sum > 0)
			add_share(z, title);
		else
			words_add(title, TITLE, "leaks");
	}
	so_far = known < all ? " measured so far" : "";
	if (leaking) {
		char rest[TITLE];

		memcpy(rest, title, sizeof(rest));
		*title = '\0';
		words_add(title, TITLE, "%zu of %zu modes%s leak%s zombies: %s",
			  leaking, known, so_far, leaking == 1 ? "s" : "",
			  rest);
	} else {
		if (all == 1 || label_null_experiment(run))
			words_add(title, TITLE, "%s leaves no zombies",
				  label_quoted(run, 0, base));
		else
			words_add(title, TITLE, "No mode%s leaves zombies",
				  so_far);
	}
}

/* "‘a’ and ‘b’ the same", of those with one verdict. */
static void add_alike(const struct load_run *run,
		      const struct judge_effect *first, enum verdict verdict,
		      const char *words, char title[TITLE])
{
	char mode[LABEL];
	size_t n = 0, i = 0;

	for (size_t s = 1; s < run->n_slots; s++)
		n += is_mode(run, s) && first[s].verdict == verdict;
	if (!n)
		return;
	clause(title);
	for (size_t s = 1; s < run->n_slots; s++)
		if (is_mode(run, s) && first[s].verdict == verdict)
			words_add(title, TITLE, "%s%s", words_join(i++, n),
				  label_subject(run, s, mode));
	words_add(title, TITLE, " %s", words);
}

/* For more modes than a title has room for. */
static void count_verdicts(const struct load_run *run,
			   const struct judge_effect *first, char title[TITLE])
{
	static const struct {
		enum verdict verdict;
		const char *words;
	} kinds[] = { { VERDICT_WORSE, "worse" },
		      { VERDICT_BETTER, "better" },
		      { VERDICT_SAME, "the same" },
		      { VERDICT_CLOSE, "too close to call" } };
	size_t all = 0, said = 0;

	for (size_t s = 1; s < run->n_slots; s++)
		all += is_mode(run, s) && first[s].has_ratio;
	words_add(title, TITLE, "; of %zu modes, ", all);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t n = 0;

		for (size_t s = 1; s < run->n_slots; s++)
			n += is_mode(run, s) &&
			     first[s].verdict == kinds[k].verdict;
		if (n)
			words_add(title, TITLE, "%s%zu %s", said++ ? ", " : "",
				  n, kinds[k].words);
	}
	if (!said)
		words_add(title, TITLE, "none has a verdict");
}

void title_metric(const struct load_run *run, const struct judgement *j,
		  size_t experiment, enum metric_id metric, char title[TITLE])
{
	const struct judge_effect *first = judge_find(j, experiment, metric, 0);
	char value[WORDS], mode[LABEL];
	size_t said = 0, begun;

	*title = '\0';
	words_add(title, TITLE, "%c%s: ", toupper(metrics[metric].title[0]),
		  metrics[metric].title + 1);
	if (!first || !first->n) {
		words_add(title, TITLE, "too few samples to compare");
		return;
	}
	words_add(title, TITLE, "%s %s", label_quoted(run, 0, mode),
		  words_value(first->median, metrics[metric].unit, value));
	begun = strlen(title);
	for (size_t s = 1; s < run->n_slots; s++) {
		const struct judge_effect *e = &first[s];

		if (!is_mode(run, s) || !e->has_ratio ||
		    e->verdict == VERDICT_SAME || e->verdict == VERDICT_CLOSE)
			continue;
		words_add(title, TITLE, "%s%s %s×", said++ ? ", " : "; ",
			  label_subject(run, s, mode),
			  words_ratio(e->ratio, value));
	}
	add_alike(run, first, VERDICT_SAME, "the same", title);
	add_alike(run, first, VERDICT_CLOSE, "too close to call", title);
	if (table_width(title) > TITLE_ROOM) {
		title[begun] = '\0';
		count_verdicts(run, first, title);
	}
}
