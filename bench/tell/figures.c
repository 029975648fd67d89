#include "bench/tell/figures.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/words.h"
#include "lib/clock.h"

enum {
	TITLE = sizeof(((struct figure *)0)->title),
	ALT = sizeof(((struct figure *)0)->alt),
};

static const char *noun(const struct judged_arm *a)
{
	return a->arm->experiment->factor == FACTOR_SUBJECT ? "server" : "mode";
}

/*
 * A title is the answer's own sentence, without what it adds in parentheses
 * behind its end; else, or where it is too long, what the picture shows.
 */
static void put_title(struct figure *f, const char *answer, const char *shows)
{
	const char *aside = answer ? strstr(answer, ". (") : NULL;
	size_t length = strlen(answer ? answer : shows);

	if (aside)
		length = (size_t)(aside - answer) + 1;
	if (length >= TITLE) {
		answer = NULL;
		length = strlen(shows);
	}
	line_add(f->title, TITLE, "%.*s", (int)length, answer ? answer : shows);
}

/* Whether any level left zombies in an experiment over time. */
static bool any_leaks(const struct judged_arm *a)
{
	for (size_t l = 0; l < a->arm->levels; l++)
		if (a->zombies[l].leaks)
			return true;
	return false;
}

/* --- which pictures ------------------------------------------------------ */

static struct figure *new_figure(struct figures *f, const char *name,
				 const char *experiment)
{
	struct figure *new = &f->figure[f->count++];

	*new = (struct figure){ .name = name, .experiment = experiment };
	return new;
}

/* What does not fit is left out, from a panel's name on. */
static void alt_forest(const struct forest *f, struct figure *new)
{
	line_add(new->alt, ALT, "Ratios to %s with their intervals",
		 f->panel[0].arm->arm->level[0].name);
	for (size_t p = 0; p < f->panels; p++) {
		const struct judged_arm *a = f->panel[p].arm;
		const struct effect *e = a->effect[f->panel[p].metric];
		char text[ALT] = "";

		for (size_t l = 1; l < a->arm->levels; l++) {
			const struct interval *r = &e[l].ratio;

			if (isnan(r->mid))
				continue;
			line_add(text, ALT, "%s%s %.2f", *text ? ", " : "",
				 a->arm->level[l].name, r->mid);
			if (interval_is_closed(r))
				line_add(text, ALT, " (%.2f to %.2f)", r->low,
					 r->high);
		}
		if (*text && !line_add(new->alt, ALT, ". %s: %s",
				       metrics[f->panel[p].metric].title, text))
			return;
	}
}

static void choose_forest(const struct judged *j, const struct answers *answers,
			  enum factor factor, struct figures *to)
{
	bool servers = factor == FACTOR_SUBJECT;
	char shows[TITLE] = "";
	struct forest f;
	struct figure *new;

	forest_gather(j, factor, &f);
	if (!f.panels)
		return;
	new = new_figure(to, servers ? "servers" : "verdicts",
			 servers ? f.panel[0].arm->arm->experiment->name : "");
	line_add(shows, TITLE, "Ratios to %s",
		 f.panel[0].arm->arm->level[0].name);
	put_title(new,
		  answers_about(answers, servers ? TOPIC_SERVERS : TOPIC_USE),
		  shows);
	alt_forest(&f, new);
}

static bool has_timeline(const struct judged *j, const struct judged_arm *a)
{
	bool any = false;

	for (size_t l = 0; !any && l < a->arm->levels; l++) {
		struct zombie_sample *samples;

		any = timeline_read(j, a, l, &samples) > 0;
		free(samples);
	}
	return any;
}

