#include "bench/tell/figures.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/study/look.h"
#include "bench/tell/answers.h"
#include "bench/tell/gnuplot.h"
#include "lib/clock.h"

enum {
	WIDTH = 1000, /* of a picture, pixels */
	MARGIN = 30,
	TITLE_LINE = 86, /* characters that fit in a title's line */
	LISTED = 3,	 /* names that a title lists; more are counted */
	STRIP = 4,	 /* panels side by side */
	PANELS_MOST = 24,
	ROWS_MOST = 2 * LEVELS_MOST,
	LEVEL_SLOTS = LEVELS_MOST + 1,
	LINE_POINTS = 200, /* of a line over time, about */
	CURVE_STEPS = 80,
};

/* Ratios beyond stand at the edge of their panel, as a number. */
#define FARTHEST 2.5
/* Where one ratio is larger, titles say how many times. */
#define TIMES 3.0
/* Contrast with the paper, as WCAG defines it, of lines and of text. */
#define LINE_CONTRAST 2.0
#define TEXT_CONTRAST 4.5

static const struct judged_arm *arm_of(const struct judged *j, const char *name)
{
	for (size_t a = 0; a < j->arms; a++)
		if (strcmp(j->arm[a].arm->experiment->name, name) == 0)
			return &j->arm[a];
	return NULL;
}

static size_t index_of(const struct judged *j, const struct judged_arm *a)
{
	return (size_t)(a - j->arm);
}

/* --- words --------------------------------------------------------------- */

/*
 * Appends, and keeps it one line. What does not fit is left out as a whole:
 * then it returns false.
 */
__attribute__((format(printf, 3, 4))) static bool
add(char *to, size_t room, const char *format, ...)
{
	size_t used = strlen(to);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to + used, room - used, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room - used) {
		to[used] = '\0';
		return false;
	}
	for (char *at = to + used; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	return true;
}

static size_t width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

/* "13", or "1.4" where it is small; or, in times, "14" or "3.2". */
static void pct_words(double ratio, bool times, char out[16])
{
	double shown = times ? ratio : 100 * fabs(ratio - 1);

	snprintf(out, 16, shown < 9.5 ? "%.2g" : "%.0f", shown);
}

/* 45000 as "45 ms" */
static void us_words(double us, char out[32])
{
	double unit = us < 1 ? 1e-3 : us < 1e3 ? 1 : us < 1e6 ? 1e3 : 1e6;

	snprintf(out, 32, "%.3g %s", us / unit,
		 us < 1	  ? "ns" :
		 us < 1e3 ? "µs" :
		 us < 1e6 ? "ms" :
			    "s");
}

/* The share of children left: "none", "66 %", "all"; "" if not counted. */
static void left_words(const struct zombie_count *z, char out[16])
{
	double pct = 100 * z->share;

	*out = '\0';
	if (isnan(z->left_max))
		return;
	if (!(z->left_max > 0))
		snprintf(out, 16, "none");
	else if (isnan(pct))
		snprintf(out, 16, "some");
	else if (pct > 99.95)
		snprintf(out, 16, "all");
	else if (pct > 99)
		snprintf(out, 16, "over 99 %%");
	else if (pct < 1)
		snprintf(out, 16, "under 1 %%");
	else
		snprintf(out, 16, "%.0f %%", pct);
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
		add(to, room, "%s", pct[low]);
	else if (n > LISTED)
		add(to, room, "%s to %s", pct[low], pct[high]);
	else
		for (size_t i = 0; i < n; i++)
			add(to, room, "%s%s", words_join(i, n), pct[i]);
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
		add(to, room, ", ");
	if (n > LISTED)
		add(to, room, "%zu of %zu %ss", n, all, noun(a));
	for (size_t i = 0; i < n && n <= LISTED; i++)
		add(to, room, "%s%s", words_join(i, n),
		    called(a->arm->level[level[i]].name));
	if (!second)
		add(to, room, " %s", n == 1 ? s->one : s->many);
	add(to, room, " ");
	add_pcts(e, level, n, times, to, room);
	if (times)
		add(to, room, " times the %s of %s", s->what,
		    called(a->arm->level[0].name));
	else
		add(to, room, " %% %s", more ? s->more : s->less);
	if (!times && !second)
		add(to, room, " %s than %s", s->what,
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
	if (!s || a->noisy || j->state == RUN_NOISY || j->state == RUN_INVALID)
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
		add(to, room, "An invalid run: it says nothing about speed");
	else if (j->state == RUN_NOISY || (withheld && !due))
		add(to, room, "Too noisy for a verdict about speed");
	else if (!due || !arm)
		add(to, room, "Too few rounds for a verdict about speed");
	else if (same == due)
		add(to, room, "No %s differs from %s by more than 3 %%",
		    noun(arm), called(arm->arm->level[0].name));
	else {
		worst = judge_resolution(arm, metric);
		add(to, room, "No difference between the %ss is clear",
		    noun(arm));
		if (!isnan(worst))
			add(to, room, " (by %s, over %.2g %% would be)",
			    metrics[metric].title, 100 * worst);
	}
}

/* "a and b leave zombies", over all experiments with that factor. */
static void say_leaks(const struct judged *j, enum factor factor, char *to,
		      size_t room)
{
	const char *leaking[ROWS_MOST], *counted[ROWS_MOST];
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
			if (i == counts && counts < ROWS_MOST)
				counted[counts++] = name;
			for (i = 0; i < leaks; i++)
				if (strcmp(leaking[i], name) == 0)
					break;
			if (g->zombies[l].leaks && i == leaks &&
			    leaks < ROWS_MOST)
				leaking[leaks++] = name;
		}
	if (!arm)
		return;
	add(to, room, "; ");
	if (!leaks)
		add(to, room, "no %s leaves zombies", noun(arm));
	else if (leaks > LISTED)
		add(to, room, "%zu of %zu %ss leave zombies", leaks, counts,
		    noun(arm));
	for (i = 0; i < leaks && leaks <= LISTED; i++)
		add(to, room, "%s%s%s", words_join(i, leaks),
		    called(leaking[i]),
		    i + 1 < leaks ? "" :
		    leaks == 1	  ? " leaves zombies" :
				    " leave zombies");
}

/* --- which pictures ------------------------------------------------------ */

/* Metrics in their panels, and the levels in the rows of each. */
struct forest {
	size_t panels, rows;
	struct panel {
		const struct judged_arm *arm;
		int metric;
	} panel[PANELS_MOST];
	struct row {
		const char *name;
		size_t arm, level; /* where it is met first */
		bool aa;
	} row[ROWS_MOST];
};

static void add_rows(struct forest *f, size_t arm, const struct arm *a)
{
	for (size_t l = 0; l < a->levels; l++) {
		size_t i = 0;

		while (i < f->rows && strcmp(f->row[i].name, a->level[l].name))
			i++;
		if (i == f->rows && f->rows < ROWS_MOST)
			f->row[f->rows++] = (struct row){ a->level[l].name, arm,
							  l, a->level[l].aa };
	}
}

static void gather_forest(const struct judged *j, enum factor factor,
			  struct forest *f)
{
	f->panels = f->rows = 0;
	for (size_t a = 0; a < j->arms; a++) {
		const struct judged_arm *g = &j->arm[a];
		size_t before = f->panels;

		for (int m = 0; m < METRIC_COUNT; m++) {
			bool any = false;

			for (size_t l = 1; l < g->arm->levels; l++)
				any |= arm_is_compared(g->arm, l) &&
				       g->effect[m][l].primary &&
				       !isnan(g->effect[m][l].ratio.mid);
			if (any && is_shown(g, factor) &&
			    f->panels < PANELS_MOST)
				f->panel[f->panels++] = (struct panel){ g, m };
		}
		if (f->panels > before)
			add_rows(f, a, g->arm);
	}
}

