#include "bench/tell/answers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of one CPU, or of all: who is this busy is what limits a load. */
#define BUSY 0.85

/* --- differences ----------------------------------------------------------- */

/* "1.4 %", "13 %": from `whole` per cent on without a decimal. */
static const char *percent(double share, double whole, char out[WORDS])
{
	double pct = fabs(share) * 100;

	snprintf(out, WORDS, "%.*f %%", pct < whole - 0.05 ? 1 : 0, pct);
	return out;
}

/* "13 % more CPU per session", "9 % fewer sessions/s" */
static void add_effect(int metric, double ratio, char text[ANSWER_BYTES])
{
	bool cpu = metric == METRIC_CPU_US || metric == METRIC_PARENT_CPU_US ||
		   metric == METRIC_STORM_CPU_US;
	bool rate = metrics[metric].unit == UNIT_PER_S;
	const char *word = ratio > 1 ? (cpu || rate ? "more" : "longer") :
			   cpu	     ? "less" :
			   rate	     ? "fewer" :
				       "shorter";
	char share[WORDS];

	if (ratio >= 2 || ratio <= 0.5)
		words_add(text, ANSWER_BYTES, "%.2g times the ", ratio);
	else
		words_add(text, ANSWER_BYTES, "%s %s ",
			  percent(ratio - 1, 3, share), word);
	words_add(text, ANSWER_BYTES, "%s",
		  metric == METRIC_PARENT_CPU_US ? "CPU per session of the "
						   "parent" :
						   metrics[metric].title);
}

/* --- what the sentences are made of ---------------------------------------- */

static bool is_memory(const struct judged_arm *a)
{
	return a->arm->experiment->factor == FACTOR_BALLAST;
}

static const struct level *level_of(const struct judged_arm *a, size_t l)
{
	return &a->arm->level[l];
}

const struct judged_arm *answers_main(const struct judged *j)
{
	static const enum factor wanted[] = { FACTOR_MODE, FACTOR_SUBJECT };

	for (size_t i = 0; i < j->arms; i++)
		if (strcmp(j->arm[i].arm->experiment->name, "churn") == 0)
			return &j->arm[i];
	for (size_t w = 0; w < 2; w++)
		for (size_t i = 0; i < j->arms; i++)
			if (j->arm[i].arm->experiment->factor == wanted[w])
				return &j->arm[i];
	return j->arms ? &j->arm[0] : NULL;
}

static bool is_measured(const struct judged_arm *a, int metric)
{
	for (size_t l = 0; l < a->arm->levels; l++)
		if (!isnan(a->effect[metric][l].median))
			return true;
	return false;
}

size_t answers_primaries(const struct judged_arm *a, int metric[METRIC_COUNT])
{
	size_t n = 0;

	for (int m = 0; m < METRIC_COUNT; m++) {
		bool primary = false;

		for (size_t l = 0; l < a->arm->levels; l++)
			primary |= a->effect[m][l].primary;
		if (primary && m != METRIC_ZOMBIES_LEFT && is_measured(a, m))
			metric[n++] = m;
	}
	return n;
}

/*
 * The metric that says what is cheap: all CPU, else the parent's, else the
 * first that is better when it is lower; or -1.
 */
static int cheap_metric(const struct judged_arm *a)
{
	static const int wanted[] = { METRIC_CPU_US, METRIC_PARENT_CPU_US };
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(a, metric);

	for (size_t w = 0; w < 2; w++)
		for (size_t i = 0; i < n; i++)
			if (metric[i] == wanted[w])
				return metric[i];
	for (size_t i = 0; i < n; i++)
		if (metrics[metric[i]].better == BETTER_LOWER)
			return metric[i];
	return -1;
}

double answers_overhead_ms(const struct judged *j, const struct judged_arm *a)
{
	const struct run *r = j->run;
	double *value = calloc(r->cells + 1, sizeof(*value)), median = NAN;
	size_t n = 0;

	for (size_t i = 0; value && i < r->cells; i++) {
		const struct cell *c = &r->cell[i];
		double ms = c->value[METRIC_OVERHEAD_MS];

		if (c->used && &r->config.arm[c->arm] == a->arm && !isnan(ms))
			value[n++] = ms;
	}
	if (n)
		median = ranks_median(value, n);
	free(value);
	return median;
}

/* The first level of a subject, or -1. */
static int level_by(const struct judged_arm *a, const char *subject)
{
	for (size_t l = 0; l < a->arm->levels; l++)
		if (!level_of(a, l)->aa &&
		    strcmp(level_of(a, l)->subject, subject) == 0)
			return (int)l;
	return -1;
}

