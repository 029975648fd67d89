/* What curves answer, and what a limit of processes does: see answers.h. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bench/tell/answers.h"

/* The first level of a curve. */
static const struct level *first_of(const struct judged_arm *a, size_t curve)
{
	for (size_t l = 0; l < a->arm->levels; l++)
		if (a->arm->level[l].curve == curve)
			return &a->arm->level[l];
	return NULL;
}

/* Of the highest rate offered: a knee there is the end of the sweep, no more. */
#define KEPT_PACE 0.97

/* --- capacity --------------------------------------------------------------*/

/* "12,300/s by sig-ign": the knee, at least the highest rate offered. */
static void add_knee(const struct judged_arm *a, size_t curve, size_t said,
		     size_t of, char text[ANSWER_BYTES])
{
	double knee = a->fit[METRIC_SESSIONS_PER_S][curve].is.mid;
	double most = a->arm->level[a->arm->levels - 1].value / 100 *
		      (double)a->arm->load.reference_per_s;
	char words[METRIC_WORDS];

	metric_words(METRIC_SESSIONS_PER_S, knee, words);
	words_add(text, ANSWER_BYTES, "%s%s%s by %s", words_join(said, of),
		  knee >= KEPT_PACE * most ? "at least " : "", words,
		  first_of(a, curve)->series);
}

static void say_capacity(const struct judged_arm *a, struct answers *out)
{
	const struct fit_result *f = a->fit[METRIC_SESSIONS_PER_S];
	size_t known = 0, said = 0, closed = 0;
	char *text, words[WORDS];

	for (size_t c = 0; c < a->arm->curves; c++)
		known += f[c].is.mid > 0;
	if (!known)
		return;
	text = answers_next(out, TOPIC_CAPACITY);
	words_add(text, ANSWER_BYTES, "Sessions are served as offered up to ");
	for (size_t c = 0; c < a->arm->curves; c++)
		if (f[c].is.mid > 0)
			add_knee(a, c, said++, known, text);
	words_add(text, ANSWER_BYTES, ". (The knee, with its interval: ");
	for (size_t c = 0; c < a->arm->curves; c++) {
		if (!isfinite(f[c].is.low) || !isfinite(f[c].is.high))
			continue;
		words_fit(a, METRIC_SESSIONS_PER_S, c, words);
		words_add(text, ANSWER_BYTES, "%s%s %s", closed++ ? "; " : "",
			  first_of(a, c)->series, words);
	}
	words_add(text, ANSWER_BYTES, "%s.)",
		  closed ? "" : "too few rounds to tell");
}

/* --- storm -----------------------------------------------------------------*/

/* Against 1, in proportion to the sessions. */
enum growth { GROWTH_FASTER, GROWTH_SLOWER, GROWTH_UNCLEAR, GROWTHS };

static enum growth growth_of(const struct interval *i)
{
	return i->low > 1  ? GROWTH_FASTER :
	       i->high < 1 ? GROWTH_SLOWER :
			     GROWTH_UNCLEAR;
}

static void say_storm(const struct judged_arm *a, struct answers *out)
{
	static const char *const how[] = {
		[GROWTH_FASTER] = "faster than the sessions held",
		[GROWTH_SLOWER] = "more slowly than the sessions held",
		[GROWTH_UNCLEAR] = ("in proportion to the sessions held, as "
				    "far as this "
				    "run shows,"),
	};
	const struct fit_result *f = a->fit[METRIC_STORM_MS];
	char powers[ANSWER_BYTES] = "", words[WORDS], *text = NULL;
	size_t count[GROWTHS] = { 0 };

	for (size_t c = 0; c < a->arm->curves; c++) {
		if (isnan(f[c].is.mid))
			continue;
		count[growth_of(&f[c].is)]++;
		words_fit(a, METRIC_STORM_MS, c, words);
		words_add(powers, sizeof(powers), "%s%s %s",
			  *powers ? "; " : "", first_of(a, c)->series, words);
	}
	for (int g = 0; g < GROWTHS; g++) {
		size_t said = 0;

		if (!count[g])
			continue;
		words_add(text ? text : answers_next(out, TOPIC_STORM),
			  ANSWER_BYTES, "%s%s with ",
			  text ? "; " : "The exit storm grows ", how[g]);
		text = out->answer[out->count - 1];
		for (size_t c = 0; c < a->arm->curves; c++)
			if (!isnan(f[c].is.mid) &&
			    (int)growth_of(&f[c].is) == g)
				words_add(text, ANSWER_BYTES, "%s%s",
					  words_join(said++, count[g]),
					  first_of(a, c)->series);
	}
	if (text)
		words_add(text, ANSWER_BYTES,
			  ". (The power that it grows with: "
			  "%s.)",
			  powers);
}

