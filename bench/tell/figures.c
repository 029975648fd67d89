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
	LISTED = 3, /* names that a title lists; more are counted */
	TITLE = sizeof(((struct figure *)0)->title),
	ALT = sizeof(((struct figure *)0)->alt),
};

/* Where one ratio is larger, titles say how many times. */
#define TIMES 3.0

/* --- words --------------------------------------------------------------- */

/* "13", or "1.4" where it is small; or, in times, "14" or "3.2". */
static void pct_words(double ratio, bool times, char out[16])
{
	double shown = times ? ratio : 100 * fabs(ratio - 1);

	snprintf(out, 16, shown < 9.5 ? "%.2g" : "%.0f", shown);
}

static bool decided(const struct effect *e)
{
	return e->verdict == VERDICT_BETTER || e->verdict == VERDICT_WORSE;
}

/* In a sentence, "none" alone would say something else. */
static const char *called(const char *level)
{
	return strcmp(level, "none") == 0 ? "mode none" : level;
}

static const char *noun(const struct judged_arm *a)
{
	return a->arm->experiment->factor == FACTOR_SUBJECT ? "server" : "mode";
}

/* How a difference by a metric is said: "costs 13 % more CPU per session". */
static const struct saying {
	int metric;
	const char *one, *many, *more, *less, *what;
} sayings[] = {
	{ METRIC_CPU_US, "costs", "cost", "more", "less", "CPU per session" },
	{ METRIC_PARENT_CPU_US, "costs", "cost", "more", "less",
	  "CPU of the parent per session" },
	{ METRIC_SESSIONS_PER_S, "serves", "serve", "more", "fewer",
	  "sessions/s" },
	{ METRIC_FORK_P50_US, "takes", "take", "more", "less",
	  "time for fork()" },
	{ METRIC_FIRST_ECHO_P50_US, "takes", "take", "more", "less",
	  "time to the first echo" },
	{ METRIC_STORM_MS, "takes", "take", "more", "less",
	  "time for the exit storm" },
	{ METRIC_STORM_CPU_US, "costs", "cost", "more", "less",
	  "CPU per session in the exit storm" },
	{ METRIC_WALL_S, "takes", "take", "more", "less", "wall time" },
};

enum { SAYINGS = sizeof(sayings) / sizeof(sayings[0]) };

/* "13", "13 and 12", "3 to 25" */
static void add_pcts(const struct effect e[], const size_t level[], size_t n,
		     bool times, char *to, size_t room)
{
	char pct[LEVEL_SLOTS][16];
	size_t low = 0, high = 0;

	for (size_t i = 0; i < n; i++) {
		double far = fabs(e[level[i]].ratio.mid - 1);

		pct_words(e[level[i]].ratio.mid, times, pct[i]);
		if (far < fabs(e[level[low]].ratio.mid - 1))
			low = i;
		if (far > fabs(e[level[high]].ratio.mid - 1))
			high = i;
	}
	if (strcmp(pct[low], pct[high]) == 0)
		line_add(to, room, "%s", pct[low]);
	else if (n > LISTED)
		line_add(to, room, "%s to %s", pct[low], pct[high]);
	else
		for (size_t i = 0; i < n; i++)
			line_add(to, room, "%s%s", words_join(i, n), pct[i]);
}

/*
 * The decided levels on one side: "a and b cost 13 and 12 % more CPU per
 * session than base"; after another side: "c 2 % less". False if there is none.
 */
static bool say_side(const struct judged_arm *a, const struct saying *s,
		     bool more, bool second, char *to, size_t room)
{
	const struct effect *e = a->effect[s->metric];
	size_t level[LEVEL_SLOTS], n = 0, all = 0;
	bool times = false;

	for (size_t l = 0; l < a->arm->levels; l++) {
		if (!arm_is_compared(a->arm, l))
			continue;
		all++;
		if (!decided(&e[l]) || (e[l].ratio.mid > 1) != more)
			continue;
		times |= e[l].ratio.mid >= TIMES;
		level[n++] = l;
	}
	if (!n)
		return false;
	if (second)
		line_add(to, room, ", ");
	if (n > LISTED)
		line_add(to, room, "%zu of %zu %ss", n, all, noun(a));
	for (size_t i = 0; i < n && n <= LISTED; i++)
		line_add(to, room, "%s%s", words_join(i, n),
			 called(a->arm->level[level[i]].name));
	if (!second)
		line_add(to, room, " %s", n == 1 ? s->one : s->many);
	line_add(to, room, " ");
	add_pcts(e, level, n, times, to, room);
	if (times)
		line_add(to, room, " times the %s of %s", s->what,
			 called(a->arm->level[0].name));
	else
		line_add(to, room, " %% %s", more ? s->more : s->less);
	if (!times && !second)
		line_add(to, room, " %s than %s", s->what,
			 called(a->arm->level[0].name));
	return true;
}