static bool same_subject(const struct judged_arm *a, size_t l, size_t of)
{
	return strcmp(level_of(a, l)->subject, level_of(a, of)->subject) == 0;
}

static bool is_null_run(const struct judged_arm *a)
{
	size_t compared = 0;

	for (size_t l = 1; l < a->arm->levels; l++) {
		compared += !level_of(a, l)->aa;
		if (!same_subject(a, l, 0))
			return false;
	}
	return compared > 0 && !factors[a->arm->experiment->factor].ordered;
}

static bool is_judged(const struct effect *e)
{
	return e->verdict == VERDICT_BETTER || e->verdict == VERDICT_WORSE ||
	       e->verdict == VERDICT_SAME || e->verdict == VERDICT_UNCLEAR;
}

/*
 * What level l is against another. All of a run's intervals hold together, so
 * two that do not overlap prove a difference.
 */
static enum verdict relation(const struct judged_arm *a, int metric, size_t l,
			     size_t other)
{
	const struct effect *own = &a->effect[metric][l];
	const struct effect *its = &a->effect[metric][other];
	bool lower = metrics[metric].better == BETTER_LOWER;

	if (other == 0)
		return own->verdict;
	if (l == 0)
		return its->verdict == VERDICT_BETTER ? VERDICT_WORSE :
		       its->verdict == VERDICT_WORSE  ? VERDICT_BETTER :
							its->verdict;
	if (!is_judged(own) || !is_judged(its))
		return VERDICT_NONE;
	if (own->ratio.high < its->ratio.low)
		return lower ? VERDICT_BETTER : VERDICT_WORSE;
	if (own->ratio.low > its->ratio.high)
		return lower ? VERDICT_WORSE : VERDICT_BETTER;
	return VERDICT_UNCLEAR;
}

/* --- zombies --------------------------------------------------------------- */

enum left { LEFT_UNKNOWN, LEFT_NONE, LEFT_SOME, LEFT_ALL };

/* "66 %", "all", "1 of 92,400", "up to 12 per cell" */
static const char *share_words(const struct zombie_count *z, char out[WORDS])
{
	char left[METRIC_WORDS], forks[METRIC_WORDS];

	*out = '\0';
	if (z->share >= 1)
		words_add(out, WORDS, "all");
	else if (z->share > 0.99)
		words_add(out, WORDS, "over 99 %%");
	else if (z->share >= 0.01)
		words_add(out, WORDS, "%.0f %%", z->share * 100);
	else if (z->share > 0 && z->forks > 0)
		words_add(out, WORDS, "%s of %s",
			  words_count(fmax(rint(z->share * z->forks), 1), left),
			  words_count(z->forks, forks));
	else
		words_add(out, WORDS, "up to %s per cell",
			  words_count(z->left_max, left));
	return out;
}

static enum left left_of(const struct judged *j, const struct judged_arm *a,
			 size_t level, char out[ANSWER_BYTES])
{
	size_t known = 0, leaking = 0, all = 0;

	*out = '\0';
	for (size_t i = 0; i < j->arms; i++) {
		const struct judged_arm *in = &j->arm[i];
		int l = arm_level(in->arm, level_of(a, level)->name);
		const struct zombie_count *z;
		char share[WORDS];

		if (l < 0 ||
		    in->arm->experiment->factor != a->arm->experiment->factor)
			continue;
		z = &in->zombies[l];
		if (!z->cells || isnan(z->left_max))
			continue;
		known++;
		if (!z->leaks)
			continue;
		words_add(out, ANSWER_BYTES, "%s%s", leaking++ ? ", " : "",
			  share_words(z, share));
		if (in->arm->load.hold)
			words_add(out, ANSWER_BYTES, " after a storm");
		else
			words_add(out, ANSWER_BYTES, " in %s",
				  in->arm->experiment->name);
		all += z->share >= 1;
	}
	return !known	    ? LEFT_UNKNOWN :
	       !leaking	    ? LEFT_NONE :
	       all == known ? LEFT_ALL :
			      LEFT_SOME;
}

bool answers_left(const struct judged *j, const struct judged_arm *a,
		  size_t level, char out[ANSWER_BYTES])
{
	enum left left = left_of(j, a, level, out);

	if (left == LEFT_NONE || left == LEFT_ALL)
		snprintf(out, ANSWER_BYTES, left == LEFT_ALL ? "all" : "none");
	return left != LEFT_UNKNOWN;
}

