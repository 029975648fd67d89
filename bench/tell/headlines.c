#include "bench/tell/headlines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/tell/titles.h"
#include "bench/tell/words.h"

enum { NAMED = 4 }; /* modes that an answer names one by one */

/* A new answer's text, empty. */
static char *ask(struct headlines *h, const char *question)
{
	struct headline *line = &h->list[h->n++];

	snprintf(line->question, sizeof(line->question), "%s", question);
	line->answer[0] = '\0';
	return line->answer;
}

static bool is_primary(const struct load_run *run, const struct judge_effect *e)
{
	return metric_is_primary(e->metric,
				 run->experiments[e->experiment].name);
}

/* Where a mode left most: the largest share, else the largest count. */
static const struct judge_zombies *worst_leak(const struct judgement *j,
					      size_t slot)
{
	const struct judge_zombies *worst = NULL;
	double most = 0;

	for (size_t i = 0; i < j->n_zombies; i++) {
		const struct judge_zombies *z = &j->zombies[i];
		double of = z->worst->value[METRIC_FORKS];
		double share = isnan(of) ? 0 : z->left_max / of;

		if (z->slot != slot || !(z->left_max > 0))
			continue;
		if (!worst || share > most) {
			worst = z;
			most = share;
		}
	}
	return worst;
}

static void add_leak(const struct load_run *run, const struct judge_zombies *z,
		     char text[FINDING])
{
	const char *mode = run->slots[z->slot].name;
	double of = z->worst->value[METRIC_FORKS];
	char left[WORDS], forks[WORDS];

	words_count(z->left_max, left);
	words_count(of, forks);
	if (z->left_max >= of)
		words_add(text, FINDING, "‘%s’ keeps every child (%s of %s)",
			  mode, left, forks);
	else
		words_add(text, FINDING, "‘%s’ up to %s of %s in %s", mode,
			  left, isnan(of) ? "its children" : forks,
			  run->experiments[z->experiment].name);
}

/* Clean ones: measured somewhere, and leaking nowhere. */
static bool is_clean(const struct judgement *j, size_t slot)
{
	for (size_t i = 0; i < j->n_zombies; i++)
		if (j->zombies[i].slot == slot)
			return !worst_leak(j, slot);
	return false;
}

static void say_leaks(const struct load_run *run, const struct judgement *j,
		      char text[FINDING])
{
	size_t leaking = 0, clean = 0, i = 0;

	for (size_t slot = 0; slot < run->n_slots; slot++) {
		leaking += worst_leak(j, slot) != NULL;
		clean += is_clean(j, slot);
	}
	if (!leaking && !clean) {
		words_add(text, FINDING, "Not measured.");
		return;
	}
	if (leaking)
		words_add(text, FINDING, "%zu of %zu: ", leaking,
			  leaking + clean);
	for (size_t slot = 0; slot < run->n_slots; slot++) {
		const struct judge_zombies *z = worst_leak(j, slot);

		if (!z)
			continue;
		words_add(text, FINDING, "%s", i++ ? "; " : "");
		add_leak(run, z, text);
	}
	words_add(text, FINDING, "%s", leaking ? ". " : "None: ");
	i = 0;
	for (size_t slot = 0; slot < run->n_slots; slot++)
		if (is_clean(j, slot))
			words_add(text, FINDING, "%s‘%s’",
				  words_join(i++, clean),
				  run->slots[slot].name);
	words_add(text, FINDING, "%s",
		  clean ? " left none." : "No other mode.");
}

/* The clear difference that is farthest from 1, or NULL. */
static const struct judge_effect *
farthest(const struct load_run *run, const struct judgement *j, size_t slot)
{
	const struct judge_effect *most = NULL;

	for (size_t i = slot; i < j->n_effects; i += run->n_slots) {
		const struct judge_effect *e = &j->effects[i];

		if (!is_primary(run, e) || (e->verdict != VERDICT_BETTER &&
					    e->verdict != VERDICT_WORSE))
			continue;
		if (!most || fabs(log(e->ratio)) > fabs(log(most->ratio)))
			most = e;
	}
	return most;
}

struct standing {
	char text[TITLE]; /* what its verdicts come to; empty without any */
	const struct judge_effect *farthest;
};

/* Modes of which the same is to be said, in one clause, from the first on. */
static void add_alike(const struct load_run *run, const struct standing *all,
		      size_t first, char text[FINDING])
{
	size_t n = 0, i = 0;

	for (size_t s = first; s < run->n_slots; s++)
		n += strcmp(all[s].text, all[first].text) == 0;
	for (size_t s = first; s < run->n_slots; s++)
		if (strcmp(all[s].text, all[first].text) == 0)
			words_add(text, FINDING, "%s‘%s’", words_join(i++, n),
				  run->slots[s].name);
	words_add(text, FINDING, " %s %s", n == 1 ? "is" : "are",
		  all[first].text);
}