static void choose_zombies(const struct judged *j,
			   const struct answers *answers, struct figures *to)
{
	const struct judged_arm *first = NULL;
	struct figure *new;
	bool leaks = false;

	for (size_t a = 0; a < j->arms; a++) {
		const struct judged_arm *g = &j->arm[a];

		if (!g->arm->experiment->timeline || !has_timeline(j, g))
			continue;
		leaks |= any_leaks(g);
		first = first ? first : g;
	}
	if (!first)
		return;
	new = new_figure(to, "zombies", first->arm->experiment->name);
	put_title(new, leaks ? answers_about(answers, TOPIC_ONCE) : NULL,
		  leaks ? "Zombies over time" :
			  "Zombies over time: none is left in the end");
	line_add(new->alt, ALT,
		 "Zombies over time, a panel for each %s: by the server's "
		 "counters as a line, by the kernel's account as dots. %s",
		 noun(first), new->title);
}

/* Of a level in a picture of bars: a metric in words, or "". */
static const char *words_of(const struct judged_arm *a, int metric, int level,
			    char out[METRIC_WORDS])
{
	*out = '\0';
	if (metric >= 0 && level >= 0)
		metric_words((enum metric_id)metric,
			     a->effect[metric][level].median, out);
	return out;
}

static void title_cpu(const struct stack *s, const struct judged_arm *a,
		      size_t level, struct figure *f)
{
	char parent[METRIC_WORDS], all[METRIC_WORDS];

	line_add(f->title, TITLE,
		 "A session with %s takes %s of CPU time, %s of it in the "
		 "parent",
		 a->arm->level[level].name,
		 words_of(a, s->second, (int)level, all),
		 words_of(a, s->first, (int)level, parent));
}

static void title_floor(const struct stack *s, const struct judged_arm *a,
			size_t level, struct figure *f)
{
	char first[METRIC_WORDS], vfork[METRIC_WORDS];

	words_of(a, s->first, arm_level(a->arm, "vfork"), vfork);
	line_add(f->title, TITLE,
		 "To fork, end and collect a process takes %s of CPU time",
		 words_of(a, s->first, (int)level, first));
	if (*vfork)
		line_add(f->title, TITLE, ", %s by vfork()", vfork);
}

/* The mode with the most calls of the parent, against that with the least. */
static void title_counts(const struct stack *s, const struct judged_arm *a,
			 size_t level, struct figure *f)
{
	const struct effect *calls = a->effect[s->first];
	size_t least = level, most = level;

	for (size_t l = 0; l < a->arm->levels; l++) {
		if (calls[l].median < calls[least].median)
			least = l;
		if (calls[l].median > calls[most].median)
			most = l;
	}
	line_add(f->title, TITLE,
		 "The parent makes %.1f system calls per session with %s",
		 calls[most].median, a->arm->level[most].name);
	if (most != least)
		line_add(f->title, TITLE, ", %.1f with %s", calls[least].median,
			 a->arm->level[least].name);
}

static void choose_stacks(const struct judged *j, struct figures *to)
{
	static void (*const title[])(
		const struct stack *s, const struct judged_arm *a, size_t level,
		struct figure *f) = { title_cpu, title_floor, title_counts };
	size_t level[LEVEL_SLOTS];

	for (size_t k = 0; k < stack_count; k++) {
		const struct stack *s = &stacks[k];
		const struct judged_arm *a = drawing_arm(j, s->experiment);
		size_t n = a ? stack_levels(s, a, level) : 0;
		struct figure *new;

		if (!n)
			continue;
		new = new_figure(to, s->name, s->experiment);
		title[k](s, a, level[0], new);
		for (size_t i = 0; i < n; i++) {
			const char *name = a->arm->level[level[i]].name;
			char words[STACK_WORDS];

			stack_words(s, a, level[i], words);
			if (!i)
				line_add(new->alt, ALT,
					 "%s, medians: ", s->axis);
			line_add(new->alt, ALT, "%s%s %s", i ? "; " : "", name,
				 words);
		}
		line_add(new->alt, ALT, ".");
	}
}