/* --- the sentences --------------------------------------------------------- */

char *answers_next(struct answers *a, enum topic topic)
{
	size_t at = a->count < ANSWERS_MOST ? a->count++ : ANSWERS_MOST - 1;

	a->topic[at] = topic;
	a->answer[at][0] = '\0';
	return a->answer[at];
}

#define say_about(a, topic, ...) \
	words_add(answers_next(a, topic), ANSWER_BYTES, __VA_ARGS__)
#define say(a, ...) say_about(a, TOPIC_OTHER, __VA_ARGS__)

const char *answers_about(const struct answers *a, enum topic topic)
{
	for (size_t i = 0; i < a->count; i++)
		if (a->topic[i] == topic)
			return a->answer[i];
	return NULL;
}

/* A run, its first experiment, and what is known of each of its levels. */
struct view {
	const struct judged *j;
	const struct judged_arm *a;
	int cheap; /* metric, or -1 */
	enum left left[LEVELS_MOST + 1];
	char leak[LEVELS_MOST + 1][ANSWER_BYTES];
};

/* What an experiment with the same factor counted of a level; or NULL. */
static const struct zombie_count *zombies_in(const struct view *v, size_t arm,
					     size_t level)
{
	const struct judged_arm *in = &v->j->arm[arm];
	int l = arm_level(in->arm, level_of(v->a, level)->name);

	return l >= 0 &&
			       in->arm->experiment->factor ==
				       v->a->arm->experiment->factor &&
			       in->zombies[l].cells ?
		       &in->zombies[l] :
		       NULL;
}

static bool is_rival(const struct view *v, size_t l, size_t of)
{
	return l != of && !level_of(v->a, l)->aa && !same_subject(v->a, l, of);
}

/* How a level's cost stands among others of other subjects. */
struct standing {
	size_t rivals, beaten; /* clean ones; of them clearly dearer */
	int winner; /* the cheapest clean one that is cheaper; or -1 */
	bool leaky_is_cheaper; /* one that leaves zombies */
};

static struct standing stand(const struct view *v, size_t l)
{
	struct standing s = { .winner = -1 };

	for (size_t k = 0; v->cheap >= 0 && k < v->a->arm->levels; k++) {
		bool leaks = v->left[k] == LEFT_SOME || v->left[k] == LEFT_ALL;
		enum verdict is;

		if (!is_rival(v, k, l))
			continue;
		is = relation(v->a, v->cheap, k, l);
		if (leaks) {
			s.leaky_is_cheaper |= is == VERDICT_BETTER;
			continue;
		}
		s.rivals++;
		s.beaten += is == VERDICT_WORSE;
		if (is == VERDICT_BETTER &&
		    (s.winner < 0 ||
		     v->a->effect[v->cheap][k].ratio.mid <
			     v->a->effect[v->cheap][s.winner].ratio.mid))
			s.winner = (int)k;
	}
	return s;
}

/* Whether any level's cost got a verdict. */
static bool cost_is_judged(const struct view *v)
{
	for (size_t l = 1; v->cheap >= 0 && l < v->a->arm->levels; l++)
		if (!level_of(v->a, l)->aa &&
		    is_judged(&v->a->effect[v->cheap][l]))
			return true;
	return false;
}

/* The mode that is cheaper than sig-ign, if there is one, is the one to use. */
static void say_winner(const struct view *v, size_t sig_ign, size_t winner,
		       struct answers *out)
{
	const struct effect *effect = v->a->effect[v->cheap];
	char *text = answers_next(out, TOPIC_USE);

	words_add(text, ANSWER_BYTES, "Use %s: ", level_of(v->a, winner)->name);
	if (sig_ign == 0)
		add_effect(v->cheap, effect[winner].ratio.mid, text);
	else if (winner == 0)
		add_effect(v->cheap, 1 / effect[sig_ign].ratio.mid, text);
	else
		words_add(text, ANSWER_BYTES, "less %s",
			  metrics[v->cheap].title);
	words_add(text, ANSWER_BYTES, " than %s",
		  level_of(v->a, sig_ign)->name);
	if (v->left[winner] == LEFT_NONE)
		words_add(text, ANSWER_BYTES, ", and no zombie left");
	words_add(text, ANSWER_BYTES, ".");
}