/* The largest number held by the baseline. */
static void say_memory(const struct judged_arm *a, struct answers *out)
{
	char kernel[METRIC_WORDS], own[METRIC_WORDS], held[METRIC_WORDS];
	size_t last = 0;

	while (last + 1 < a->arm->levels && !a->arm->level[last + 1].curve)
		last++;
	metric_words(METRIC_KERNEL_KIB,
		     a->effect[METRIC_KERNEL_KIB][last].median, kernel);
	metric_words(METRIC_PSS_KIB, a->effect[METRIC_PSS_KIB][last].median,
		     own);
	words_count(a->arm->level[last].value, held);
	if (*kernel && *own)
		words_add(answers_next(out, TOPIC_OTHER), ANSWER_BYTES,
			  "A held session of %s takes %s of the kernel's "
			  "memory, both ends of it, and %s of its child's own "
			  "(with %s held).",
			  a->arm->level[last].subject, kernel, own, held);
}

/* --- concurrency -----------------------------------------------------------*/

static void say_concurrency(const struct judged_arm *a, struct answers *out)
{
	static const int told[] = { METRIC_CPU_US, METRIC_FIRST_ECHO_P50_US };
	char from[METRIC_WORDS], to[METRIC_WORDS], most[METRIC_WORDS],
		text[ANSWER_BYTES] = "";
	size_t last = 0, said = 0;

	while (last + 1 < a->arm->levels && !a->arm->level[last + 1].curve)
		last++;
	for (size_t i = 0; i < 2; i++) {
		const struct effect *e = a->effect[told[i]];

		metric_words((enum metric_id)told[i], e[0].median, from);
		metric_words((enum metric_id)told[i], e[last].median, to);
		if (*from && *to)
			words_add(text, sizeof(text), "%s%s %s and %s",
				  said++ ? "; " : "", metrics[told[i]].title,
				  from, to);
	}
	words_count(a->arm->level[last].value, most);
	if (said)
		words_add(answers_next(out, TOPIC_CONCURRENCY), ANSWER_BYTES,
			  "%s with %s session at once and with %s: %s.",
			  a->arm->level[0].subject, level_word(a->arm->level),
			  most, text);
}

/* --- backlog ---------------------------------------------------------------*/

static void say_backlog(const struct judged_arm *a, struct answers *out)
{
	const struct effect *p99 = a->effect[METRIC_CONNECT_P99_US];
	const struct effect *failed = a->effect[METRIC_FAILED];
	char words[METRIC_WORDS], all[METRIC_WORDS], *text = NULL;

	for (size_t l = 0; l < a->arm->levels; l++) {
		metric_words(METRIC_CONNECT_P99_US, p99[l].median, words);
		if (isnan(failed[l].median))
			continue;
		if (!text) {
			text = answers_next(out, TOPIC_BACKLOG);
			words_add(text, ANSWER_BYTES, "Of %s connects at once ",
				  words_count((double)a->arm->load.sessions,
					      all));
		} else {
			words_add(text, ANSWER_BYTES, "; ");
		}
		words_add(text, ANSWER_BYTES, "a backlog of %s ",
			  level_word(&a->arm->level[l]));
		if (failed[l].median > 0)
			words_add(text, ANSWER_BYTES, "leaves %.0f unserved",
				  failed[l].median);
		else if (*words)
			words_add(text, ANSWER_BYTES, "takes 99 %% in %s",
				  words);
		else
			words_add(text, ANSWER_BYTES, "serves all");
	}
	if (text)
		words_add(text, ANSWER_BYTES, ".");
}