static void choose_latency(const struct judged *j, struct figures *to)
{
	const struct judged_arm *a = drawing_arm(j, "churn");
	struct hist *sum = malloc(sizeof(*sum));
	struct figure *new;
	char words[METRIC_WORDS];
	bool any = false;
	size_t said = 0;

	for (size_t l = 0; a && sum && l < a->arm->levels; l++)
		for (size_t k = 0; k < LATENCIES && !any; k++)
			any = latency_read(j, a, l, k, sum) > HIST_MIN_BEYOND;
	free(sum);
	if (!any)
		return;
	new = new_figure(to, "latency", a->arm->experiment->name);
	line_add(new->title, TITLE, "Latency by percentile");
	for (size_t k = 0; k < LATENCIES; k++) {
		double median = a->effect[latency_metrics[k]][0].median;

		metric_words(latency_metrics[k], median, words);
		if (*words)
			line_add(new->title, TITLE, "%s%s of %s %s (median)",
				 said++ ? ", " : "; ", latency_titles[k],
				 a->arm->level[0].name, words);
	}
	line_add(new->alt, ALT,
		 "Percentiles from 10 to 99.9 of fork() and of the first echo, "
		 "a line for each %s. %s.",
		 noun(a), new->title);
}

static void alt_slopes(const struct judged_arm *a, struct figure *new)
{
	const struct factor_kind *f = &factors[a->arm->experiment->factor];
	int metric[SLOPE_PANELS];
	size_t panels = slope_panels(a, metric);
	char words[METRIC_WORDS];

	line_add(new->alt, ALT, "Medians against %s %s, both axes logarithmic",
		 f->unit, f->grows);
	for (size_t k = 0; k < panels; k++) {
		line_add(new->alt, ALT, "%s%s", k ? "; " : ". ",
			 metrics[metric[k]].title);
		for (size_t l = 0; l < a->arm->levels; l++) {
			metric_words((enum metric_id)metric[k],
				     a->effect[metric[k]][l].median, words);
			if (*words)
				line_add(new->alt, ALT, "%s%s at %s",
					 l ? ", " : ": ", words,
					 a->arm->level[l].name);
		}
	}
	line_add(new->alt, ALT, ".");
}

static void choose_slopes(const struct judged *j, const struct answers *answers,
			  struct figures *to)
{
	for (size_t i = 0; i < j->arms; i++) {
		const struct judged_arm *a = &j->arm[i];
		const char *name = a->arm->experiment->name;
		char shows[TITLE] = "", text[ANSWER_BYTES];
		const char *answer = NULL;
		int metric[SLOPE_PANELS];
		struct figure *new;

		if (!slope_panels(a, metric))
			continue;
		if (a->arm->experiment == experiment_find("memory"))
			answer = answers_about(answers, TOPIC_FORK);
		else if (answers_slope(j, a, metric[0], text))
			answer = text;
		new = new_figure(to, name, name);
		line_add(shows, TITLE, "fork() against the parent's %s", name);
		put_title(new, answer, shows);
		alt_slopes(a, new);
	}
}

/* Pictures of one experiment each, with the answer's sentence as title. */
static void choose_curves(const struct judged *j, const struct answers *answers,
			  struct figures *to)
{
	static const struct {
		const char *name; /* of the experiment, and the picture */
		enum topic topic;
		int metric; /* that must have been measured */
		const char *shows, *alt;
	} pictures[] = {
		{ "capacity", TOPIC_CAPACITY, METRIC_SESSIONS_PER_S,
		  "Sessions per second, achieved against offered",
		  "Above, sessions per second achieved against those offered; "
		  "below, the 99th percentile of the first echo, logarithmic; "
		  "a "
		  "line for each mode" },
		{ "concurrency", TOPIC_CONCURRENCY, METRIC_CPU_US,
		  "What a session costs by how many are served at once",
		  "Above, CPU per session against sessions at once; below, the "
		  "median of the first echo, logarithmic; a line for each "
		  "mode" },
		{ "storm", TOPIC_STORM, METRIC_STORM_MS,
		  "The exit storm against the sessions held",
		  "Above, how long the exit storm takes against the sessions "
		  "held, both logarithmic; below, kernel memory per session; a "
		  "line for each mode" },
		{ "backlog", TOPIC_BACKLOG, METRIC_FAILED,
		  "A burst of connects by the server's backlog",
		  "Share of a burst of connects that is served, against time, "
		  "logarithmic; a line for each backlog" },
		{ "exhaust", TOPIC_EXHAUST, METRIC_FAILED,
		  "Sessions served under a limit of processes",
		  "Sessions served, and connections that ended unserved, a bar "
		  "for each mode" },
	};

	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++) {
		const struct judged_arm *a = drawing_arm(j, pictures[i].name);
		struct figure *new;
		bool any = false;

		for (size_t l = 0; a && l < a->arm->levels; l++)
			any |= a->effect[pictures[i].metric][l].median >= 0;
		if (!any)
			continue;
		new = new_figure(to, pictures[i].name, pictures[i].name);
		put_title(new, answers_about(answers, pictures[i].topic),
			  pictures[i].shows);
		line_add(new->alt, ALT, "%s. %s", pictures[i].alt, new->title);
	}
}

