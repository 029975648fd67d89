#include "bench/tell/headlines.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/judge/judge_doubts.h"
#include "bench/tell/headlines_modes.h"
#include "bench/tell/labels.h"
#include "bench/tell/words.h"

/* A new answer's text, empty. */
static char *ask(struct headlines *h, const char *question)
{
	struct headline *line = &h->list[h->n++];

	snprintf(line->question, sizeof(line->question), "%s", question);
	line->answer[0] = '\0';
	return line->answer;
}

/* How far the baseline's interval against itself reaches, as a factor. */
static double reach(const struct judge_effect *e)
{
	return fmax(e->high, 1 / e->low);
}

static void add_reach(const struct load_run *run, const struct judge_effect *e,
		      char text[FINDING])
{
	char margin[WORDS];

	words_add(text, FINDING, "%s (%s in %s)",
		  words_margin(reach(e), margin), metrics[e->metric].title,
		  run->experiments[e->experiment].name);
}

/* The narrowest and the widest of the baseline's intervals against itself. */
static void say_noise(const struct load_run *run, const struct judgement *j,
		      char text[FINDING])
{
	const struct judge_effect *least = NULL, *most = NULL;

	for (size_t i = 0; i < j->n_effects; i++) {
		const struct judge_effect *e = &j->effects[i];

		if (!run->slots[e->slot].again || !e->has_interval ||
		    !metric_is_primary(e->metric,
				       run->experiments[e->experiment].name))
			continue;
		if (!least || reach(e) < reach(least))
			least = e;
		if (!most || reach(e) > reach(most))
			most = e;
	}
	if (!most) {
		words_add(text, FINDING,
			  "Unknown: it takes the baseline twice in each of 6 "
			  "rounds.");
		return;
	}
	words_add(text, FINDING, "‘%s’ against itself reaches ", run->baseline);
	add_reach(run, least, text);
	if (most != least) {
		words_add(text, FINDING, " to ");
		add_reach(run, most, text);
	}
	words_add(text, FINDING, "; smaller differences get no verdict.");
}

/* "11 of the 90 cells used are suspect (8 in churn, 3 in hold)" */
static void add_suspect(const struct load_run *run,
			const struct judge_doubts *d, char text[FINDING])
{
	size_t named = 0;

	words_add(text, FINDING, "%zu of the %zu cells used %s suspect (",
		  d->suspect, d->used, d->suspect == 1 ? "is" : "are");
	for (size_t e = 0; e < run->n_experiments; e++)
		if (d->within[e])
			words_add(text, FINDING, "%s%zu in %s",
				  named++ ? ", " : "", d->within[e],
				  run->experiments[e].name);
	words_add(text, FINDING, ")");
}

static void say_doubts(const struct load_run *run, const struct judgement *j,
		       char text[FINDING])
{
	struct judge_doubts d = judge_doubts(run);

	if (d.suspect)
		add_suspect(run, &d, text);
	else
		words_add(text, FINDING, "None of the %zu cells used", d.used);
	if (d.lost)
		words_add(text, FINDING, "; %zu more %s not used", d.lost,
			  d.lost == 1 ? "was" : "were");
	if (j->n_outliers)
		words_add(text, FINDING, "; %zu outlier%s flagged",
			  j->n_outliers, j->n_outliers == 1 ? " is" : "s are");
	if (j->trend.found)
		words_add(text, FINDING,
			  "; the machine changed during the run");
	words_add(text, FINDING, ".");
}

static bool noise_is_known(const struct load_run *run,
			   const struct judgement *j)
{
	for (size_t i = 0; i < j->n_effects; i++)
		if (run->slots[j->effects[i].slot].again &&
		    j->effects[i].has_interval)
			return true;
	return false;
}

static void trust_valid(const struct load_run *run, const struct judgement *j,
			char text[FINDING])
{
	struct judge_doubts d = judge_doubts(run);

	if (!run->verdicts)
		words_add(text, FINDING,
			  "Trust the counts of zombies; the run is too short "
			  "to judge speed");
	else if (noise_is_known(run, j))
		words_add(text, FINDING,
			  "Trust it, for this load on this machine: the "
			  "baseline agrees with itself");
	else
		words_add(text, FINDING,
			  "Trust the counts of zombies; how noisy the speeds "
			  "are is not known");
	words_add(text, FINDING, "%s",
		  d.suspect ? ". Some speeds are suspect, no count of zombies "
			      "is." :
			      ", and every cell used kept the rules.");
}

static bool baseline_differs(const struct load_run *run,
			     const struct judgement *j)
{
	for (size_t i = 0; i < j->n_effects; i++)
		if (j->effects[i].verdict == VERDICT_NOISY &&
		    metric_is_primary(
			    j->effects[i].metric,
			    run->experiments[j->effects[i].experiment].name))
			return true;
	return false;
}

/* Where most cells were disturbed, a wide margin does not help. */
static void trust_noisy(const struct load_run *run, const struct judgement *j,
			char text[FINDING])
{
	struct judge_doubts d = judge_doubts(run);
	bool suspect = judge_mostly_suspect(&d);
	bool differs = baseline_differs(run, j);

	words_add(text, FINDING, "Trust the counts of zombies, and no %s: ",
		  suspect ? "speed" : "ratio near its margin");
	words_add(text, FINDING, "%s%s%s.",
		  suspect ? "most cells are suspect" : "",
		  suspect && differs ? ", and " : "",
		  differs ? "the baseline differs from itself" : "");
}

static void say_trust(const struct load_run *run, const struct judgement *j,
		      char text[FINDING])
{
	*text = '\0';
	switch (j->status.state) {
	case RUN_VALID:
		trust_valid(run, j, text);
		break;
	case RUN_NOISY:
		trust_noisy(run, j, text);
		break;
	case RUN_INCOMPLETE:
		words_add(text, FINDING,
			  "Trust it less: the run lacks cells that were "
			  "planned. Those that are there count, in fewer "
			  "rounds.");
		break;
	case RUN_INVALID:
		words_add(text, FINDING,
			  "Do not trust it: something broke that repeating "
			  "did not mend.");
		break;
	}
	if (label_null_experiment(run))
		words_add(text, FINDING,
			  " A null experiment: every mode is the baseline, so "
			  "all that differs is noise.");
}

void headlines_make(const struct load_run *run, const struct judgement *j,
		    struct headlines *h)
{
	bool null = label_null_experiment(run);
	char question[QUESTION];

	h->n = 0;
	say_trust(run, j, h->trust);
	headline_leaks(run, j, ask(h, "Which modes leave zombies?"));
	snprintf(question, sizeof(question),
		 null ? "Does ‘%.60s’ differ from itself?" :
			"Is any faster or slower than ‘%.60s’?",
		 run->baseline);
	headline_speed(run, j, ask(h, question));
	say_noise(run, j, ask(h, "How much is noise?"));
	say_doubts(run, j, ask(h, "What is in doubt?"));
}