static struct figure *new_figure(struct figures *f, const char *name,
				 const char *experiment)
{
	struct figure *new = &f->figure[f->count++];

	*new = (struct figure){ .name = name, .experiment = experiment };
	return new;
}

static void alt_forest(const struct forest *f, struct figure *to)
{
	const struct arm *first = f->panel[0].arm->arm;

	add(to->alt, sizeof(to->alt), "Ratios to %s with their intervals, by ",
	    first->level[0].name);
	for (size_t p = 0; p < f->panels; p++)
		add(to->alt, sizeof(to->alt), "%s%s", words_join(p, f->panels),
		    metrics[f->panel[p].metric].title);
	for (size_t p = 0; p < f->panels; p++)
		for (size_t l = 1; l < f->panel[p].arm->arm->levels; l++) {
			const struct arm *a = f->panel[p].arm->arm;
			const struct interval *r =
				&f->panel[p].arm->effect[f->panel[p].metric][l]
					 .ratio;

			if (isnan(r->mid))
				continue;
			if (!add(to->alt, sizeof(to->alt),
				 "%s%s %.2f (%.2f to %.2f)",
				 l == 1 ? ". " : ", ", a->level[l].name, r->mid,
				 r->low, r->high))
				return;
		}
	add(to->alt, sizeof(to->alt), ".");
}

static void choose_forest(const struct judged *j, enum factor factor,
			  const char *name, struct figures *to)
{
	struct forest f;
	struct figure *new;
	bool said = false;

	gather_forest(j, factor, &f);
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
						      new->title,
						      sizeof(new->title));
	if (!said)
		say_none(j, factor, new->title, sizeof(new->title));
	say_leaks(j, factor, new->title, sizeof(new->title));
	alt_forest(&f, new);
}

/* The samples of a level in the first round that has any; to be freed. */
static size_t read_timeline(const struct judged *j, const struct judged_arm *a,
			    size_t level, struct zombie_sample **samples)
{
	size_t n = 0;

	*samples = NULL;
	for (unsigned round = 1; round <= 3 && !n; round++) {
		free(*samples);
		n = run_zombies(j->run, index_of(j, a), level, round, samples);
	}
	return n;
}

static bool has_timeline(const struct judged *j, const struct judged_arm *a)
{
	bool any = false;

	for (size_t l = 0; !any && l < a->arm->levels; l++) {
		struct zombie_sample *samples;

		any = read_timeline(j, a, l, &samples) > 0;
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
		char left[16], after[16] = "";

		if (first->arm->level[l].aa || isnan(z->left_max))
			continue;
		counts++;
		left_words(z, left);
		if (at >= 0)
			left_words(&storm->zombies[at], after);
		if (!z->leaks && (!*after || strcmp(after, "none") == 0))
			continue;
		add(new->title, sizeof(new->title), "%s%s leaves %s%s",
		    leaks ? "; " : "", called(name), left,
		    leaks ? "" : " of its children as zombies");
		leaks++;
		if (*after && strcmp(after, left) != 0)
			add(new->title, sizeof(new->title), " (%s after a storm)",
			    after);
	}
	if (!counts)
		add(new->title, sizeof(new->title), "Zombies over time");
	else if (!leaks)
		add(new->title, sizeof(new->title), "No %s leaves zombies",
		    noun(first));
	add(new->alt, sizeof(new->alt),
	    "Zombies over time, a panel for each %s: by the server's counters "
	    "as a line, by the kernel's account as dots. %s.",
	    noun(first), new->title);
}

static const char *const kinds[] = { "fork", "first_echo" };
static const char *const kind_titles[] = { "fork()", "first echo" };
static const int kind_metrics[] = { METRIC_FORK_P50_US,
				    METRIC_FIRST_ECHO_P50_US };
enum { KINDS = 2 };

static uint64_t read_latency(const struct judged *j, const struct judged_arm *a,
			     size_t level, size_t kind, struct hist *sum)
{
	char why[CELLS_WHY];

	*sum = (struct hist){ 0 };
	if (run_latency(j->run, index_of(j, a), level, kinds[kind], sum, why) <=
	    0)
		return 0;
	return hist_count(sum);
}

static void choose_latency(const struct judged *j, struct figures *to)
{
	const struct judged_arm *a = arm_of(j, "churn");
	struct hist *sum = malloc(sizeof(*sum));
	struct figure *new;
	char words[METRIC_WORDS], difference[240] = "";
	bool any = false;

	for (size_t l = 0; a && sum && l < a->arm->levels; l++)
		for (size_t k = 0; k < KINDS && !any; k++)
			any = read_latency(j, a, l, k, sum) > HIST_MIN_BEYOND;
	free(sum);
	if (!any)
		return;
	new = new_figure(to, "latency", a->arm->experiment->name);
	for (size_t k = 0; k < KINDS; k++) {
		double median = a->effect[kind_metrics[k]][0].median;

		if (isnan(median))
			continue;
		metric_words(kind_metrics[k], median, words);
		if (!*new->title)
			add(new->title, sizeof(new->title), "%s: ",
			    a->arm->level[0].name);
		else
			add(new->title, sizeof(new->title), ", ");
		add(new->title, sizeof(new->title), "%s in %s", kind_titles[k],
		    words);
	}
	if (*new->title)
		add(new->title, sizeof(new->title), " (median)");
	else
		add(new->title, sizeof(new->title), "Latency by percentile");
	if (say_difference(j, a, METRIC_FIRST_ECHO_P50_US, difference,
			   sizeof(difference)) ||
	    say_difference(j, a, METRIC_FORK_P50_US, difference,
			   sizeof(difference)))
		add(new->title, sizeof(new->title), "; %s", difference);
	add(new->alt, sizeof(new->alt),
	    "Percentiles from 10 to 99.9 of fork() and of the first echo, a "
	    "line for each %s. %s.",
	    noun(a), new->title);
}

/* The points of the curve over memory. */
static size_t memory_points(const struct judged_arm *a,
			    size_t level[LEVEL_SLOTS])
{
	size_t n = 0;

	for (size_t l = 0; l < a->arm->levels; l++)
		if (!a->arm->level[l].aa && a->arm->level[l].value >= 0 &&
		    a->effect[METRIC_FORK_P50_US][l].median > 0)
			level[n++] = l;
	return n;
}

static bool slope_is_clear(const struct judged *j, const struct judged_arm *a)
{
	const struct interval *s = &a->slope[METRIC_FORK_P50_US].per_unit;

	return !a->noisy && j->state != RUN_NOISY && j->state != RUN_INVALID &&
	       (s->low > 0 || s->high < 0);
}

