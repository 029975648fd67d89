#include "bench/tell/headlines_modes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/tell/labels.h"
#include "bench/tell/titles.h"
#include "bench/tell/words.h"

enum {
	NAMED = 4,     /* modes that an answer names one by one */
	DESCRIBED = 6, /* modes that it says of what each comes to */
};

/* "‘a’, ‘b’ and 3 more": the name of one of n, or what stands for the rest. */
static void add_name(const char *name, size_t i, size_t n, const char *note,
		     char text[FINDING])
{
	size_t shown = n > NAMED + 1 ? NAMED : n;

	if (i < shown)
		words_add(text, FINDING, "%s‘%s’%s", words_join(i, n), name,
			  note);
	else if (i == shown)
		words_add(text, FINDING, " and %zu more", n - shown);
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

/* Whether it left all of its children, wherever they were counted. */
static bool keeps_all(const struct judgement *j, size_t slot)
{
	for (size_t i = 0; i < j->n_zombies; i++) {
		const struct judge_zombies *z = &j->zombies[i];

		if (z->slot == slot &&
		    !(z->forks_sum > 0 && z->left_sum >= z->forks_sum))
			return false;
	}
	return true;
}

static void add_leak(const struct load_run *run, const struct judgement *j,
		     const struct judge_zombies *z, char text[FINDING])
{
	const char *mode = run->slots[z->slot].name;
	double of = z->worst->value[METRIC_FORKS];
	char left[WORDS], forks[WORDS];

	words_count(z->left_max, left);
	words_count(of, forks);
	if (keeps_all(j, z->slot))
		words_add(text, FINDING,
			  "‘%s’ keeps every child (up to %s in %s)", mode, left,
			  run->experiments[z->experiment].name);
	else
		words_add(text, FINDING, "‘%s’ leaves up to %s of %s in %s",
			  mode, left, isnan(of) ? "its children" : forks,
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

void headline_leaks(const struct load_run *run, const struct judgement *j,
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

		if (!z || i++ >= NAMED)
			continue;
		words_add(text, FINDING, "%s", i > 1 ? "; " : "");
		add_leak(run, j, z, text);
	}
	if (leaking > NAMED)
		words_add(text, FINDING, "; and %zu more", leaking - NAMED);
	words_add(text, FINDING, "%s", leaking ? ". " : "None: ");
	i = 0;
	for (size_t slot = 0; slot < run->n_slots; slot++)
		if (is_clean(j, slot))
			add_name(run->slots[slot].name, i++, clean, "", text);
	words_add(text, FINDING, "%s",
		  clean ? " left none." : "No other mode.");
}

/* What a mode comes to, and the ratio that shows it best. */
struct standing {
	char text[TITLE];
	const struct judge_effect *shown;
	bool better, worse, open; /* somewhere; open: too close to call */
};

static bool differs(const struct standing *s)
{
	return s->better || s->worse;
}

static bool is_clear(const struct judge_effect *e)
{
	return e->verdict == VERDICT_BETTER || e->verdict == VERDICT_WORSE;
}

/* Whether e shows more than what was found before: clear ones do, and far. */
static bool tells_more(const struct judge_effect *e, const struct standing *s)
{
	if (!s->shown)
		return true;
	return is_clear(e) &&
	       (!differs(s) ||
		fabs(log(e->ratio)) > fabs(log(s->shown->ratio)));
}

static struct standing stand(const struct load_run *run,
			     const struct judgement *j, size_t slot)
{
	struct standing s = { .shown = NULL };

	title_mode(run, j, slot, s.text);
	for (size_t i = slot; i < j->n_effects; i += run->n_slots) {
		const struct judge_effect *e = &j->effects[i];

		if (!e->has_ratio ||
		    !metric_is_primary(e->metric,
				       run->experiments[e->experiment].name))
			continue;
		if (tells_more(e, &s))
			s.shown = e;
		s.better |= e->verdict == VERDICT_BETTER;
		s.worse |= e->verdict == VERDICT_WORSE;
		s.open |= e->verdict == VERDICT_CLOSE;
	}
	return s;
}

static void add_difference(const struct load_run *run, const struct standing *s,
			   char text[FINDING])
{
	const struct judge_effect *e = s->shown;
	char effect[WORDS];

	words_add(text, FINDING, "‘%s’ is %s, most in %s of %s: %s",
		  run->slots[e->slot].name, s->text, metrics[e->metric].title,
		  run->experiments[e->experiment].name,
		  words_effect(e, effect));
}

/* " (sessions/s 0.98 [0.95–1.00])" */
static const char *put_note(const struct judge_effect *e, char out[2 * WORDS])
{
	char effect[WORDS];

	*out = '\0';
	if (e)
		words_add(out, 2 * WORDS, " (%s %s)", metrics[e->metric].title,
			  words_effect(e, effect));
	return out;
}

/* Those without a clear difference that come to the same as slot `first`. */
static void add_alike(const struct load_run *run, const struct standing *all,
		      size_t first, char text[FINDING])
{
	size_t n = 0, i = 0;
	char note[2 * WORDS];

	for (size_t s = first; s < run->n_slots; s++)
		n += !differs(&all[s]) &&
		     strcmp(all[s].text, all[first].text) == 0;
	for (size_t s = first; s < run->n_slots; s++)
		if (!differs(&all[s]) &&
		    strcmp(all[s].text, all[first].text) == 0)
			add_name(run->slots[s].name, i++, n,
				 put_note(all[s].shown, note), text);
	words_add(text, FINDING, " %s %s", n == 1 ? "is" : "are",
		  all[first].text);
}

static bool said_before(const struct standing *all, size_t slot)
{
	for (size_t s = 1; s < slot; s++)
		if (!differs(&all[s]) &&
		    strcmp(all[s].text, all[slot].text) == 0)
			return true;
	return false;
}

/* Modes that differ one by one, each with its largest difference. */
static void add_standings(const struct load_run *run,
			  const struct standing *all, char text[FINDING])
{
	size_t said = 0;

	for (size_t s = 1; s < run->n_slots; s++) {
		if (!*all[s].text || (!differs(&all[s]) && said_before(all, s)))
			continue;
		words_add(text, FINDING, "%s", said++ ? "; " : "");
		if (differs(&all[s]))
			add_difference(run, &all[s], text);
		else
			add_alike(run, all, s, text);
	}
}

struct tally {
	size_t judged, differ, worse, better, same;
	bool open;
	const struct judge_effect *farthest; /* of the clear differences */
};

static struct tally count(const struct load_run *run,
			  const struct standing *all)
{
	struct tally t = { 0 };

	for (size_t i = 1; i < run->n_slots; i++) {
		const struct standing *s = &all[i];

		if (!*s->text)
			continue;
		t.judged++;
		t.differ += differs(s);
		t.worse += s->worse;
		t.better += s->better;
		t.same += !differs(s) && !s->open;
		t.open |= s->open;
		if (differs(s) &&
		    (!t.farthest ||
		     fabs(log(s->shown->ratio)) > fabs(log(t.farthest->ratio))))
			t.farthest = s->shown;
	}
	return t;
}

/* Too many to go through on a first screen. */
static void add_counts(const struct load_run *run, const struct tally *t,
		       char text[FINDING])
{
	const struct judge_effect *e = t->farthest;
	char effect[WORDS];

	words_add(text, FINDING,
		  "Of %zu modes, %zu %s worse on some metric, %zu better on "
		  "some, %zu the same on all",
		  t->judged, t->worse, t->worse == 1 ? "is" : "are", t->better,
		  t->same);
	if (e)
		words_add(text, FINDING, "; farthest is ‘%s’, in %s of %s: %s",
			  run->slots[e->slot].name, metrics[e->metric].title,
			  run->experiments[e->experiment].name,
			  words_effect(e, effect));
}

/* The short answer, which the modes follow. */
static void add_answer(const struct load_run *run, const struct tally *t,
		       char text[FINDING])
{
	if (t->differ && label_null_experiment(run))
		words_add(text, FINDING, "By noise alone: ");
	else if (t->differ)
		words_add(text, FINDING, "%zu of %zu: ", t->differ, t->judged);
	else if (t->judged)
		words_add(text, FINDING,
			  t->open ? "Not for certain: " : "No: ");
}

void headline_speed(const struct load_run *run, const struct judgement *j,
		    char text[FINDING])
{
	struct standing all[LOAD_SLOTS] = { 0 };
	struct tally t;

	for (size_t s = 1; s < run->n_slots; s++)
		all[s] = stand(run, j, s);
	t = count(run, all);
	if (t.judged > DESCRIBED) {
		add_counts(run, &t, text);
	} else {
		add_answer(run, &t, text);
		add_standings(run, all, text);
	}
	if (!*text)
		words_add(text, FINDING, "%s",
			  run->verdicts ? "Too few rounds to say; 6 are "
					  "needed" :
					  "Too short a run to say");
	words_add(text, FINDING, ".");
}