/* What the verdicts by one metric say. False if they say no difference. */
static bool say_difference(const struct judged *j, const struct judged_arm *a,
			   int metric, char *to, size_t room)
{
	const struct saying *s = NULL;
	bool said;

	for (size_t i = 0; i < SAYINGS; i++)
		if (sayings[i].metric == metric)
			s = &sayings[i];
	if (!s || j->state == RUN_NOISY || j->state == RUN_INVALID)
		return false;
	said = say_side(a, s, true, false, to, room);
	return say_side(a, s, false, said, to, room) || said;
}

static bool is_shown(const struct judged_arm *a, enum factor factor)
{
	return a->arm->experiment->factor == factor;
}

/* Why no difference is claimed. */
static void say_none(const struct judged *j, enum factor factor, char *to,
		     size_t room)
{
	const struct judged_arm *arm = NULL;
	size_t due = 0, same = 0, withheld = 0;
	double worst = NAN;
	int metric = -1;

	for (size_t a = 0; a < j->arms; a++)
		for (int m = 0; m < METRIC_COUNT; m++)
			for (size_t l = 0; l < j->arm[a].arm->levels; l++) {
				const struct effect *e =
					&j->arm[a].effect[m][l];

				if (!is_shown(&j->arm[a], factor) ||
				    !e->primary ||
				    !arm_is_compared(j->arm[a].arm, l))
					continue;
				arm = arm ? arm : &j->arm[a];
				same += e->verdict == VERDICT_SAME;
				due += e->verdict == VERDICT_SAME ||
				       e->verdict == VERDICT_UNCLEAR;
				withheld += e->verdict == VERDICT_WITHHELD;
				if (e->verdict == VERDICT_UNCLEAR && metric < 0)
					metric = m, arm = &j->arm[a];
			}
	if (j->state == RUN_INVALID)
		line_add(to, room,
			 "An invalid run: it says nothing about speed");
	else if (j->state == RUN_NOISY || (withheld && !due))
		line_add(to, room, "Too noisy for a verdict about speed");
	else if (!due || !arm)
		line_add(to, room, "Too few rounds for a verdict about speed");
	else if (same == due)
		line_add(to, room, "No %s differs from %s by more than 3 %%",
			 noun(arm), called(arm->arm->level[0].name));
	else {
		worst = judge_resolution(arm, metric);
		line_add(to, room, "No difference between the %ss is clear",
			 noun(arm));
		if (!isnan(worst))
			line_add(to, room, " (by %s, over %.2g %% would be)",
				 metrics[metric].title, 100 * worst);
	}
}

/* "a and b leave zombies", over all experiments with that factor. */
static void say_leaks(const struct judged *j, enum factor factor, char *to,
		      size_t room)
{
	const char *leaking[FOREST_ROWS], *counted[FOREST_ROWS];
	size_t leaks = 0, counts = 0, i;
	const struct judged_arm *arm = NULL;

	for (size_t a = 0; a < j->arms; a++)
		for (size_t l = 0; l < j->arm[a].arm->levels; l++) {
			const struct judged_arm *g = &j->arm[a];
			const char *name = g->arm->level[l].name;

			if (!is_shown(g, factor) || g->arm->level[l].aa ||
			    isnan(g->zombies[l].left_max))
				continue;
			arm = g;
			for (i = 0; i < counts; i++)
				if (strcmp(counted[i], name) == 0)
					break;
			if (i == counts && counts < FOREST_ROWS)
				counted[counts++] = name;
			for (i = 0; i < leaks; i++)
				if (strcmp(leaking[i], name) == 0)
					break;
			if (g->zombies[l].leaks && i == leaks &&
			    leaks < FOREST_ROWS)
				leaking[leaks++] = name;
		}
	if (!arm)
		return;
	line_add(to, room, "; ");
	if (!leaks)
		line_add(to, room, "no %s leaves zombies", noun(arm));
	else if (leaks > LISTED)
		line_add(to, room, "%zu of %zu %ss leave zombies", leaks,
			 counts, noun(arm));
	for (i = 0; i < leaks && leaks <= LISTED; i++)
		line_add(to, room, "%s%s%s", words_join(i, leaks),
			 called(leaking[i]),
			 i + 1 < leaks ? "" :
			 leaks == 1    ? " leaves zombies" :
					 " leave zombies");
}