static void add_difference(const struct load_run *run, const struct standing *s,
			   char text[FINDING])
{
	const struct judge_effect *e = s->farthest;
	char effect[WORDS];

	words_add(text, FINDING, "‘%s’ is %s, most by %s in %s: %s",
		  run->slots[e->slot].name, s->text, metrics[e->metric].title,
		  run->experiments[e->experiment].name,
		  words_effect(e, effect));
}

static bool said_before(const struct standing *all, size_t slot)
{
	for (size_t s = 1; s < slot; s++)
		if (strcmp(all[s].text, all[slot].text) == 0)
			return true;
	return false;
}

/* Modes that differ one by one, each with its largest difference. */
static void add_standings(const struct load_run *run,
			  const struct standing *all, char text[FINDING])
{
	size_t named = 0;

	for (size_t s = 1; s < run->n_slots; s++) {
		bool differs = all[s].farthest != NULL;

		if (!*all[s].text || (differs && named++ >= NAMED) ||
		    (!differs && said_before(all, s)))
			continue;
		words_add(text, FINDING, "%s", *text ? "; " : "");
		if (differs)
			add_difference(run, &all[s], text);
		else
			add_alike(run, all, s, text);
	}
	if (named > NAMED)
		words_add(text, FINDING, "; %zu more differ: see the table",
			  named - NAMED);
}

static void say_speed(const struct load_run *run, const struct judgement *j,
		      char text[FINDING])
{
	struct standing all[LOAD_SLOTS] = { 0 };

	for (size_t s = 1; s < run->n_slots; s++) {
		title_mode(run, j, s, all[s].text);
		all[s].farthest = farthest(run, j, s);
	}
	add_standings(run, all, text);
	if (!*text)
		words_add(text, FINDING, "%s",
			  run->verdicts ? "Too few rounds to say; 6 are "
					  "needed" :
					  "Too short a run to say");
	words_add(text, FINDING, ".");
}

/* The widest of the baseline's intervals against itself. */
static void say_noise(const struct load_run *run, const struct judgement *j,
		      char text[FINDING])
{
	double reach;
	const struct judge_effect *widest = findings_noise(run, j, &reach);
	char margin[WORDS];

	if (!widest) {
		words_add(text, FINDING,
			  "Unknown: it takes the baseline twice "
			  "in each of 6 rounds.");
		return;
	}
	words_margin(reach, margin);
	words_add(text, FINDING,
		  "‘%s’ against itself reaches %s (%s in %s); smaller "
		  "differences there get no verdict.",
		  run->baseline, margin, metrics[widest->metric].title,
		  run->experiments[widest->experiment].name);
}

static void say_doubts(const struct load_run *run, char text[FINDING])
{
	size_t used = 0, suspect = 0, again = 0;

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		again += !c->warmup && !load_usable(c);
		if (!load_usable(c))
			continue;
		used++;
		suspect += c->validity == CELL_SUSPECT;
	}
	if (!suspect && !again) {
		words_add(text, FINDING, "None of the %zu cells used.", used);
		return;
	}
	words_add(text, FINDING, "%zu of the %zu cells used %s suspect",
		  suspect, used, suspect == 1 ? "is" : "are");
	if (again)
		words_add(text, FINDING, "; %zu %s not used", again,
			  again == 1 ? "was" : "were");
	words_add(text, FINDING, ". See Cells in doubt.");
}

void headlines_make(const struct load_run *run, const struct judgement *j,
		    struct headlines *h)
{
	char question[QUESTION];

	h->n = 0;
	say_leaks(run, j, ask(h, "Which modes leave zombies?"));
	snprintf(question, sizeof(question), "Which are as fast as ‘%.60s’?",
		 run->baseline);
	say_speed(run, j, ask(h, question));
	say_noise(run, j, ask(h, "How much is noise?"));
	say_doubts(run, ask(h, "What is in doubt?"));
}

const char *headline_trust(const struct load_run *run, enum run_state state)
{
	switch (state) {
	case RUN_VALID:
		return run->verdicts ?
			       "The baseline agrees with itself, and every "
			       "cell kept the rules: this holds for this load "
			       "on this machine." :
			       "Every cell kept the rules. Counts of zombies "
			       "hold; the run is too short to judge speed.";
	case RUN_NOISY:
		return "The machine was uneasy: the baseline differs from "
		       "itself. Counts of zombies hold; trust no ratio near "
		       "its margin.";
	case RUN_INCOMPLETE:
		return "The run has not all the cells that were planned: what "
		       "there is counts, but rests on fewer rounds.";
	case RUN_INVALID:
		return "Do not rely on it: something broke that repeating did "
		       "not mend. The reasons say what.";
	}
	return "";
}