static void say_sig_ign(const struct view *v, size_t l, struct answers *out)
{
	struct standing s = stand(v, l);
	bool usual = v->cheap < 0 || v->cheap == METRIC_CPU_US;
	const char *by = usual ? "" : " by ";
	const char *title = usual ? "" : metrics[v->cheap].title;
	bool clean = v->left[l] == LEFT_NONE;
	char *text;

	if (s.winner >= 0) {
		say_winner(v, l, (size_t)s.winner, out);
		return;
	}
	if (!clean && !cost_is_judged(v))
		return;
	text = answers_next(out, TOPIC_USE);
	words_add(text, ANSWER_BYTES,
		  "Use SIG_IGN if nobody needs the children's exit status; ");
	if (!cost_is_judged(v))
		words_add(text, ANSWER_BYTES, "it leaves no zombie.");
	else if (s.beaten && s.beaten == s.rivals)
		words_add(text, ANSWER_BYTES, "it is the cheapest here%s%s%s.",
			  by, title,
			  !clean	     ? "" :
			  s.leaky_is_cheaper ? " that leaves no zombie" :
					       " and leaves no zombie");
	else
		words_add(text, ANSWER_BYTES,
			  "%snothing %s is shown to be cheaper%s%s.",
			  clean ? "it leaves no zombie, and " : "",
			  s.leaky_is_cheaper ? "that leaves none" : "here", by,
			  title);
	words_add(text, ANSWER_BYTES,
		  " (It is inherited across exec, and wait() and system() "
		  "then fail.)");
}

/* What a level costs against the baseline, by the first two primaries. */
static size_t add_costs(const struct view *v, size_t l, char text[ANSWER_BYTES])
{
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(v->a, metric), said = 0;

	for (size_t i = 0; i < n && said < 2; i++) {
		const struct effect *e = &v->a->effect[metric[i]][l];

		if (!is_judged(e) || (metric[i] == METRIC_PARENT_CPU_US &&
				      metric[i] != v->cheap))
			continue;
		words_add(text, ANSWER_BYTES, "%s", said++ ? ", " : "");
		if (e->verdict == VERDICT_SAME)
			words_add(text, ANSWER_BYTES, "the same %s within 3 %%",
				  metrics[metric[i]].title);
		else if (e->verdict == VERDICT_UNCLEAR)
			words_add(text, ANSWER_BYTES,
				  "no difference in %s shown",
				  metrics[metric[i]].title);
		else
			add_effect(metric[i], e->ratio.mid, text);
	}
	if (said && strcmp(level_of(v->a, 0)->subject, "sig-ign") != 0)
		words_add(text, ANSWER_BYTES, " (against %s)",
			  level_of(v->a, 0)->name);
	return said;
}

static void say_loop(const struct view *v, size_t l, struct answers *out)
{
	int sig_ign = level_by(v->a, "sig-ign");
	char costs[ANSWER_BYTES] = "", *text;
	size_t said = l ? add_costs(v, l, costs) : 0;
	bool clean = v->left[l] == LEFT_NONE;

	/* It has been said already that it is the one to use. */
	if (sig_ign >= 0 && v->left[sig_ign] == LEFT_NONE &&
	    stand(v, (size_t)sig_ign).winner == (int)l)
		return;
	if (!said && !clean)
		return;
	text = answers_next(out, TOPIC_OTHER);
	words_add(text, ANSWER_BYTES,
		  "If you need the status, call waitpid in a loop: %s%s%s.",
		  costs, said && clean ? ", " : "", clean ? "no zombies" : "");
}

/* The least and the most that a level left, by experiment; NAN: nothing. */
static void shares_of(const struct view *v, size_t level, double *least,
		      double *most)
{
	*least = *most = NAN;
	for (size_t i = 0; i < v->j->arms; i++) {
		const struct zombie_count *z = zombies_in(v, i, level);

		if (!z || !z->leaks)
			continue;
		*least = fmin(*least, z->share);
		*most = fmax(*most, z->share);
	}
}

static void say_once(const struct view *v, size_t l, struct answers *out)
{
	double least, most;
	char *text;

	if (v->left[l] == LEFT_UNKNOWN)
		return;
	shares_of(v, l, &least, &most);
	text = answers_next(out, TOPIC_ONCE);
	if (v->left[l] == LEFT_NONE) {
		words_add(text, ANSWER_BYTES,
			  "One waitpid per signal left no zombie in this run; "
			  "as pending signals merge, that is no promise.");
		return;
	}
	words_add(text, ANSWER_BYTES,
		  "Never one waitpid per signal: signals merge, and it left ");
	if (!(least >= 0.01))
		words_add(text, ANSWER_BYTES, "children as zombies (%s).",
			  v->leak[l]);
	else if (rint(100 * least) < rint(100 * most))
		words_add(text, ANSWER_BYTES,
			  "%.0f to %.0f %% of the children as zombies.",
			  100 * least, 100 * most);
	else
		words_add(text, ANSWER_BYTES,
			  "%.0f %% of the children as zombies.", 100 * most);
}