/* --- which pictures ------------------------------------------------------ */

static struct figure *new_figure(struct figures *f, const char *name,
				 const char *experiment)
{
	struct figure *new = &f->figure[f->count++];

	*new = (struct figure){ .name = name, .experiment = experiment };
	return new;
}

static void alt_forest(const struct forest *f, struct figure *new)
{
	line_add(new->alt, ALT, "Ratios to %s with their intervals",
		 f->panel[0].arm->arm->level[0].name);
	for (size_t p = 0; p < f->panels; p++) {
		const struct judged_arm *a = f->panel[p].arm;
		const char *before = ". ";

		for (size_t l = 1; l < a->arm->levels; l++) {
			struct interval r =
				a->effect[f->panel[p].metric][l].ratio;

			if (isnan(r.mid))
				continue;
			if (*before == '.')
				line_add(new->alt, ALT, ". %s: ",
					 metrics[f->panel[p].metric].title);
			if (!line_add(new->alt, ALT, "%s%s %.2f",
				      *before == '.' ? "" : before,
				      a->arm->level[l].name, r.mid))
				return;
			if (r.low > 0 && isfinite(r.high) &&
			    !line_add(new->alt, ALT, " (%.2f to %.2f)", r.low,
				      r.high))
				return;
			before = ", ";
		}
	}
}