static void choose_memory(const struct judged *j, struct figures *to)
{
	const struct judged_arm *a = arm_of(j, "memory");
	const struct effect *e;
	size_t level[LEVEL_SLOTS], n;
	char words[METRIC_WORDS];
	struct figure *new;

	n = a && is_shown(a, FACTOR_BALLAST) ? memory_points(a, level) : 0;
	if (n < 2)
		return;
	e = a->effect[METRIC_FORK_P50_US];
	new = new_figure(to, "memory", a->arm->experiment->name);
	if (slope_is_clear(j, a)) {
		metric_words(METRIC_FORK_P50_US, e[level[0]].median, words);
		add(new->title, sizeof(new->title), "fork() takes %s%s%s, and ",
		    words, a->arm->level[level[0]].value > 0 ? " at " : "",
		    a->arm->level[level[0]].value > 0 ?
			    a->arm->level[level[0]].name :
			    "");
		metric_words(METRIC_FORK_P50_US,
			     fabs(a->slope[METRIC_FORK_P50_US].per_unit.mid) *
				     1024,
			     words);
		add(new->title, sizeof(new->title),
		    "%s %s for every GiB that the parent has touched",
		    words,
		    a->slope[METRIC_FORK_P50_US].per_unit.mid > 0 ? "more" :
								     "less");
	} else
		add(new->title, sizeof(new->title),
		    "fork() against the parent's memory: no clear slope");
	add(new->alt, sizeof(new->alt),
	    "Median of fork() against MiB that the parent has touched, both "
	    "axes logarithmic");
	for (size_t i = 0; i < n; i++) {
		metric_words(METRIC_FORK_P50_US, e[level[i]].median, words);
		add(new->alt, sizeof(new->alt), "%s%s at %g MiB",
		    i ? ", " : ": ", words, a->arm->level[level[i]].value);
	}
	add(new->alt, sizeof(new->alt), ".");
}

/* --- cells over time ----------------------------------------------------- */

struct dot {
	double t_s, ratio; /* NAN: no value */
	enum validity validity;
};

/* All cells of an arm by one metric, against the median of their level. */
struct dots {
	const struct judged_arm *arm;
	int metric;
	size_t n, suspect, invalid;
	struct dot *dot; /* by time; owned */
	size_t middles;	 /* medians of so many successive cells */
	struct dot *middle;
};

static int by_time(const void *a, const void *b)
{
	double x = ((const struct dot *)a)->t_s, y = ((const struct dot *)b)->t_s;

	return (x > y) - (x < y);
}

/* The moving median: a point for each group of successive cells. */
static void find_middles(struct dots *d)
{
	size_t group = d->n / 60 > 8 ? d->n / 60 : 8;
	double *value = malloc((group + 1) * sizeof(*value));

	d->middle = calloc(d->n / group + 1, sizeof(*d->middle));
	for (size_t i = 0; value && d->middle && i + group <= d->n;
	     i += group) {
		size_t k = 0;

		for (size_t c = i; c < i + group; c++)
			if (!isnan(d->dot[c].ratio))
				value[k++] = d->dot[c].ratio;
		if (k)
			d->middle[d->middles++] = (struct dot){
				.t_s = d->dot[i + group / 2].t_s,
				.ratio = ranks_median(value, k),
			};
	}
	free(value);
}

/* Returns false if the run has too few. To be released in any case. */
static bool gather_dots(const struct judged *j, struct dots *d)
{
	const struct judged_arm *a = arm_of(j, "churn");
	const struct run *r = j->run;
	bool cpu = a && a->effect[METRIC_CPU_US][0].median > 0;

	*d = (struct dots){ .arm = a,
			    .metric = cpu ? METRIC_CPU_US :
					    METRIC_SESSIONS_PER_S };
	if (!a || !(d->dot = calloc(r->cells + 1, sizeof(*d->dot))))
		return false;
	for (size_t i = 0; i < r->cells; i++) {
		const struct cell *c = &r->cell[i];
		double median;

		if (c->arm != index_of(j, a) || c->round == 0 ||
		    c->level >= a->arm->levels)
			continue;
		median = a->effect[d->metric][c->level].median;
		d->suspect += c->validity.status == VALIDITY_SUSPECT;
		d->invalid += c->validity.status == VALIDITY_INVALID;
		d->dot[d->n++] = (struct dot){
			.t_s = c->start_s,
			.ratio = median > 0 && c->value[d->metric] > 0 ?
					 c->value[d->metric] / median :
					 NAN,
			.validity = c->validity.status,
		};
	}
	qsort(d->dot, d->n, sizeof(*d->dot), by_time);
	find_middles(d);
	return d->middles >= 3;
}

static void release_dots(struct dots *d)
{
	free(d->dot);
	free(d->middle);
}