/* A mode that this text would recommend, had it not left zombies. */
static bool say_unreliable(const struct view *v, int l, struct answers *out)
{
	if (l < 0 || (v->left[l] != LEFT_SOME && v->left[l] != LEFT_ALL))
		return false;
	say(out, "Do not rely on %s here: it left children as zombies (%s).",
	    level_of(v->a, (size_t)l)->name, v->leak[l]);
	return true;
}

/* Of servers, or of modes without sig-ign: the one that costs least. */
static void say_cheapest(const struct view *v, struct answers *out)
{
	bool servers = v->a->arm->experiment->factor == FACTOR_SUBJECT;
	enum topic topic = servers ? TOPIC_SERVERS : TOPIC_USE;

	if (!cost_is_judged(v))
		return;
	for (size_t l = 0; l < v->a->arm->levels; l++) {
		struct standing s = stand(v, l);

		if (level_of(v->a, l)->aa || v->left[l] == LEFT_SOME ||
		    v->left[l] == LEFT_ALL || !s.rivals || s.beaten < s.rivals)
			continue;
		say_about(out, topic, "%s takes the least %s of %s%s.",
			  level_of(v->a, l)->name, metrics[v->cheap].title,
			  servers ? "these servers" : "these modes",
			  s.leaky_is_cheaper ? " that leave no zombie" : "");
		return;
	}
	say_about(out, topic, "No %s is shown to take less %s than all others.",
		  servers ? "server" : "mode", metrics[v->cheap].title);
}

static void say_null(const struct view *v, struct answers *out)
{
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(v->a, metric), judged = 0, differ = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t l = 1; l < v->a->arm->levels; l++) {
			const struct effect *e = &v->a->effect[metric[i]][l];

			if (level_of(v->a, l)->aa)
				continue;
			judged += is_judged(e);
			differ += e->verdict == VERDICT_BETTER ||
				  e->verdict == VERDICT_WORSE;
		}
	say_about(out, TOPIC_USE,
		  "Every level here is %s, so all that differs is noise.",
		  level_of(v->a, 0)->subject);
	if (differ)
		say(out, "By noise alone %zu of %zu comparisons differ.",
		    differ, judged);
	else if (judged)
		say(out, "As it should be, none of %zu comparisons differs.",
		    judged);
}

/*
 * The levels with a verdict by a metric: "CPU per session of none and pidfd".
 * Returns the largest resolution among them; 0: there are none.
 */
static double levels_with(const struct view *v, int metric,
			  enum verdict verdict, char names[ANSWER_BYTES])
{
	const struct effect *e = v->a->effect[metric];
	size_t count = 0, named = 0;
	double most = 0;

	for (size_t l = 1; l < v->a->arm->levels; l++)
		count += e[l].verdict == verdict;
	*names = '\0';
	words_add(names, ANSWER_BYTES, "%s of ", metrics[metric].title);
	for (size_t l = 1; l < v->a->arm->levels; l++) {
		if (e[l].verdict != verdict)
			continue;
		most = fmax(most, e[l].resolution);
		words_add(names, ANSWER_BYTES, "%s%s",
			  words_join(named++, count), level_of(v->a, l)->name);
	}
	return most;
}

/* What is unclear, or the same: each metric with the levels concerned. */
static void say_alike(const struct view *v, enum verdict verdict,
		      struct answers *out)
{
	bool unclear = verdict == VERDICT_UNCLEAR;
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(v->a, metric), said = 0;
	char names[ANSWER_BYTES], share[WORDS], *text = NULL;

	for (size_t i = 0; i < n; i++) {
		double most = levels_with(v, metric[i], verdict, names);

		if (!(most > 0) || !isfinite(most))
			continue;
		if (!said)
			text = answers_next(out, TOPIC_OTHER);
		words_add(text, ANSWER_BYTES, "%s%s",
			  said	  ? "; " :
			  unclear ? "No difference shown: " :
				    "The same within 3 %: ",
			  names);
		if (unclear)
			words_add(text, ANSWER_BYTES,
				  said ? " (%s)" :
					 " (one of %s would have been)",
				  percent(most, 10, share));
		said++;
	}
	if (said)
		words_add(text, ANSWER_BYTES, ".");
}