static void choose_forest(const struct judged *j, enum factor factor,
			  const char *name, struct figures *to)
{
	struct forest f;
	struct figure *new;
	bool said = false;

	forest_gather(j, factor, &f);
	if (!f.panels)
		return;
	new = new_figure(to, name,
			 factor == FACTOR_SUBJECT ?
				 f.panel[0].arm->arm->experiment->name :
				 "");
	for (int m = 0; m < METRIC_COUNT && !said; m++)
		for (size_t p = 0; p < f.panels && !said; p++)
			if (f.panel[p].metric == m)
				said = say_difference(j, f.panel[p].arm, m,
						      new->title, TITLE);
	if (!said)
		say_none(j, factor, new->title, TITLE);
	say_leaks(j, factor, new->title, TITLE);
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

static void choose_zombies(const struct judged *j, struct figures *to)
{
	const struct judged_arm *first = NULL, *storm = NULL;
	struct figure *new;
	size_t leaks = 0, counts = 0;

	for (size_t a = 0; a < j->arms; a++) {
		const struct judged_arm *g = &j->arm[a];

		if (!g->arm->experiment->timeline || !has_timeline(j, g))
			continue;
		if (!first)
			first = g;
		else if (!storm && g->arm->load.hold)
			storm = g;
	}
	if (!first)
		return;
	new = new_figure(to, "zombies", first->arm->experiment->name);
	for (size_t l = 0; l < first->arm->levels; l++) {
		const char *name = first->arm->level[l].name;
		const struct zombie_count *z = &first->zombies[l];
		int at = storm ? arm_level(storm->arm, name) : -1;
		char left[DRAWING_LEFT], after[DRAWING_LEFT] = "";

		if (first->arm->level[l].aa || isnan(z->left_max))
			continue;
		counts++;
		drawing_left(z, left);
		if (at >= 0)
			drawing_left(&storm->zombies[at], after);
		if (!z->leaks && (!*after || strcmp(after, "none") == 0))
			continue;
		line_add(new->title, TITLE, "%s%s leaves %s%s",
			 leaks ? "; " : "", called(name), left,
			 leaks ? "" : " of its children as zombies");
		leaks++;
		if (*after && strcmp(after, left) != 0)
			line_add(new->title, TITLE, " (%s after a storm)",
				 after);
	}
	if (!counts)
		line_add(new->title, TITLE, "Zombies over time");
	else if (!leaks)
		line_add(new->title, TITLE, "No %s leaves zombies",
			 noun(first));
	line_add(new->alt, ALT,
		 "Zombies over time, a panel for each %s: by the server's "
		 "counters as a line, by the kernel's account as dots. %s.",
		 noun(first), new->title);
}

static void choose_latency(const struct judged *j, struct figures *to)
{
	const struct judged_arm *a = drawing_arm(j, "churn");
	struct hist *sum = malloc(sizeof(*sum));
	struct figure *new;
	char words[METRIC_WORDS], difference[240] = "";
	bool any = false;

	for (size_t l = 0; a && sum && l < a->arm->levels; l++)
		for (size_t k = 0; k < LATENCIES && !any; k++)
			any = latency_read(j, a, l, k, sum) > HIST_MIN_BEYOND;
	free(sum);
	if (!any)
		return;
	new = new_figure(to, "latency", a->arm->experiment->name);
	for (size_t k = 0; k < LATENCIES; k++) {
		double median = a->effect[latency_metrics[k]][0].median;

		if (isnan(median))
			continue;
		metric_words(latency_metrics[k], median, words);
		if (!*new->title)
			line_add(new->title, TITLE,
				 "%s: ", a->arm->level[0].name);
		else
			line_add(new->title, TITLE, ", ");
		line_add(new->title, TITLE, "%s in %s", latency_titles[k],
			 words);
	}
	if (*new->title)
		line_add(new->title, TITLE, " (median)");
	else
		line_add(new->title, TITLE, "Latency by percentile");
	if (say_difference(j, a, METRIC_FIRST_ECHO_P50_US, difference,
			   sizeof(difference)) ||
	    say_difference(j, a, METRIC_FORK_P50_US, difference,
			   sizeof(difference)))
		line_add(new->title, TITLE, "; %s", difference);
	line_add(new->alt, ALT,
		 "Percentiles from 10 to 99.9 of fork() and of the first echo, "
		 "a line for each %s. %s.",
		 noun(a), new->title);
}

static void choose_memory(const struct judged *j, struct figures *to)
{
	const struct judged_arm *a = drawing_arm(j, "memory");
	const struct effect *e;
	double slope;
	size_t level[LEVEL_SLOTS], n;
	char words[METRIC_WORDS];
	struct figure *new;

	n = a && is_shown(a, FACTOR_BALLAST) ? memory_levels(a, level) : 0;
	if (n < 2)
		return;
	e = a->effect[METRIC_FORK_P50_US];
	slope = a->slope[METRIC_FORK_P50_US].per_unit.mid;
	new = new_figure(to, "memory", a->arm->experiment->name);
	if (memory_is_clear(j, a)) {
		metric_words(METRIC_FORK_P50_US, e[level[0]].median, words);
		line_add(new->title, TITLE, "fork() takes %s%s%s, and ", words,
			 a->arm->level[level[0]].value > 0 ? " at " : "",
			 a->arm->level[level[0]].value > 0 ?
				 a->arm->level[level[0]].name :
				 "");
		metric_words(METRIC_FORK_P50_US, 1024 * fabs(slope), words);
		line_add(new->title, TITLE,
			 "%s %s for every GiB that the parent has touched",
			 words, slope > 0 ? "more" : "less");
	} else
		line_add(new->title, TITLE,
			 "fork() against the parent's memory: no clear slope");
	line_add(new->alt, ALT,
		 "Median of fork() against MiB that the parent has touched, "
		 "both axes logarithmic");
	for (size_t i = 0; i < n; i++) {
		metric_words(METRIC_FORK_P50_US, e[level[i]].median, words);
		line_add(new->alt, ALT, "%s%s at %g MiB", i ? ", " : ": ",
			 words, a->arm->level[level[i]].value);
	}
	line_add(new->alt, ALT, ".");
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

void figures_choose(const struct judged *j, struct figures *f)
{
	f->count = 0;
	choose_forest(j, FACTOR_MODE, "verdicts", f);
	choose_zombies(j, f);
	choose_latency(j, f);
	choose_memory(j, f);
	choose_forest(j, FACTOR_SUBJECT, "servers", f);
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