static void choose_cells(const struct judged *j, struct figures *to)
{
	struct figure *new;
	struct dots d;
	char all[METRIC_WORDS];

	if (gather_dots(j, &d)) {
		double low = INFINITY, high = 0;

		for (size_t i = 0; i < d.middles; i++) {
			low = fmin(low, d.middle[i].ratio);
			high = fmax(high, d.middle[i].ratio);
		}
		new = new_figure(to, "cells", "");
		words_count((double)d.n, all);
		add(new->title, sizeof(new->title),
		    "The machine wandered: %s between %s%.0f %% and %s%.0f %% "
		    "over the run",
		    metrics[d.metric].title, low < 1 ? "−" : "+",
		    100 * fabs(low - 1), high < 1 ? "−" : "+",
		    100 * fabs(high - 1));
		if (high / low < SAME_WITHIN) {
			*new->title = '\0';
			add(new->title, sizeof(new->title),
			    "The machine was steady: %s within %.1f %% over the "
			    "run",
			    metrics[d.metric].title,
			    100 * fmax(high - 1, 1 - low));
		}
		if (d.suspect)
			add(new->title, sizeof(new->title),
			    "; %zu of %s cells %s suspect", d.suspect, all,
			    d.suspect == 1 ? "is" : "are");
		if (d.invalid)
			add(new->title, sizeof(new->title), "%s %zu %s invalid",
			    d.suspect ? "," : ";", d.invalid,
			    d.invalid == 1 ? "is" : "are");
		add(new->alt, sizeof(new->alt),
		    "Every cell of %s over the run's time: %s against the "
		    "median of its level, and how that wandered. %s.",
		    d.arm->arm->experiment->name, metrics[d.metric].title,
		    new->title);
	}
	release_dots(&d);
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

/* --- drawing: what all pictures have ------------------------------------- */

/*
 * What writes gnuplot's commands. Positions are pixels from the top left.
 * Labels are drawn by the panel that comes next.
 */
struct pen {
	FILE *out;
	const struct judged *j;
};

static size_t colour_of(const struct pen *p, const struct judged_arm *a,
			size_t level)
{
	return index_of(p->j, a) * LEVEL_SLOTS + level + 1;
}

/*
 *   colour: an expression of gnuplot's: INK, TEXT[3].
 *   font: likewise: F13.
 */
static void put_label(const struct pen *p, double x, double y,
		      const char *align, const char *colour, const char *font,
		      const char *text)
{
	fputs("set label ", p->out);
	gnuplot_quote(p->out, text);
	fprintf(p->out,
		" at screen x_px(%.1f),y_px(%.1f) %s textcolor rgb %s font %s\n",
		x, y, align, colour, font);
}

static void put_name(const struct pen *p, double x, double y, const char *align,
		     size_t colour, const char *font, const char *text)
{
	char expression[32];

	snprintf(expression, sizeof(expression), "TEXT[%zu]", colour);
	put_label(p, x, y, align, expression, font, text);
}

static void put_panel(const struct pen *p, double left, double right, double top,
		      double bottom)
{
	fprintf(p->out,
		"LEFT = %.1f; RIGHT = %.1f; TOP = %.1f; BOTTOM = %.1f\n", left,
		right, top, bottom);
}

static void put_axes(const struct pen *p, double from, double to, double low,
		     double high, const char *x_label)
{
	fprintf(p->out,
		"FROM = %.6g; TO = %.6g; LOW = %.6g; HIGH = %.6g; XLABEL = ",
		from, to, low, high);
	gnuplot_quote(p->out, x_label);
	fputc('\n', p->out);
}

/* Of round numbers, how far apart so that about `most` fit. */
static double nice_step(double span, double most)
{
	double least = span / most, decade = pow(10, floor(log10(least)));

	return least <= decade	   ? decade :
	       least <= 2 * decade ? 2 * decade :
	       least <= 5 * decade ? 5 * decade :
				     10 * decade;
}

static void put_count_tics(const struct pen *p, char axis, double to,
			   double most)
{
	double step = fmax(1, nice_step(to, most));
	char words[METRIC_WORDS];

	fprintf(p->out, "set %ctics (", axis);
	for (double at = 0; at <= to; at += step) {
		words_count(at, words);
		fprintf(p->out, "%s'%s' %.0f", at > 0 ? ", " : "", words, at);
	}
	fputs(")\n", p->out);
}

/* Tics of a logarithmic axis of times. There are always two. */
static void put_time_tics(const struct pen *p, double *low, double *high)
{
	static const double fine[] = { 1, 2, 5, 1.5, 3, 7, 4 };
	static const size_t used[] = { 1, 3, 7 };
	size_t set = 0, n = 0;
	char words[32];

	while (*high / *low < 2.1) {
		*high *= 1.05;
		*low /= 1.05;
	}
	for (; set < 3; set++) {
		n = 0;
		for (double decade = pow(10, floor(log10(*low)));
		     decade <= *high; decade *= 10)
			for (size_t i = 0; i < used[set]; i++)
				n += decade * fine[i] >= *low &&
				     decade * fine[i] <= *high;
		if (n >= 3 || set == 2)
			break;
	}
	n = 0;
	fputs("set ytics (", p->out);
	for (double decade = pow(10, floor(log10(*low))); decade <= *high;
	     decade *= 10)
		for (size_t i = 0; i < used[set]; i++) {
			double at = decade * fine[i];

			if (at < *low || at > *high)
				continue;
			us_words(at, words);
			fprintf(p->out, "%s'%s' %.6g", n++ ? ", " : "", words,
				at);
		}
	fputs(")\n", p->out);
}

static const char *env_text(const struct run *r, const char *group,
			    const char *key)
{
	return json_string_value(
		json_object_get(json_object_get(r->env, group), key));
}

static void put_footer(const struct pen *p, double height)
{
	const struct run *r = p->j->run;
	static const char *const keys[][3] = { { "host", "kernel", "kernel " },
					       { "host", "cpu", "" },
					       { "build", "commit",
						 "commit " } };
	char text[400] = "";

	add(text, sizeof(text), "%s", run_state_names[p->j->state]);
	for (size_t i = 0; i < 3; i++) {
		const char *value = env_text(r, keys[i][0], keys[i][1]);

		if (value)
			add(text, sizeof(text), " · %s%.90s", keys[i][2],
			    value);
	}
	add(text, sizeof(text), " · run %.100s", r->id);
	put_label(p, WIDTH - 14, height - 12, "right", "GREY", "F11", text);
}

/* Where the first line of a title ends; 0: it has one. */
static size_t title_break(const char *title)
{
	size_t chars = 0, space = 0, clause = 0;

	if (width(title) <= TITLE_LINE)
		return 0;
	for (size_t at = 0; title[at] && chars <= TITLE_LINE; at++) {
		chars += (title[at] & 0xc0) != 0x80;
		if (title[at] != ' ')
			continue;
		space = at;
		if (at && strchr(";,", title[at - 1]) &&
		    chars > TITLE_LINE / 3 && width(title + at) <= TITLE_LINE)
			clause = at;
	}
	return clause ? clause : space;
}

/* Height of what stands above the panels. */
static double head_height(const struct figure *f)
{
	return title_break(f->title) ? 88 : 66;
}

static void begin(const struct pen *p, const struct figure *f, double height,
		  const char *subtitle)
{
	size_t at = title_break(f->title);
	char first[sizeof(f->title)];

	fprintf(p->out,
		"NAME = '%s'; W = %d; H = %.0f\nload SCRIPTS . '/style.gp'\n",
		f->name, WIDTH, height);
	snprintf(first, sizeof(first), "%.*s",
		 (int)(at ? at : sizeof(first) - 1), f->title);
	put_label(p, MARGIN, 26, "left", "INK", "B18", first);
	if (at)
		put_label(p, MARGIN, 48, "left", "INK", "B18",
			  f->title + at + 1);
	put_label(p, MARGIN, at ? 72 : 50, "left", "GREY", "F13", subtitle);
	put_footer(p, height);
}

static void end(const struct pen *p)
{
	fputs("unset multiplot\nunset output\n", p->out);
}

static double luminance(const double c[3])
{
	static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++)
		sum += weight[i] * (c[i] <= 0.04045 ?
					    c[i] / 12.92 :
					    pow((c[i] + 0.055) / 1.055, 2.4));
	return sum;
}

/* A colour, mixed with black or white until it is legible on its paper. */
static unsigned legible(const char *colour, bool dark, double contrast)
{
	unsigned rgb = (unsigned)strtoul(colour + 1, NULL, 16);
	double paper = dark ? 0.0092 : 1, c[3], at = 0;

	for (;; at += 0.04) {
		double is, high, low;

		for (int i = 0; i < 3; i++)
			c[i] = (rgb >> (16 - 8 * i) & 0xff) / 255.0 *
				       (1 - at) +
			       (dark ? at : 0);
		is = luminance(c);
		high = fmax(is, paper) + 0.05;
		low = fmin(is, paper) + 0.05;
		if (high / low >= contrast || at > 0.95)
			break;
	}
	return (unsigned)lround(255 * c[0]) << 16 |
	       (unsigned)lround(255 * c[1]) << 8 | (unsigned)lround(255 * c[2]);
}

/* HUE, of lines, and TEXT: by colour_of(). */
static void put_colours(const struct pen *p)
{
	fprintf(p->out, "array HUE[%d]\narray TEXT[%d]\n",
		EXPERIMENTS_MOST * LEVEL_SLOTS, EXPERIMENTS_MOST * LEVEL_SLOTS);
	for (size_t a = 0; a < p->j->arms; a++)
		for (size_t l = 0; l < p->j->arm[a].arm->levels; l++) {
			const struct judged_arm *g = &p->j->arm[a];
			const char *c = look_colour(g->arm->level[l].subject);
			size_t i = colour_of(p, g, l);

			fprintf(p->out,
				"HUE[%zu] = KIND eq 'dark' ? %u : %u\n"
				"TEXT[%zu] = KIND eq 'dark' ? %u : %u\n",
				i, legible(c, true, LINE_CONTRAST),
				legible(c, false, LINE_CONTRAST), i,
				legible(c, true, TEXT_CONTRAST),
				legible(c, false, TEXT_CONTRAST));
		}
}

/* --- drawing: each picture ----------------------------------------------- */

/* A level's name as a row has it; long ones are cut. */
static void row_name(const char *name, bool aa, const char *base, char out[40])
{
	*out = '\0';
	if (aa)
		snprintf(out, 40, "%.22s again", base);
	else
		snprintf(out, 40, "%.31s", name);
}

/* Panels of the strip that begins there: an experiment's stay together. */
static size_t strip_length(const struct forest *f, size_t first)
{
	size_t n = f->panels - first < STRIP ? f->panels - first : STRIP;

	if (first + n < f->panels &&
	    f->panel[first + n].arm == f->panel[first + n - 1].arm)
		for (size_t k = n - 1; k > 0; k--)
			if (f->panel[first + k].arm !=
			    f->panel[first + k - 1].arm)
				return k;
	return n;
}

