#include "bench/tell/findings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/tell/words.h"

enum { NAME = LOAD_NAME + 8 };

static char *next(struct findings *f)
{
	char *text = f->list[f->n < FINDINGS ? f->n++ : FINDINGS - 1];

	*text = '\0';
	return text;
}

/* A mode in quotes: one of them is called none. */
static const char *quoted(const struct load_run *run, size_t slot,
			  char out[NAME])
{
	snprintf(out, NAME, "‘%s’", run->slots[slot].name);
	return out;
}

/* "‘a’ (0.99 [0.97–1.01]) and ‘b’ (...)" of one verdict; how many there are. */
static size_t list_verdict(const struct load_run *run,
			   const struct judge_effect *first,
			   enum verdict verdict, char text[FINDING])
{
	char effect[WORDS], name[NAME];
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
			  quoted(run, slot, name), words_effect(e, effect));
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
	char median[WORDS], name[NAME];

	words_add(text, FINDING, "%s in %s: ", metrics[first->metric].title,
		  run->experiments[first->experiment].name);
	if (!first->n) {
		words_add(text, FINDING, "not measured");
		return;
	}
	words_value(first->median, metrics[first->metric].unit, median);
	words_add(text, FINDING, "%s has %s", quoted(run, 0, name), median);
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
	char count[WORDS], name[NAME];

	words_add(text, FINDING, "most zombies in any sample in %s: ",
		  run->experiments[e].name);
	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = judge_find_zombies(j, e, slot);

		known += z != NULL;
		if (z && !isnan(z->peak))
			words_add(text, FINDING, "%s%s %s", said++ ? ", " : "",
				  quoted(run, slot, name),
				  words_count(z->peak, count));
	}
	if (!said)
		words_add(text, FINDING,
			  known ? "too few samples" : "not measured");
}

static void say_clean(const struct load_run *run, size_t e,
		      const struct judgement *j, char text[FINDING])
{
	size_t n = 0, i = 0, known = 0, modes = 0, fewest = SIZE_MAX;
	char name[NAME];

	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = judge_find_zombies(j, e, slot);

		known += z != NULL;
		modes += !run->slots[slot].again;
		if (z && !(z->left_max > 0)) {
			n++;
			fewest = z->n < fewest ? z->n : fewest;
		}
	}
	words_add(text, FINDING,
		  "zombies left in %s: ", run->experiments[e].name);
	if (!known)
		words_add(text, FINDING, "not measured");
	else if (!n)
		words_add(text, FINDING, "every mode%s leaks",
			  known < modes ? " measured so far" : "");
	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = judge_find_zombies(j, e, slot);

		if (z && !(z->left_max > 0))
			words_add(text, FINDING, "%s%s", words_join(i++, n),
				  quoted(run, slot, name));
	}
	if (n && fewest == 1)
		words_add(text, FINDING, " left none in the one round");
	else if (n)
		words_add(text, FINDING, " left none in any of %zu rounds",
			  fewest);
}

/* A child is reaped by a handler's call or stays: one call, one child. */
static void cross_check(const struct load_run *run,
			const struct judge_zombies *z, char text[FINDING])
{
	const double *worst = z->worst->value;
	double wanted = worst[METRIC_FORKS] - worst[METRIC_HANDLER_CALLS];
	char forks[WORDS], calls[WORDS], difference[WORDS], left[WORDS];
	size_t equal = 0, known = 0;

	if (isnan(wanted))
		return;
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		const double *v = c->value;
		double d = v[METRIC_FORKS] - v[METRIC_HANDLER_CALLS];

		if (c->experiment != z->experiment || c->slot != z->slot ||
		    !load_usable(c) || isnan(d - v[METRIC_ZOMBIES_LEFT]))
			continue;
		known++;
		equal += d >= v[METRIC_ZOMBIES_LEFT] &&
			 d <= v[METRIC_ZOMBIES_LEFT];
	}
	words_count(worst[METRIC_FORKS], forks);
	words_count(worst[METRIC_HANDLER_CALLS], calls);
	words_count(wanted, difference);
	words_count(z->left_max, left);
	words_add(text, FINDING, ": %s forks − %s handler calls = %s", forks,
		  calls, difference);
	if (wanted >= z->left_max && wanted <= z->left_max)
		words_add(text, FINDING, " zombies; equal in %zu of %zu rounds",
			  equal, known);
	else
		words_add(text, FINDING,
			  ", NOT equal to the %s left; equal in %zu of %zu "
			  "rounds",
			  left, equal, known);
}

static void say_leak(const struct load_run *run, const struct judge_zombies *z,
		     char text[FINDING])
{
	double of = z->worst->value[METRIC_FORKS];
	char left[WORDS], forks[WORDS], name[NAME];

	words_count(z->left_max, left);
	words_count(of, forks);
	words_add(text, FINDING, "%s left %s of %s children as zombies in %s",
		  quoted(run, z->slot, name), left, isnan(of) ? "its" : forks,
		  run->experiments[z->experiment].name);
	if (z->n > 1)
		words_add(text, FINDING, ", in the worst of %zu rounds", z->n);
	if (strcmp(run->slots[z->slot].mode, "waitpid-once") == 0)
		cross_check(run, z, text);
}

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
	char margin[WORDS], name[NAME];

	if (widest)
		words_add(next(f), FINDING,
			  "noise: the widest 95 %% interval of %s against "
			  "itself reaches %s (%s in %s)",
			  quoted(run, 0, name), words_margin(reach, margin),
			  metrics[widest->metric].title,
			  run->experiments[widest->experiment].name);
}

static void say_doubts(const struct load_run *run, struct findings *f)
{
	const struct load_cell *first = NULL;
	const char *why;
	size_t used = 0, suspect = 0;

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		if (!load_usable(c))
			continue;
		used++;
		suspect += c->validity == CELL_SUSPECT;
		if (!first && c->validity == CELL_SUSPECT)
			first = c;
	}
	if (!first)
		return;
	why = json_string_value(json_array_get(first->reasons, 0));
	words_add(next(f), FINDING,
		  "doubt: %zu of the %zu cells used are suspect, see "
		  "report.md; "
		  "the first, %s: %s",
		  suspect, used, first->folder, why ? why : "-");
}

static void say_metric(const struct load_run *run, const struct judgement *j,
		       const struct judge_effect *first, struct findings *f)
{
	switch (metrics[first->metric].judged) {
	case JUDGED_BY_RATIO:
		say_ratio(run, first, next(f));
		return;
	case JUDGED_NOT:
		say_peak(run, first, j, next(f));
		return;
	case JUDGED_BY_LEAK:
		say_clean(run, first->experiment, j, next(f));
	}
	for (size_t i = 0; i < j->n_zombies; i++)
		if (j->zombies[i].experiment == first->experiment &&
		    j->zombies[i].left_max > 0)
			say_leak(run, &j->zombies[i], next(f));
}

void findings_make(const struct load_run *run, const struct judgement *j,
		   struct findings *f)
{
	f->n = 0;
	for (size_t i = 0; i < j->n_effects; i += run->n_slots) {
		const struct judge_effect *first = &j->effects[i];

		if (metric_is_primary(first->metric,
				      run->experiments[first->experiment].name))
			say_metric(run, j, first, f);
	}
	say_noise(run, j, f);
	say_doubts(run, f);
}