static void choose_cells(const struct judged *j, struct figures *to)
{
	struct figure *new;
	struct dots d;
	char all[METRIC_WORDS];

	if (dots_gather(j, &d)) {
		double low = INFINITY, high = 0;

		for (size_t i = 0; i < d.middles; i++) {
			low = fmin(low, d.middle[i].ratio);
			high = fmax(high, d.middle[i].ratio);
		}
		new = new_figure(to, "cells", "");
		words_count((double)d.n, all);
		line_add(new->title, TITLE,
			 "The machine wandered: %s between %s%.0f %% and "
			 "%s%.0f %% over the run",
			 metrics[d.metric].title, low < 1 ? "−" : "+",
			 100 * fabs(low - 1), high < 1 ? "−" : "+",
			 100 * fabs(high - 1));
		if (high / low < SAME_WITHIN) {
			*new->title = '\0';
			line_add(new->title, TITLE,
				 "The machine was steady: %s within %.1f %% "
				 "over the run",
				 metrics[d.metric].title,
				 100 * fmax(high - 1, 1 - low));
		}
		if (d.suspect)
			line_add(new->title, TITLE,
				 "; %zu of %s cells %s suspect", d.suspect, all,
				 d.suspect == 1 ? "is" : "are");
		if (d.invalid)
			line_add(new->title, TITLE, "%s %zu %s invalid",
				 d.suspect ? "," : ";", d.invalid,
				 d.invalid == 1 ? "is" : "are");
		line_add(new->alt, ALT,
			 "Every cell of %s over the run's time: %s against the "
			 "median of its level, and how that wandered. %s.",
			 d.arm->arm->experiment->name, metrics[d.metric].title,
			 new->title);
	}
	dots_release(&d);
}

void figures_choose(const struct judged *j, const struct answers *answers,
		    struct figures *f)
{
	f->count = 0;
	choose_forest(j, answers, FACTOR_MODE, f);
	choose_zombies(j, answers, f);
	choose_stacks(j, f);
	choose_latency(j, f);
	choose_slopes(j, answers, f);
	choose_curves(j, answers, f);
	choose_forest(j, answers, FACTOR_SUBJECT, f);
	choose_cells(j, f);
}

int figures_draw(const struct judged *j, const struct figures *f,
		 const char *folder, char why[FIGURES_WHY])
{
	FILE *out;
	const char *names[FIGURES_MOST];
	char plots[PATH_MAX], *commands = NULL;
	size_t bytes;
	int rc;

	if (!f->count)
		return 0;
	out = open_memstream(&commands, &bytes);
	if (!out) {
		snprintf(why, FIGURES_WHY, "cannot draw: %s", strerror(errno));
		return -1;
	}
	drawing_begin(out, j);
	for (size_t i = 0; i < f->count; i++) {
		names[i] = f->figure[i].name;
		drawing_write(out, j, names[i], f->figure[i].title);
	}
	if (fclose(out) == EOF) {
		snprintf(why, FIGURES_WHY, "cannot draw: %s", strerror(errno));
		free(commands);
		return -1;
	}
	snprintf(plots, sizeof(plots), "%s/plots", folder);
	rc = gnuplot_draw(plots, commands, names, f->count,
			  FIGURES_PATIENCE_S * NS_PER_S, why);
	free(commands);
	return rc;
}