static bool counts_zombies(const struct judged_arm *a)
{
	bool any = false;

	for (size_t l = 0; l < a->arm->levels; l++)
		any |= !isnan(a->zombies[l].left_max);
	return any;
}

/* Whose zombies stand beside a strip: leak's beside the first. Or NULL. */
static const struct judged_arm *strip_zombies(const struct judged *j,
					      const struct forest *f,
					      size_t first, size_t n)
{
	const struct judged_arm *leak = arm_of(j, "leak");

	if (first == 0 && leak && counts_zombies(leak) &&
	    leak->arm->experiment->factor ==
		    f->panel[0].arm->arm->experiment->factor)
		return leak;
	for (size_t i = first; i < first + n; i++)
		if (counts_zombies(f->panel[i].arm))
			return f->panel[i].arm;
	return NULL;
}

static void widen(double *from, double *to, double value)
{
	if (isnan(value) || isinf(value) || value <= 0)
		return;
	value = fmin(fmax(value, 1 / FARTHEST), FARTHEST);
	*from = fmin(*from, value);
	*to = fmax(*to, value);
}

/* As many as have room, the more usual first. */
static void put_ratio_tics(const struct pen *p, double from, double to,
			   double px)
{
	static const double ratios[] = { 1,   0.8,  1.25, 0.9, 1.1,  2,
					 0.5, 0.95, 1.05, 4,   0.25, 1.5,
					 3,   5,    0.2,  0.7, 1.4,  0.6 };
	double taken[32];
	size_t n = 0;

	fputs("set xtics (", p->out);
	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		double at = log(ratios[i] / from) / log(to / from) * px;
		bool room = at >= 0 && at <= px;

		for (size_t k = 0; k < n; k++)
			room &= fabs(taken[k] - at) > 34;
		if (!room)
			continue;
		fprintf(p->out, "%s'%g' %g", n ? ", " : "", ratios[i],
			ratios[i]);
		taken[n++] = at;
	}
	fputs(")\n", p->out);
}

struct box {
	double left, right, top, row_height;
};

/* Ratios out of the axis, as numbers at its end. */
static void put_far_rows(const struct pen *p, const struct forest *f,
			 const struct panel *panel, const struct box *b,
			 double from, double to)
{
	const struct judged_arm *a = panel->arm;
	bool lower = metrics[panel->metric].better == BETTER_LOWER;

	for (size_t i = 0; i < f->rows; i++) {
		int l = arm_level(a->arm, f->row[i].name);
		double ratio = l > 0 ? a->effect[panel->metric][l].ratio.mid :
				       NAN;
		bool left = (ratio < from) != lower;
		char text[32];

		if (isnan(ratio) || (ratio >= from && ratio <= to))
			continue;
		snprintf(text, sizeof(text), left ? "◂ %.3g" : "%.3g ▸", ratio);
		put_name(p, left ? b->left + 2 : b->right - 2,
			 b->top + b->row_height * ((double)i + 0.5),
			 left ? "left" : "right", colour_of(p, a, (size_t)l),
			 "F12", text);
	}
}

static void draw_forest_panel(const struct pen *p, const struct forest *f,
			      const struct panel *panel, const struct box *b)
{
	const struct judged_arm *a = panel->arm;
	const struct effect *effect = a->effect[panel->metric];
	const struct metric *m = &metrics[panel->metric];
	bool lower = m->better == BETTER_LOWER;
	double from = 1 / 1.06, to = 1.06, px = b->right - b->left, pad;
	char words[METRIC_WORDS], text[160] = "";

	for (size_t i = 0; i < f->rows; i++) {
		int l = arm_level(a->arm, f->row[i].name);

		if (l <= 0)
			continue;
		widen(&from, &to, effect[l].ratio.low);
		widen(&from, &to, effect[l].ratio.mid);
		widen(&from, &to, effect[l].ratio.high);
	}
	pad = pow(to / from, 0.06);
	from /= pad;
	to *= pad;
	metric_words((enum metric_id)panel->metric, effect[0].median, words);
	put_label(p, b->left, b->top - 30, "left", "INK", "B13", m->title);
	add(text, sizeof(text), "%s%s%s", a->arm->experiment->name,
	    *words ? ", 1 = " : "", words);
	put_label(p, b->left, b->top - 13, "left", "GREY", "F12", text);
	put_far_rows(p, f, panel, b, from, to);
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < f->rows; i++) {
		int l = arm_level(a->arm, f->row[i].name);
		struct interval r = { 1, 1, 1 };

		if (l > 0)
			r = effect[l].ratio;
		if (l >= 0 && r.mid >= from && r.mid <= to)
			fprintf(p->out, "%g\t%.6g\t%.6g\t%.6g\t%zu\n",
				(double)i + 0.5, fmax(r.low, from), r.mid,
				fmin(r.high, to), colour_of(p, a, (size_t)l));
	}
	fputs("EOD\n", p->out);
	put_panel(p, b->left, b->right, b->top,
		  b->top + b->row_height * (double)f->rows);
	put_axes(p, lower ? to : from, lower ? from : to, (double)f->rows, 0,
		 "");
	put_ratio_tics(p, from, to, px);
	fputs("load SCRIPTS . '/forest.gp'\n", p->out);
}

static void draw_strip_words(const struct pen *p, const struct forest *f,
			     const struct box *b, const struct judged_arm *z,
			     double bottom)
{
	const char *base = f->panel[0].arm->arm->level[0].name;
	char text[160] = "";

	for (size_t i = 0; i < f->rows; i++) {
		const struct row *row = &f->row[i];
		double y = b->top + b->row_height * ((double)i + 0.5);
		int l = z ? arm_level(z->arm, row->name) : -1;
		char left[16];

		row_name(row->name, row->aa, base, text);
		put_name(p, b->left - 12, y, "right",
			 colour_of(p, &p->j->arm[row->arm], row->level), "F13",
			 text);
		if (l < 0)
			continue;
		left_words(&z->zombies[l], left);
		put_label(p, b->right + 20, y, "left",
			  z->zombies[l].leaks ? "INK" : "GREY",
			  z->zombies[l].leaks ? "B13" : "F13", left);
	}
	if (z) {
		put_label(p, b->right + 20, b->top - 30, "left", "INK", "B13",
			  "zombies left");
		put_label(p, b->right + 20, b->top - 13, "left", "GREY", "F12",
			  z->arm->experiment->name);
	}
	*text = '\0';
	add(text, sizeof(text),
	    "ratio to %s; in every panel, better is to the right →", base);
	put_label(p, (b->left + b->right) / 2, bottom + 34, "center", "GREY",
		  "F12", text);
}

static void draw_forest(const struct pen *p, const struct figure *figure,
			enum factor factor)
{
	struct forest f;
	double names = 0, height = head_height(figure) + 20, panel, top;
	double row_height, high;
	size_t strips = 0, least = SIZE_MAX, most = 0;
	char text[200] = "";
	bool zombies = false;

