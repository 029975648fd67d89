/* Sentences on what a session costs, and why. */
#include "bench/tell/answers.h"

#include <math.h>
#include <string.h>

#include "bench/judge/shares.h"

static const struct judged_arm *find(const struct judged *j, const char *name)
{
	for (size_t i = 0; i < j->arms; i++)
		if (strcmp(j->arm[i].arm->experiment->name, name) == 0)
			return &j->arm[i];
	return NULL;
}

/* Levels that a sentence names: not the baseline measured again. */
static size_t named(const struct judged_arm *a)
{
	return a->arm->levels - (arm_aa(a->arm) >= 0);
}

static double median_of(const struct judged_arm *a, int metric, size_t level)
{
	return a->effect[metric][level].median;
}

/* --- the floor ------------------------------------------------------------- */

static void say_floor(const struct judged *j, struct answers *out)
{
	const struct judged_arm *floor = find(j, "floor");
	const struct judged_arm *churn = find(j, "churn");
	char part[FLOOR_PARTS][METRIC_WORDS], all[METRIC_WORDS], ratio[WORDS];
	size_t n = churn ? named(churn) : 0;
	double sum = 0;
	char *text;

	for (size_t i = 0; floor && i < FLOOR_PARTS; i++) {
		int level = arm_level(floor->arm, floor_parts[i]);
		double us = level < 0 ? NAN :
					median_of(floor, METRIC_OP_CPU_US,
						  (size_t)level);

		sum += us;
		metric_words(METRIC_OP_CPU_US, us, part[i]);
	}
	if (!n || isnan(churn->of_floor[0].mid) || isnan(sum))
		return;
	metric_words(METRIC_OP_CPU_US, sum, all);
	text = answers_next(out, TOPIC_FLOOR);
	words_add(text, ANSWER_BYTES,
		  "The floor under a session is %s of CPU: %s to fork, end and "
		  "collect a small static process (64 in flight), and %s to "
		  "connect, accept and close; in churn ",
		  all, part[0], part[1]);
	for (size_t l = 0; l < n; l++)
		words_add(text, ANSWER_BYTES, "%s%s takes %s", words_join(l, n),
			  churn->arm->level[l].name,
			  words_ratio(&churn->of_floor[l], ratio));
	words_add(text, ANSWER_BYTES, " of it.");
}

/* --- slopes ---------------------------------------------------------------- */

static bool is_clear(const struct interval *slope)
{
	return slope->low > 0 || slope->high < 0;
}

/* What one curve adds; with its interval where there is no other curve. */
static void add_slope(const struct judged_arm *a, int metric, size_t curve,
		      char text[ANSWER_BYTES])
{
	char words[WORDS], *interval;

	words_fit(a, metric, curve, words);
	interval = strstr(words, " [");
	if (interval && a->arm->curves > 1)
		*interval = '\0';
	words_add(text, ANSWER_BYTES, "%s",
		  a->arm->curves == 1 || is_clear(&a->fit[metric][curve].is) ?
			  words :
			  "too little to show");
}

static const char *series_of(const struct judged_arm *a, size_t curve)
{
	size_t l = 0;

	while (a->arm->level[l].curve != curve)
		l++;
	return a->arm->level[l].series;
}

bool answers_slope(const struct judged *j, const struct judged_arm *a,
		   int metric, char text[ANSWER_BYTES])
{
	bool fork = metric == METRIC_FORK_P50_US, one = a->arm->curves == 1;
	const char *series = factors[a->arm->experiment->series].name;

	*text = '\0';
	if (a->noisy || j->state == RUN_INVALID)
		return false;
	for (size_t c = 0; c < a->arm->curves; c++)
		if (!isfinite(a->fit[metric][c].is.low) ||
		    !isfinite(a->fit[metric][c].is.high))
			return false;
	words_add(text, ANSWER_BYTES, "%s%s takes ",
		  one && !is_clear(&a->fit[metric][0].is) ? "No cost was "
							    "shown: " :
							    "",
		  fork ? "fork()" : "a session");
	add_slope(a, metric, 0, text);
	words_add(text, ANSWER_BYTES, " more%s for every %s %s",
		  fork ? "" : " CPU", words_slope_unit(a),
		  factors[a->arm->experiment->factor].grows);
	for (size_t c = 0; c < a->arm->curves && !one; c++) {
		if (c) {
			words_add(text, ANSWER_BYTES, ", ");
			add_slope(a, metric, c, text);
		}
		words_add(text, ANSWER_BYTES, " in %s %s", series_of(a, c),
			  series);
	}
	words_add(text, ANSWER_BYTES, "%s.",
		  fork ? "" : ", the child's exit included");
	if (*text == 'a')
		*text = 'A';
	return true;
}