/*
 * "fork() takes 30 µs here, and 9.8 ms more for every GiB ..."; where the first
 * table has the former, the latter alone.
 */
static void say_fork(const struct view *v, struct answers *out)
{
	const struct judged_arm *memory = NULL;
	double us = v->a->effect[METRIC_FORK_P50_US][0].median;
	const struct interval *slope = NULL;
	char takes[METRIC_WORDS], per[WORDS];
	bool shown = !isnan(us);
	char *text;

	for (size_t i = 0; i < v->j->arms && !memory; i++)
		if (is_memory(&v->j->arm[i]))
			memory = &v->j->arm[i];
	if (memory && !shown && memory->arm->level[0].value <= 0)
		us = memory->effect[METRIC_FORK_P50_US][0].median;
	if (memory && !memory->noisy)
		slope = &memory->fit[METRIC_FORK_P50_US][0].is;
	if (slope && isnan(slope->mid))
		slope = NULL;
	if (isnan(us) || (shown && !slope && v->a != memory))
		return;
	shown &= v->a != memory;
	text = answers_next(out, TOPIC_FORK);
	metric_words(METRIC_FORK_P50_US, us, takes);
	words_add(text, ANSWER_BYTES, "fork()");
	if (!shown)
		words_add(text, ANSWER_BYTES, " takes %s here", takes);
	if (!slope) {
		words_add(text, ANSWER_BYTES, " (median).");
		return;
	}
	words_fit(memory, METRIC_FORK_P50_US, 0, per);
	if (!isfinite(slope->low) || !isfinite(slope->high))
		words_add(text, ANSWER_BYTES,
			  "%s too few rounds to say what memory adds.",
			  shown ? ":" : ";");
	else if (slope->low > 0)
		words_add(text, ANSWER_BYTES,
			  "%s %s more for every GiB that the parent has "
			  "touched.",
			  shown ? " takes" : ", and", per);
	else
		words_add(text, ANSWER_BYTES,
			  "%s no cost of memory was shown: %s for every GiB "
			  "that the parent has touched.",
			  shown ? ":" : ", and", per);
}

static void say_resolution(const struct view *v, struct answers *out)
{
	int metric[METRIC_COUNT];
	size_t n = answers_primaries(v->a, metric), known = 0, said = 0;
	char *text, share[WORDS];

	if (!profiles[v->j->run->config.profile].verdicts) {
		say(out, "A %s run is too short to judge speed.",
		    profiles[v->j->run->config.profile].name);
		return;
	}
	if (v->a->noisy)
		return;
	for (size_t i = 0; i < n; i++)
		known += isfinite(judge_resolution(v->a, metric[i]));
	if (!known) {
		if (n && v->a->arm->levels > 1 &&
		    !factors[v->a->arm->experiment->factor].ordered)
			say(out,
			    "%s has too few rounds to tell any difference.",
			    v->a->arm->experiment->title);
		return;
	}
	text = answers_next(out, TOPIC_OTHER);
	words_add(text, ANSWER_BYTES, "This run could tell differences of ");
	for (size_t i = 0; i < n; i++) {
		double r = judge_resolution(v->a, metric[i]);

		if (isfinite(r))
			words_add(text, ANSWER_BYTES, "%s%s (%s)",
				  words_join(said++, known),
				  percent(r, 10, share),
				  metrics[metric[i]].title);
	}
	words_add(text, ANSWER_BYTES, ".%s",
		  v->j->comparisons > 1 ? " The intervals in brackets hold "
					  "together in 95 of "
					  "100 runs." :
					  "");
}

/* Which source counted the CPU time, or why none did, and what to do. */
static void say_cpu(const struct judged *j, struct answers *out)
{
	const struct run *r = j->run;
	bool due = false;

	for (size_t i = 0; i < j->arms; i++)
		for (const int *m = j->arm[i].arm->experiment->primary; *m >= 0;
		     m++)
			due |= *m == METRIC_CPU_US || *m == METRIC_STORM_CPU_US;
	if (!due)
		return;
	if (*r->cpu_source)
		say(out, "CPU per session was measured by %s%s.", r->cpu_source,
		    strcmp(r->cpu_source, "perf_event") == 0 ? ", which misses "
							       "the last part "
							       "of each "
							       "child's "
							       "exit" :
							       "");
	else
		say(out, "CPU per session could not be measured%s%s.",
		    *r->cpu_advice ? ": " : "", r->cpu_advice);
}