	gather_forest(p->j, factor, &f);
	row_height = f.rows > 8 ? 18 : 22;
	high = row_height * (double)f.rows;
	for (size_t i = 0; i < f.rows; i++) {
		row_name(f.row[i].name, f.row[i].aa,
			 f.panel[0].arm->arm->level[0].name, text);
		names = fmax(names, 7.6 * (double)width(text));
	}
	for (size_t i = 0, n; i < f.panels; i += n, strips++) {
		n = strip_length(&f, i);
		zombies |= strip_zombies(p->j, &f, i, n) != NULL;
	}
	for (size_t i = 0; i < f.panels; i++)
		for (size_t l = 1; l < f.panel[i].arm->arm->levels; l++) {
			size_t n =
				f.panel[i].arm->effect[f.panel[i].metric][l].n;

			least = n && n < least ? n : least;
			most = n > most ? n : most;
		}
	*text = '\0';
	if (most)
		add(text, sizeof(text),
		    "Dot: ratio. Line: joint 95 %% interval, %zu%s%.0zu "
		    "rounds. Grey: within 3 %%.",
		    least, least < most ? " to " : "",
		    least < most ? most : 0);
	begin(p, figure, height + (high + 96) * (double)strips + 18, text);
	top = height + 36;
	for (size_t i = 0, n; i < f.panels; i += n, top += high + 96) {
		struct box b = { .left = MARGIN + names + 12,
				 .top = top,
				 .row_height = row_height };

		n = strip_length(&f, i);
		b.right = WIDTH - (zombies ? 130 : MARGIN);
		panel = (b.right + 22 - b.left) / (double)n;
		draw_strip_words(p, &f, &b, strip_zombies(p->j, &f, i, n),
				 top + high);
		for (size_t k = i; k < i + n; k++, b.left += panel) {
			b.right = b.left + panel - 22;
			draw_forest_panel(p, &f, &f.panel[k], &b);
		}
	}
	end(p);
}

struct timeline {
	size_t n, level;
	double zero_s; /* where its time begins */
	struct zombie_sample *sample;
};

/* The last time at which the most children were alive: just before the close. */
static double close_time(const struct timeline *t)
{
	double most = 0, at = 0;

	for (size_t i = 0; i < t->n; i++) {
		double alive = t->sample[i].forked - t->sample[i].exited;

		if (alive >= most) {
			most = alive;
			at = t->sample[i].t_s;
		}
	}
	return at;
}

/* The largest of each group of samples, so that no peak is lost. */
static void put_timeline(const struct pen *p, const struct timeline *t,
			 double from_s)
{
	size_t group = t->n / LINE_POINTS + 1;

	fputs("$data << EOD\nNaN\tNaN\n", p->out);
	for (size_t i = 0; i < t->n; i += group) {
		size_t top = i;

		for (size_t k = i; k < i + group && k < t->n; k++)
			if (t->sample[k].zombies > t->sample[top].zombies ||
			    isnan(t->sample[top].zombies))
				top = k;
		if (!isnan(t->sample[top].zombies) &&
		    t->sample[top].t_s - t->zero_s >= from_s)
			fprintf(p->out, "%.4f\t%.0f\n",
				t->sample[top].t_s - t->zero_s,
				t->sample[top].zombies);
	}
	fputs("EOD\n$kernel << EOD\nNaN\tNaN\n", p->out);
	for (size_t i = 0; i < t->n; i++)
		if (!isnan(t->sample[i].kernel) &&
		    t->sample[i].t_s - t->zero_s >= from_s)
			fprintf(p->out, "%.4f\t%.0f\n",
				t->sample[i].t_s - t->zero_s,
				t->sample[i].kernel);
	fputs("EOD\n", p->out);
}

struct group {
	const struct judged_arm *arm;
	size_t n, columns, rows;
	double from_s, to_s, high;
	double panel; /* height of a panel, pixels */
	struct timeline line[LEVEL_SLOTS];
};

enum { ZOMBIE_PANEL = 130, ZOMBIE_LOW_PANEL = 80, ZOMBIE_GAP = 54 };

static void read_group(const struct judged *j, const struct judged_arm *a,
		       struct group *g)
{
	*g = (struct group){ .arm = a, .high = 10 };
	for (size_t l = 0; l < a->arm->levels; l++) {
		struct timeline *t = &g->line[g->n];
		double span;

		if (a->arm->level[l].aa ||
		    !(t->n = read_timeline(j, a, l, &t->sample)))
			continue;
		t->level = l;
		t->zero_s = a->arm->load.hold ? close_time(t) : 0;
		span = t->sample[t->n - 1].t_s - t->zero_s;
		g->to_s = fmax(g->to_s, span);
		for (size_t i = 0; i < t->n; i++)
			g->high = fmax(g->high, fmax(t->sample[i].zombies,
						     t->sample[i].kernel));
		g->n++;
	}
	g->to_s = g->to_s > 0 ? g->to_s : 1;
	g->from_s = a->arm->load.hold ? -0.08 * g->to_s : 0;
	g->rows = (g->n + STRIP - 1) / STRIP;
	g->panel = g->rows > 2 ? ZOMBIE_LOW_PANEL : ZOMBIE_PANEL;
	g->columns = g->rows ? (g->n + g->rows - 1) / g->rows : 0;
}

static void draw_group(const struct pen *p, const struct group *g, double top)
{
	const double left = MARGIN + 60, gap = 20;
	double wide = (WIDTH - MARGIN - left + gap) / (double)g->columns;
	const struct arm *a = g->arm->arm;
	char text[160] = "", step[48];

	add(text, sizeof(text), "%s: %s", a->experiment->name,
	    a->load.hold ? "all sessions close at 0 s" : "under load");
	put_label(p, MARGIN, top + 4, "left", "GREY", "B13", text);
	snprintf(step, sizeof(step), "set xtics 0,%.6g\n",
		 nice_step(g->to_s, (double)(20 / g->columns)));
	for (size_t i = 0; i < g->n; i++) {
		const struct timeline *t = &g->line[i];
		size_t column = i % g->columns;
		double x = left + wide * (double)column;
		double y = top + 44 +
			   (g->panel + ZOMBIE_GAP) *
				   (double)(i / g->columns);
		size_t colour = colour_of(p, g->arm, t->level);
		char left_over[16];

		row_name(a->level[t->level].name, false, "", text);
		put_name(p, x, y - 14, "left", colour, "B13", text);
		left_words(&g->arm->zombies[t->level], left_over);
		snprintf(text, sizeof(text), "%s%s", left_over,
			 *left_over ? " left" : "");
		put_label(p, x + wide - gap, y - 14, "right", "GREY", "F12",
			  text);
		put_timeline(p, t, g->from_s);
		put_panel(p, x, x + wide - gap, y, y + g->panel);
		put_axes(p, g->from_s, g->to_s, 0, g->high * 1.06,
			 i + g->columns < g->n ? "" : "seconds");
		fputs(step, p->out);
		put_count_tics(p, 'y', g->high * 1.06, 4);
		if (column)
			fputs("set format y ''\nset ytics autofreq\n", p->out);
		else
			fputs("set format y '%g'\n", p->out);
		if (column)
			fprintf(p->out, "set ytics %.6g\n",
				fmax(1, nice_step(g->high * 1.06, 4)));
		fprintf(p->out, "COLOUR = %zu\nload SCRIPTS . '/zombies.gp'\n",
			colour);
	}
}

static void draw_zombies(const struct pen *p, const struct figure *f)
{
	double height = head_height(f) + 20, top = height;
	struct group group[EXPERIMENTS_MOST];
	size_t n = 0;

	for (size_t a = 0; a < p->j->arms; a++) {
		struct group *g = &group[n];

		if (!p->j->arm[a].arm->experiment->timeline)
			continue;
		read_group(p->j, &p->j->arm[a], g);
		n += g->n > 0;
		height += g->n ? 56 + (g->panel + ZOMBIE_GAP) *
					      (double)g->rows :
				 0;
	}
	begin(p, f, height + 6,
	      "Zombies in one round. Line: the server's counters, exited less "
	      "collected. Dots: the kernel's account.");
	for (size_t i = 0; i < n; i++) {
		draw_group(p, &group[i], top);
		top += 56 +
		       (group[i].panel + ZOMBIE_GAP) * (double)group[i].rows;
		for (size_t k = 0; k < group[i].n; k++)
			free(group[i].line[k].sample);
	}
	end(p);
}