/* --- exhaust ---------------------------------------------------------------*/

static bool fails(const struct judged_arm *a, size_t l)
{
	return a->effect[METRIC_FORK_FAILURES][l].median > 0;
}

static void say_exhaust(const struct judged_arm *a, struct answers *out)
{
	size_t failing = 0, fine = 0, said = 0;
	char *text, count[METRIC_WORDS];

	for (size_t l = 0; l < a->arm->levels; l++) {
		failing += fails(a, l);
		fine += a->effect[METRIC_FORK_FAILURES][l].median <= 0;
	}
	if (!failing && !fine)
		return;
	text = answers_next(out, TOPIC_EXHAUST);
	words_add(text, ANSWER_BYTES, "Under a limit of %u processes ",
		  a->arm->experiment->processes);
	for (size_t l = 0; l < a->arm->levels; l++) {
		if (!fails(a, l))
			continue;
		words_count(a->effect[METRIC_FORKS_BEFORE][l].median, count);
		words_add(text, ANSWER_BYTES, "%s%s cannot fork after %s",
			  words_join(said++, failing), a->arm->level[l].name,
			  count);
	}
	if (failing)
		words_add(text, ANSWER_BYTES, " sessions%s", fine ? "; " : ".");
	said = 0;
	for (size_t l = 0; l < a->arm->levels; l++)
		if (a->effect[METRIC_FORK_FAILURES][l].median <= 0)
			words_add(text, ANSWER_BYTES, "%s%s",
				  words_join(said++, fine),
				  a->arm->level[l].name);
	if (fine)
		words_add(text, ANSWER_BYTES, " never fail%s.",
			  fine == 1 ? "s" : "");
}

/* Whether those that could not fork serve again once the load has ended. */
static void say_recovery(const struct judged_arm *a, struct answers *out)
{
	for (size_t l = 0; l < a->arm->levels; l++) {
		double failed = a->effect[METRIC_FAILED][l].median;
		double after = a->effect[METRIC_SERVED_AFTER][l].median;
		char lost[METRIC_WORDS], all[METRIC_WORDS];

		if (!fails(a, l) || isnan(failed) || isnan(after))
			continue;
		words_count(failed, lost);
		words_count((double)a->arm->load.sessions, all);
		words_add(answers_next(out, TOPIC_OTHER), ANSWER_BYTES,
			  "With %s, %s of %s clients saw their connection end "
			  "unserved; when the load was over, the server served "
			  "%.0f of %d: it %s.",
			  a->arm->level[l].name, lost, all, after,
			  SERVED_AFTER_OF,
			  after >= SERVED_AFTER_OF ? "recovers" :
			  after > 0		   ? "recovers in part" :
						     "does not recover");
	}
}

/* --- all of it -------------------------------------------------------------*/

void answers_curves(const struct judged *j, struct answers *out)
{
	static const struct {
		const char *experiment;
		void (*say)(const struct judged_arm *a, struct answers *out);
	} said[] = {
		{ "capacity", say_capacity },
		{ "concurrency", say_concurrency },
		{ "storm", say_storm },
		{ "storm", say_memory },
		{ "backlog", say_backlog },
		{ "exhaust", say_exhaust },
		{ "exhaust", say_recovery },
	};

	for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++)
		for (size_t k = 0; k < j->arms; k++) {
			const struct judged_arm *a = &j->arm[k];

			if (!a->noisy && a->used &&
			    strcmp(a->arm->experiment->name,
				   said[i].experiment) == 0)
				said[i].say(a, out);
		}
}