static void say_overhead(const struct view *v, struct answers *out)
{
	double ms = answers_overhead_ms(v->j, v->a);
	char took[METRIC_WORDS];

	metric_words(METRIC_OVERHEAD_MS, ms, took);
	if (*took)
		say(out,
		    "A cell of %s costs %s in addition to its load "
		    "(median).",
		    v->a->arm->experiment->name, took);
}

/*
 * What kept the sessions/s from being more. The parent forks one child after
 * the other; a worker of the load generator is one process, too.
 */
static void say_bottleneck(const struct view *v, struct answers *out)
{
	const struct judged_arm *a = v->a;
	double rate = a->effect[METRIC_SESSIONS_PER_S][0].median;
	double parent = rate * a->effect[METRIC_PARENT_CPU_US][0].median / 1e6;
	double server = rate * a->effect[METRIC_CPU_US][0].median / 1e6;
	double worker = a->effect[METRIC_LOADGEN_CPU_PCT][0].median / 100;
	double cpus = json_number_value(
		json_object_get(json_object_get(v->j->run->env, "host"), "cpu"
									 "s"));
	const char *bottleneck = "nothing of these alone";

	if (factors[a->arm->experiment->factor].ordered ||
	    isnan(parent + server + worker) || !(cpus > 0))
		return;
	if (parent >= BUSY)
		bottleneck = "the server's parent";
	else if (worker >= BUSY)
		bottleneck = "the load generator (give it more workers)";
	else if (server + worker >= BUSY * cpus)
		bottleneck = "the CPUs, all of them";
	say(out,
	    "What limited the sessions/s of %s in %s: %s. The parent was busy "
	    "%.0f %% of the time, the server in all used %.1f CPUs and the "
	    "load "
	    "generator %.1f, of %.0f.",
	    a->arm->level[0].name, a->arm->experiment->name, bottleneck,
	    100 * parent, server, worker, cpus);
}

/* --- doubts ---------------------------------------------------------------- */

/* The unit behind the number that a detail begins with: " %". */
static const char *unit_in(const char *detail, char out[WORDS])
{
	size_t number = strspn(detail, "0123456789.,"), length;

	length = detail[number] == ' ' ? strcspn(detail + number + 1, " ,;") :
					 0;
	snprintf(out, WORDS, "%.*s", length && length < 8 ? (int)length + 1 : 0,
		 detail + number);
	return out;
}

/* "steal: 37 of 40 cells of hold, 25–55 %; use a quieter machine" */
static void doubt_suspect(const struct judged_arm *a, const struct doubt *d,
			  char text[ANSWER_BYTES])
{
	const struct validity_rule *rule = &validity_rules[d->rule];
	char unit[WORDS];

	words_add(text, ANSWER_BYTES, "%s: %zu of %zu cells of %s", rule->name,
		  d->cells, a->used, a->arm->experiment->name);
	if (!isnan(d->low) && d->high > d->low)
		words_add(text, ANSWER_BYTES, ", %.3g–%.3g%s", d->low, d->high,
			  unit_in(d->example, unit));
	else if (*d->example)
		words_add(text, ANSWER_BYTES, ", %s%s",
			  d->cells > 1 && isnan(d->low) ? "such as " : "",
			  d->example);
	words_add(text, ANSWER_BYTES, "; %s", rule->advice);
}

/* Invalid cells, by the gravest rule that each broke; how they count. */
static void doubt_invalid(const struct judged *j, const struct judged_arm *a,
			  struct answers *out)
{
	for (int rule = 0; rule < VALIDITY_RULE_COUNT; rule++) {
		const char *detail = NULL;
		size_t cells = 0;
		char *text;

		for (size_t i = 0; i < j->run->cells; i++) {
			const struct cell *c = &j->run->cell[i];

			if (&j->run->config.arm[c->arm] != a->arm ||
			    !c->round || !c->validity.count ||
			    c->validity.status != VALIDITY_INVALID ||
			    (int)c->validity.found[0].rule != rule)
				continue;
			if (!cells++)
				detail = c->validity.found[0].detail;
		}
		if (!cells || out->doubts == DOUBTS_MOST)
			continue;
		text = out->doubt[out->doubts++];
		words_add(text, ANSWER_BYTES,
			  "%s: %zu of %zu cells of %s, not used",
			  validity_rules[rule].name, cells, a->cells,
			  a->arm->experiment->name);
		if (*detail)
			words_add(text, ANSWER_BYTES, ", %s%s",
				  cells > 1 ? "such as " : "", detail);
		words_add(text, ANSWER_BYTES, "; %s",
			  validity_rules[rule].advice);
	}
}