/* Of memory what fork() takes has been said already. */
static void say_slopes(const struct judged *j, const struct judged_arm *a,
		       struct answers *out)
{
	char text[ANSWER_BYTES];

	if (a->arm->experiment->fit != FIT_SLOPE)
		return;
	for (const int *m = a->arm->experiment->primary; *m >= 0; m++)
		if ((*m == METRIC_CPU_US ||
		     (*m == METRIC_FORK_P50_US &&
		      a->arm->experiment != experiment_find("memory"))) &&
		    answers_slope(j, a, *m, text))
			words_add(answers_next(out, TOPIC_OTHER), ANSWER_BYTES,
				  "%s", text);
}

/* --- counts ---------------------------------------------------------------- */

double answers_handler_calls(const struct judged_arm *a, size_t level)
{
	return median_of(a, METRIC_HANDLER_CALLS, level) /
	       median_of(a, METRIC_FORKS, level);
}

/* "1.42 more system calls of the parent", if it is as much as 0.05. */
static void add_more(double more, const char *what, size_t *said,
		     char text[ANSWER_BYTES])
{
	if (!(fabs(more) >= 0.05))
		return;
	words_add(text, ANSWER_BYTES, "%s%.2f %s %s", *said ? ", " : " ",
		  fabs(more), more > 0 ? "more" : "fewer", what);
	++*said;
}

static void say_counts(const struct judged *j, struct answers *out)
{
	static const struct {
		int metric;
		const char *what;
	} counts[] = {
		{ METRIC_PARENT_CALLS, "system calls in the parent" },
		{ METRIC_CHILD_CALLS, "system calls in the child" },
		{ METRIC_PARENT_SWITCHES, "context switches of the parent" },
		{ METRIC_CHILD_SWITCHES, "of the child" },
		{ METRIC_PARENT_FAULTS, "page faults in the parent" },
		{ METRIC_CHILD_FAULTS, "in the child" },
	};
	enum { COUNTS = sizeof(counts) / sizeof(counts[0]) };
	const struct judged_arm *a = find(j, "counts");
	size_t known = 0, at = 0;
	char *text;

	if (!a || !a->used)
		return;
	for (size_t i = 0; i < COUNTS; i++)
		known += !isnan(median_of(a, counts[i].metric, 0));
	if (isnan(median_of(a, METRIC_PARENT_CALLS, 0)))
		words_add(answers_next(out, TOPIC_OTHER), ANSWER_BYTES,
			  "%s could not be counted: perf_event_open() needs "
			  "%s.",
			  known ? "System calls" :
				  "System calls, context switches and page "
				  "faults",
			  known ? "a tracepoint, and with it the right to "
				  "mount tracefs" :
				  "kernel.perf_event_paranoid=1 or root");
	if (!known)
		return;
	text = answers_next(out, TOPIC_COUNTS);
	words_add(text, ANSWER_BYTES, "Per session %s makes ",
		  a->arm->level[0].name);
	for (size_t i = 0; i < COUNTS; i++) {
		double count = median_of(a, counts[i].metric, 0);

		if (!isnan(count))
			words_add(text, ANSWER_BYTES, "%s%.2f %s",
				  words_join(at++, known), count,
				  counts[i].what);
	}
	words_add(text, ANSWER_BYTES, ".");
	if (named(a) < 2)
		return;
	text = answers_next(out, TOPIC_OTHER);
	words_add(text, ANSWER_BYTES, "Against it");
	for (size_t l = 1; l < named(a); l++) {
		size_t said = 0;

		words_add(text, ANSWER_BYTES, "%s %s makes", l > 1 ? ";" : "",
			  a->arm->level[l].name);
		for (size_t i = 0; i < COUNTS; i++)
			add_more(median_of(a, counts[i].metric, l) -
					 median_of(a, counts[i].metric, 0),
				 counts[i].what, &said, text);
		add_more(answers_handler_calls(a, l), "handler calls", &said,
			 text);
		if (!said)
			words_add(text, ANSWER_BYTES, " the same");
	}
	words_add(text, ANSWER_BYTES, ".");
}

void answers_costs(const struct judged *j, struct answers *a)
{
	say_floor(j, a);
	say_counts(j, a);
	for (size_t i = 0; i < j->arms; i++)
		say_slopes(j, &j->arm[i], a);
}