struct curve {
	size_t level;
	double x[CURVE_STEPS + 1], us[CURVE_STEPS + 1];
	size_t n;
	double label_y;
};

/* Percentiles of a histogram, where 10 samples or more lie beyond. */
static void trace(const struct hist *h, uint64_t count, struct curve *c)
{
	const double first = ranks_normal(0.1), last = ranks_normal(0.999);
	uint64_t seen = 0;
	size_t at = 0;

	c->n = 0;
	for (int step = 0; step <= CURVE_STEPS; step++) {
		double x = first + (last - first) * step / CURVE_STEPS;
		double p = 0.5 * erfc(-x / sqrt(2));
		double us;

		if ((1 - p) * (double)count < HIST_MIN_BEYOND)
			break;
		while (at < HIST_BUCKETS && (double)seen < p * (double)count)
			seen += h->bucket[at++];
		us = fmin((double)hist_upper_ns(at ? at - 1 : 0),
			  (double)h->max_ns) /
		     1e3;
		if (us <= 0)
			continue;
		c->x[c->n] = x;
		c->us[c->n++] = us;
	}
}

static int by_label(const void *a, const void *b)
{
	double x = ((const struct curve *)a)->label_y;
	double y = ((const struct curve *)b)->label_y;

	return (x > y) - (x < y);
}

/* Labels that stand too near to each other are pushed apart, in their order. */
static void spread(struct curve c[], size_t n, double need, double top,
		   double bottom)
{
	qsort(c, n, sizeof(*c), by_label);
	for (size_t i = 1; i < n; i++) {
		double crowd = c[i - 1].label_y + need - c[i].label_y;

		if (crowd <= 0)
			continue;
		c[i].label_y += crowd;
		for (size_t k = i + 1; k-- > 0;)
			c[k].label_y -= crowd / 2;
	}
	for (size_t i = n; i-- > 0; bottom = c[i].label_y - need)
		c[i].label_y = fmin(c[i].label_y, bottom);
	for (size_t i = 0; i < n; i++, top = c[i - 1].label_y + need)
		c[i].label_y = fmax(c[i].label_y, top);
}

static void draw_curves(const struct pen *p, const struct judged_arm *a,
			size_t kind, struct curve c[], size_t n,
			const struct box *b, double bottom)
{
	static const double tics[] = { 0.1, 0.5, 0.9, 0.99, 0.999 };
	static const char *const names[] = { "10 %", "50", "90", "99",
					     "99.9 %" };
	double low = INFINITY, high = 0;

	put_label(p, b->left, b->top - 16, "left", "INK", "B13",
		  kind_titles[kind]);
	for (size_t i = 0; i < n; i++) {
		low = fmin(low, c[i].us[0]);
		high = fmax(high, c[i].us[c[i].n - 1]);
	}
	low /= 1.1;
	high *= 1.1;
	put_time_tics(p, &low, &high);
	fputs("set xtics (", p->out);
	for (size_t i = 0; i < 5; i++)
		/* A tic's words are a format. */
		fprintf(p->out, "%s'%s%s' %.5f", i ? ", " : "", names[i],
			strchr(names[i], '%') ? "%" : "",
			ranks_normal(tics[i]));
	fputs(")\n$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < c[i].n; k++)
			fprintf(p->out, "%.4f\t%.5g\n", c[i].x[k], c[i].us[k]);
		fputs("\n\n", p->out);
		c[i].label_y = bottom - (bottom - b->top) *
						log(c[i].us[c[i].n - 1] / low) /
						log(high / low);
	}
	fputs("EOD\nCOLOURS = '", p->out);
	for (size_t i = 0; i < n; i++)
		fprintf(p->out, "%zu ", colour_of(p, a, c[i].level));
	fputs("'\n", p->out);
	spread(c, n, 17, b->top, bottom);
	for (size_t i = 0; i < n; i++) {
		char name[40];

		row_name(a->arm->level[c[i].level].name, false, "", name);
		put_name(p, b->right + 8, c[i].label_y, "left",
			 colour_of(p, a, c[i].level), "F13", name);
	}
	put_panel(p, b->left, b->right, b->top, bottom);
	put_axes(p, ranks_normal(0.1), ranks_normal(0.999), low, high,
		 "percentile");
	fputs("load SCRIPTS . '/latency.gp'\n", p->out);
}

static void draw_latency(const struct pen *p, const struct figure *f)
{
	const struct judged_arm *a = arm_of(p->j, "churn");
	struct curve *c = calloc(LEVEL_SLOTS, sizeof(*c));
	struct hist *sum = malloc(sizeof(*sum));
	double names = 0, top = head_height(f) + 34, half, bottom = top + 340;

	begin(p, f, bottom + 66,
	      "All rounds' samples added up; each line ends where 10 samples "
	      "are left. The scale of percentiles is the normal "
	      "distribution's.");
	for (size_t l = 0; l < a->arm->levels; l++)
		names = fmax(names,
			     fmin(31, (double)width(a->arm->level[l].name)));
	names = 7.6 * names + 14;
	half = (WIDTH - MARGIN) / 2.0;
	for (size_t k = 0; c && sum && k < KINDS; k++) {
		struct box b = { .left = MARGIN + 48 + half * (double)k,
				 .top = top };
		size_t n = 0;

		b.right = b.left - 48 + half - names - 10;
		for (size_t l = 0; l < a->arm->levels; l++) {
			uint64_t count;

			if (a->arm->level[l].aa)
				continue;
			count = read_latency(p->j, a, l, k, sum);
			c[n].level = l;
			if (count)
				trace(sum, count, &c[n]);
			n += count && c[n].n > 1;
		}
		if (n)
			draw_curves(p, a, k, c, n, &b, bottom);
	}
	free(c);
	free(sum);
	end(p);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void draw_memory(const struct pen *p, const struct figure *f)
{
	const struct judged_arm *a = arm_of(p->j, "memory");
	const struct effect *e = a->effect[METRIC_FORK_P50_US];
	const double left = MARGIN + 60, right = WIDTH - 60;
	double top = head_height(f) + 24, bottom = top + 380;
	double zero, least = INFINITY, most = 0, low = INFINITY, high = 0;
	double base = NAN, slope = a->slope[METRIC_FORK_P50_US].per_unit.mid;
	size_t level[LEVEL_SLOTS], n = memory_points(a, level);
	char words[METRIC_WORDS], text[160] = "";

	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value;

		if (mib > 0) {
			least = fmin(least, mib);
			most = fmax(most, mib);
		} else
			base = e[level[i]].median;
	}
	zero = least / 4;
	add(text, sizeof(text),
	    "Dot: median of fork() in %s. Bar: 80 %% of the cells.%s",
	    a->arm->level[0].subject,
	    slope_is_clear(p->j, a) && base > 0 ?
		    " Line: the slope, from the time without ballast." :
		    "");
	begin(p, f, bottom + 66, text);
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value, *v, from, to;
		size_t k = run_values(p->j->run, index_of(p->j, a), level[i],
				      METRIC_FORK_P50_US, &v);

		from = to = e[level[i]].median;
		if (k && v) {
			qsort(v, k, sizeof(*v), by_value);
			from = v[k / 10];
			to = v[k - 1 - k / 10];
		}
		free(v);
		low = fmin(low, from);
		high = fmax(high, to);
		fprintf(p->out, "%.6g\t%.6g\t%.6g\t%.6g\n",
			mib > 0 ? mib : zero, from, e[level[i]].median, to);
	}
	fputs("EOD\n$line << EOD\nNaN\tNaN\n", p->out);
	for (int step = 0; slope_is_clear(p->j, a) && base > 0 && step <= 60;
	     step++) {
		double mib = least * pow(most / least, step / 60.0);

		if (base + slope * mib > 0)
			fprintf(p->out, "%.6g\t%.6g\n", mib,
				base + slope * mib);
	}
	fputs("EOD\n", p->out);
	low /= 1.4;
	high *= 1.4;
	put_time_tics(p, &low, &high);
	fprintf(p->out, "set xtics ('0' %.6g", zero);
	for (size_t i = 0; i < n; i++)
		if (a->arm->level[level[i]].value > 0)
			fprintf(p->out, ", '%g' %.6g",
				a->arm->level[level[i]].value,
				a->arm->level[level[i]].value);
	fputs(")\n", p->out);
	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value;
		double x = log((mib > 0 ? mib : zero) / (zero / 1.3)) /
			   log(most * 1.3 / (zero / 1.3));
		double y = log(e[level[i]].median / low) / log(high / low);

		metric_words(METRIC_FORK_P50_US, e[level[i]].median, words);
		put_label(p, left + x * (right - left) - 10,
			  bottom - y * (bottom - top) - 16, "center", "INK",
			  "F13", words);
	}
	put_panel(p, left, right, top, bottom);
	put_axes(p, zero / 1.3, most * 1.3, low, high,
		 "MiB that the parent has touched (0 stands apart)");
	fprintf(p->out, "COLOUR = %zu\nload SCRIPTS . '/memory.gp'\n",
		colour_of(p, a, 0));
	end(p);
}