/* --- all of it ------------------------------------------------------------- */

static void make_line(const struct judged *j, const struct judged_arm *a,
		      char out[160])
{
	const struct run *r = j->run;
	char took[WORDS];

	*out = '\0';
	words_add(out, 160, "%s", profiles[r->config.profile].name);
	if (a && a->rounds < a->arm->rounds)
		words_add(out, 160, ", %u of %u rounds", a->rounds,
			  a->arm->rounds);
	else if (a)
		words_add(out, 160, ", %u round%s", a->rounds,
			  a->rounds == 1 ? "" : "s");
	if (r->elapsed_s > 0)
		words_add(out, 160, ", %s", words_time(r->elapsed_s, took));
}

static const char *remedy_of(enum run_state state)
{
	switch (state) {
	case RUN_NOISY:
		return "What to do: quiet the machine and measure again. "
		       "Intervals are shown; verdicts of what was noisy are "
		       "withheld; counts of zombies hold.";
	case RUN_INCOMPLETE:
		return "What to do: forkbench resume goes on with it. What was "
		       "measured so far is judged.";
	case RUN_INVALID:
		return "What to do: mend what is named here, and measure "
		       "again. These figures answer nothing.";
	case RUN_VALID:
		break;
	}
	return "";
}

static struct view view_of(const struct judged *j, const struct judged_arm *a)
{
	struct view v = { .j = j, .a = a, .cheap = cheap_metric(a) };

	for (size_t l = 0; l < a->arm->levels; l++)
		v.left[l] = left_of(j, a, l, v.leak[l]);
	return v;
}

static void say_modes(const struct view *v, struct answers *out)
{
	int sig_ign = level_by(v->a, "sig-ign");
	int loop = level_by(v->a, "waitpid-loop");
	int once = level_by(v->a, "waitpid-once");

	if (is_null_run(v->a)) {
		say_null(v, out);
		say_unreliable(v, sig_ign, out);
		say_unreliable(v, loop, out);
		return;
	}
	if (sig_ign < 0)
		say_cheapest(v, out);
	else if (!say_unreliable(v, sig_ign, out))
		say_sig_ign(v, (size_t)sig_ign, out);
	if (loop >= 0 && !say_unreliable(v, loop, out))
		say_loop(v, (size_t)loop, out);
	if (once >= 0)
		say_once(v, (size_t)once, out);
}

static void say_servers(const struct judged *j, struct answers *out)
{
	for (size_t i = 0; i < j->arms; i++) {
		const struct judged_arm *a = &j->arm[i];
		struct view v;

		if (a->arm->experiment->factor != FACTOR_SUBJECT)
			continue;
		v = view_of(j, a);
		if (is_null_run(a))
			say_null(&v, out);
		else
			say_cheapest(&v, out);
	}
}

void answers_make(const struct judged *j, struct answers *a)
{
	const struct judged_arm *first = answers_main(j);
	struct view v;

	*a = (struct answers){ 0 };
	make_line(j, first, a->line);
	words_add(a->remedy, ANSWER_BYTES, "%s", remedy_of(j->state));
	for (size_t i = 0; i < j->arms; i++) {
		const struct judged_arm *arm = &j->arm[i];

		for (size_t k = 0; k < arm->doubts; k++)
			if (a->doubts < DOUBTS_MOST)
				doubt_suspect(arm, &arm->doubt[k],
					      a->doubt[a->doubts++]);
		doubt_invalid(j, arm, a);
	}
	if (!first)
		return;
	v = view_of(j, first);
	if (j->state != RUN_INVALID) {
		if (first->arm->experiment->factor == FACTOR_MODE)
			say_modes(&v, a);
		say_servers(j, a);
		say_alike(&v, VERDICT_SAME, a);
		say_alike(&v, VERDICT_UNCLEAR, a);
		say_fork(&v, a);
		answers_costs(j, a);
		answers_curves(j, a);
		say_resolution(&v, a);
	}
	say_cpu(j, a);
	say_overhead(&v, a);
	say_bottleneck(&v, a);
}
