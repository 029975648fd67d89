#include "bench/tell/findings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/tell/findings_parts.h"
#include "bench/tell/labels.h"
#include "bench/tell/words.h"

char *finding_next(struct findings *f)
{
	char *text = f->list[f->n < FINDINGS ? f->n++ : FINDINGS - 1];

	*text = '\0';
	return text;
}

const char *finding_name(const struct load_run *run, size_t slot,
			 char out[FINDING_NAME])
{
	snprintf(out, FINDING_NAME, "‘%s’", run->slots[slot].name);
	return out;
}

/* "‘a’ (0.99 [0.97–1.01]) and ‘b’ (...)" of one verdict; how many there are. */
static size_t list_verdict(const struct load_run *run,
			   const struct judge_effect *first,
			   enum verdict verdict, char text[FINDING])
{
	char effect[WORDS], name[FINDING_NAME];
	size_t n = 0, i = 0;

	for (size_t slot = 1; slot < run->n_slots; slot++)
		n += !run->slots[slot].again && first[slot].has_ratio &&
		     first[slot].verdict == verdict;
	for (size_t slot = 1; slot < run->n_slots; slot++) {
		const struct judge_effect *e = &first[slot];

		if (run->slots[slot].again || !e->has_ratio ||
		    e->verdict != verdict)
			continue;
		words_add(text, FINDING, "%s%s (%s)", words_join(i++, n),
			  finding_name(run, slot, name),
			  words_effect(e, effect));
	}
	return n;
}

static void say_ratio(const struct load_run *run,
		      const struct judge_effect *first, char text[FINDING])
{
	static const struct {
		enum verdict verdict;
		const char *one, *many;
	} classes[] = {
		{ VERDICT_SAME, "equals it within 3 %", "equal it within 3 %" },
		{ VERDICT_BETTER, "is better", "are better" },
		{ VERDICT_WORSE, "is worse", "are worse" },
		{ VERDICT_CLOSE, "is too close to call",
		  "are too close to call" },
		{ VERDICT_NO_CI, "has too few rounds for an interval",
		  "have too few rounds for an interval" },
		{ VERDICT_NO_AA, "gets no verdict, for want of A/A rounds",
		  "get no verdict, for want of A/A rounds" },
		{ VERDICT_NONE, "gets no verdict from so short a run",
		  "get no verdict from so short a run" },
	};
	char median[WORDS], name[FINDING_NAME];

	words_add(text, FINDING, "%s in %s: ", metrics[first->metric].title,
		  run->experiments[first->experiment].name);
	if (!first->n) {
		words_add(text, FINDING, "not measured");
		return;
	}
	words_value(first->median, metrics[first->metric].unit, median);
	words_add(text, FINDING, "%s has %s", finding_name(run, 0, name),
		  median);
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		char who[FINDING] = "";
		size_t n = list_verdict(run, first, classes[i].verdict, who);

		if (!n)
			continue;
		words_add(text, FINDING, "; %s %s", who,
			  n == 1 ? classes[i].one : classes[i].many);
	}
}

static void say_peak(const struct load_run *run,
		     const struct judge_effect *first,
		     const struct judgement *j, char text[FINDING])
{
	size_t e = first->experiment, said = 0, known = 0;
	char count[WORDS], name[FINDING_NAME];

	words_add(text, FINDING, "most zombies in any sample in %s: ",
		  run->experiments[e].name);
	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = judge_find_zombies(j, e, slot);

		known += z != NULL;
		if (z && !isnan(z->peak))
			words_add(text, FINDING, "%s%s %s", said++ ? ", " : "",
				  finding_name(run, slot, name),
				  words_count(z->peak, count));
	}
	if (!said)
		words_add(text, FINDING,
			  known ? "too few samples" : "not measured");
}

static void say_metric(const struct load_run *run, const struct judgement *j,
		       const struct judge_effect *first, struct findings *f)
{
	switch (metrics[first->metric].judged) {
	case JUDGED_BY_RATIO:
		say_ratio(run, first, finding_next(f));
		return;
	case JUDGED_NOT:
		say_peak(run, first, j, finding_next(f));
		return;
	case JUDGED_BY_LEAK:
		findings_zombies(run, j, first->experiment, f);
	}
}

/* Slots that have the baseline's mode, though asked for like any other. */
static void say_itself(const struct load_run *run, struct findings *f)
{
	size_t n = 0, i = 0;
	char name[FINDING_NAME], *text;

	for (size_t s = 1; s < run->n_slots; s++)
		n += label_is_itself(run, s);
	if (!n)
		return;
	text = finding_next(f);
	words_add(text, FINDING, "%s",
		  label_null_experiment(run) ? "null experiment: " : "");
	for (size_t s = 1; s < run->n_slots; s++)
		if (label_is_itself(run, s))
			words_add(text, FINDING, "%s%s", words_join(i++, n),
				  finding_name(run, s, name));
	words_add(text, FINDING,
		  " %s the baseline’s mode once more: what differs there is "
		  "noise, and a verdict of better or worse a false one",
		  n == 1 ? "is" : "are");
}

void findings_make(const struct load_run *run, const struct judgement *j,
		   struct findings *f)
{
	f->n = 0;
	say_itself(run, f);
	for (size_t i = 0; i < j->n_effects; i += run->n_slots) {
		const struct judge_effect *first = &j->effects[i];

		if (metric_is_primary(first->metric,
				      run->experiments[first->experiment].name))
			say_metric(run, j, first, f);
	}
	findings_trust(run, j, f);
}