/* A dot is a stroke too short to see but for its round ends. */
static void put_dots(const struct pen *p, const struct dots *d,
		     enum validity which, const double axes[4])
{
	static const char *const names[] = { "valid", "suspect", "invalid" };
	double stroke = (axes[1] - axes[0]) * 2e-4;

	fprintf(p->out, "$%s << EOD\nNaN\tNaN\n\n", names[which]);
	for (size_t i = 0; i < d->n; i++) {
		const struct dot *dot = &d->dot[i];
		double y = isnan(dot->ratio) ? axes[2] :
					       fmin(fmax(dot->ratio, axes[2]),
						    axes[3]);

		if (dot->validity != which ||
		    (isnan(dot->ratio) && which != VALIDITY_INVALID))
			continue;
		fprintf(p->out, "%.3f\t%.4g\n%.3f\t%.4g\n\n", dot->t_s, y,
			dot->t_s + stroke, y);
	}
	fputs("EOD\n", p->out);
}

static void draw_cells(const struct pen *p, const struct figure *f)
{
	static const char *const colours[] = { "VALID", "SUSPECT", "INVALID" };
	double top = head_height(f) + 30, bottom = top + 260, x = WIDTH - 34;
	const char *tics = "set ytics ('−50 %%' 0.5, '−20 %%' 0.8, '−10 %%' "
			   "0.9, 'median' 1, '+10 %%' 1.1, '+25 %%' 1.25, '×1.5' 1.5, '×2' 2, '×3' 3)\n";
	double axes[4] = { 0, 1, 0.75, 1.35 };
	struct dots d;
	size_t counts[3], out = 0;
	char text[240] = "", words[METRIC_WORDS];

	if (gather_dots(p->j, &d)) {
		double *r = malloc(d.n * sizeof(*r));
		size_t k = 0;

		for (size_t i = 0; r && i < d.n; i++)
			if (!isnan(d.dot[i].ratio))
				r[k++] = d.dot[i].ratio;
		if (k) {
			qsort(r, k, sizeof(*r), by_value);
			axes[2] = fmax(fmin(axes[2], r[k / 200] / 1.1), 0.33);
			axes[3] = fmin(fmax(axes[3], r[k - 1 - k / 200] * 1.1),
				       4);
		}
		free(r);
		axes[1] = d.dot[d.n - 1].t_s * 1.01;
		for (size_t i = 0; i < d.n; i++)
			out += d.dot[i].ratio < axes[2] ||
			       d.dot[i].ratio > axes[3];
		counts[0] = d.n - d.suspect - d.invalid;
		counts[1] = d.suspect;
		counts[2] = d.invalid;
		add(text, sizeof(text),
		    "Dot: a cell of %s, its %s against its level's median. "
		    "Line: median of %zu cells in a row.",
		    d.arm->arm->experiment->name, metrics[d.metric].title,
		    d.n / 60 > 8 ? d.n / 60 : (size_t)8);
		if (out)
			add(text, sizeof(text), " Beyond its edges: %zu.",
			    out);
		begin(p, f, bottom + 66, text);
		for (int v = VALIDITY_INVALID; v >= VALIDITY_VALID; v--) {
			if (counts[v]) {
				words_count((double)counts[v], words);
				snprintf(text, sizeof(text), "● %s %s", words,
					 validity_names[v]);
				put_label(p, x, top - 12, "right",
					  v == VALIDITY_VALID ? "GREY" :
								colours[v],
					  "B13", text);
				x -= 8.4 * (double)width(text) + 16;
			}
			put_dots(p, &d, (enum validity)v, axes);
		}
		fputs("$middle << EOD\n", p->out);
		for (size_t i = 0; i < d.middles; i++)
			fprintf(p->out, "%.3f\t%.4g\n", d.middle[i].t_s,
				d.middle[i].ratio);
		fputs("EOD\n", p->out);
		fputs(tics, p->out);
		fprintf(p->out, "set xtics 0,%.6g\n", nice_step(axes[1], 12));
		put_panel(p, MARGIN + 60, WIDTH - MARGIN, top, bottom);
		put_axes(p, axes[0], axes[1], axes[2], axes[3],
			 "seconds since the run's start");
		fputs("load SCRIPTS . '/cells.gp'\n", p->out);
		end(p);
	}
	release_dots(&d);
}

static void draw(const struct pen *p, const struct figure *f)
{
	if (strcmp(f->name, "verdicts") == 0)
		draw_forest(p, f, FACTOR_MODE);
	else if (strcmp(f->name, "servers") == 0)
		draw_forest(p, f, FACTOR_SUBJECT);
	else if (strcmp(f->name, "zombies") == 0)
		draw_zombies(p, f);
	else if (strcmp(f->name, "latency") == 0)
		draw_latency(p, f);
	else if (strcmp(f->name, "memory") == 0)
		draw_memory(p, f);
	else if (strcmp(f->name, "cells") == 0)
		draw_cells(p, f);
}

int figures_draw(const struct judged *j, const struct figures *f,
		 const char *folder, char why[FIGURES_WHY])
{
	struct pen p = { .j = j };
	const char *names[FIGURES_MOST];
	char plots[PATH_MAX], *commands = NULL;
	size_t bytes;
	int rc;

	if (!f->count)
		return 0;
	p.out = open_memstream(&commands, &bytes);
	if (!p.out) {
		snprintf(why, FIGURES_WHY, "cannot draw: %s", strerror(errno));
		return -1;
	}
	fputs("SCRIPTS = ", p.out);
	gnuplot_quote(p.out, SCRIPTS_DIR);
	fprintf(p.out, "\nSAME = %g\n", SAME_WITHIN);
	put_colours(&p);
	for (size_t i = 0; i < f->count; i++) {
		names[i] = f->figure[i].name;
		draw(&p, &f->figure[i]);
	}
	if (fclose(p.out) == EOF) {
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
