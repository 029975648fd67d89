#include "bench/judge/compare.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum {
	CHANGES_MOST = EXPERIMENTS_MOST * PRIMARY_MOST * LEVELS_MOST,
	ZOMBIE_CHANGES_MOST = EXPERIMENTS_MOST * (LEVELS_MOST + 1),
};

__attribute__((format(printf, 2, 3))) static void
note(struct comparison *c, const char *sentence, ...)
{
	va_list arguments;

	if (c->notes == COUNT(c->note))
		return;
	va_start(arguments, sentence);
	vsnprintf(c->note[c->notes], REASON_BYTES, sentence, arguments);
	va_end(arguments);
	plain_text(c->note[c->notes++]); /* it may have been cut */
}

/* --- what both runs have -------------------------------------------------- */

/* The same experiment, measured by two runs. */
struct pair {
	const struct judged_arm *a, *b;
	size_t arm_a, arm_b; /* their indices */
};

static const struct judged_arm *arm_named(const struct judged *j,
					  const char *name, size_t *index)
{
	for (*index = 0; *index < j->arms; ++*index)
		if (strcmp(j->arm[*index].arm->experiment->name, name) == 0)
			return &j->arm[*index];
	return NULL;
}

static bool is_ordered(const struct judged_arm *a)
{
	return factors[a->arm->experiment->factor].ordered;
}

static bool same_load(const struct load *a, const struct load *b)
{
	bool same = a->hold == b->hold && a->rst == b->rst;

	for (int i = LOAD_NONE + 1; i < LOAD_COUNTS; i++)
		same &= load_get(a, (enum load_count)i) ==
			load_get(b, (enum load_count)i);
	return same;
}

static void put_load(const struct load *l, char out[80])
{
	snprintf(out, 80, "%ju sessions after %ju, %ju at once, %s",
		 (uintmax_t)l->sessions, (uintmax_t)l->warm,
		 (uintmax_t)l->concurrency, l->rst ? "rst" : "fin");
}

/* Names the levels that only `in` has; returns whether there are any. */
static bool note_levels(struct comparison *c, const struct arm *in,
			const struct arm *other, char name)
{
	char text[REASON_BYTES] = "";
	size_t length = 0;

	for (size_t l = 0; l < in->levels; l++)
		if (!in->level[l].aa && length < sizeof(text) &&
		    arm_level(other, in->level[l].name) < 0)
			length += (size_t)snprintf(text + length,
						   sizeof(text) - length,
						   "%s%s", length ? ", " : "",
						   in->level[l].name);
	if (*text)
		note(c, "%s: only %c has %.160s.", in->experiment->name, name,
		     text);
	return *text;
}

/*
 * Finds A's i-th experiment in B. What keeps it from being compared is noted,
 * and is unsound where A could be judged by it.
 */
static bool find_pair(struct comparison *c, size_t i, struct pair *p)
{
	const struct judged_arm *a = &c->a->arm[i];
	const char *name = a->arm->experiment->name;
	char load_a[80], load_b[80];

	*p = (struct pair){ .a = a, .arm_a = i };
	p->b = arm_named(c->b, name, &p->arm_b);
	if (p->b && is_ordered(a)) {
		note(c,
		     "%s is not compared: it has a slope and no ratios; see "
		     "each run's report.",
		     name);
		return false;
	}
	if (!p->b) {
		note(c, "%s is not compared: only A has it.", name);
		c->sound = false;
		return false;
	}
	if (!same_load(&a->arm->load, &p->b->arm->load)) {
		put_load(&a->arm->load, load_a);
		put_load(&p->b->arm->load, load_b);
		note(c, "%s is not compared: its load is %s in A; %s in B.",
		     name, load_a, load_b);
		c->sound = false;
		return false;
	}
	if (note_levels(c, a->arm, p->b->arm, 'A'))
		c->sound = false;
	note_levels(c, p->b->arm, a->arm, 'B');
	return true;
}

/* --- ratios --------------------------------------------------------------- */

/* Both are of the server's control group or the like. */
static bool is_of_cpu_source(int metric)
{
	return metric == METRIC_CPU_US || metric == METRIC_STORM_CPU_US;
}

/* Whether a metric of A's can be compared; if not, notes why. */
static bool has_metric(struct comparison *c, const struct pair *p, int metric)
{
	const char *name = p->a->arm->experiment->name;
	const char *title = metrics[metric].title;
	const char *source_a = c->a->run->cpu_source;
	const char *source_b = c->b->run->cpu_source;

	if (!p->b->effect[metric][0].primary || !p->b->effect[metric][0].n) {
		note(c, "%s, %s is not compared: B has not measured it.", name,
		     title);
		return false;
	}
	if (is_of_cpu_source(metric) && strcmp(source_a, source_b) != 0) {
		note(c,
		     "%s, %s is not compared: A has it by %.40s, B by %.40s.",
		     name, title, source_a, source_b);
		return false;
	}
	return true;
}

static void add_levels(struct comparison *c, const struct pair *p, int metric)
{
	const struct arm *in = p->b->arm;

	for (size_t l = 0; l < in->levels; l++) {
		int at = arm_level(p->a->arm, in->level[l].name);
		const struct effect *a, *b = &p->b->effect[metric][l];

		if (at < 0 || !arm_is_compared(in, l) ||
		    !arm_is_compared(p->a->arm, (size_t)at))
			continue;
		a = &p->a->effect[metric][at];
		if (isnan(a->ratio.mid))
			continue;
		if (isnan(b->ratio.mid)) {
			note(c, "%s, %s: B has no ratio of %s.",
			     in->experiment->name, metrics[metric].title,
			     in->level[l].name);
			c->sound = false;
			continue;
		}
		c->change[c->changes++] = (struct change){
			.experiment = in->experiment->name,
			.level = in->level[l].name,
			.metric = metric,
		};
	}
}

/* Lists the changes that are to be judged; it takes their count to do so. */
static void list_changes(struct comparison *c, const struct pair *p)
{
	const char *name = p->a->arm->experiment->name;
	const char *base_a = p->a->arm->level[0].name;
	const char *base_b = p->b->arm->level[0].name;

	for (int m = 0, noted = 0; m < METRIC_COUNT; m++) {
		if (!p->a->effect[m][0].primary || !metric_has_ratio(m) ||
		    !p->a->effect[m][0].n)
			continue;
		if (strcmp(base_a, base_b) != 0) {
			if (!noted++)
				note(c,
				     "%s: ratios are not compared: A's are to "
				     "%s, B's to %s.",
				     name, base_a, base_b);
			c->sound = false;
			continue;
		}
		if (has_metric(c, p, m))
			add_levels(c, p, m);
		else
			c->sound = false;
	}
	if (p->a->noisy || p->b->noisy)
		note(c, "%s: verdicts are withheld: it is NOISY in %s.", name,
		     !p->b->noisy ? "A" :
		     !p->a->noisy ? "B" :
				    "both runs");
}

/*
 * The interval of b / a. Each ratio is in its interval at the level 1 - alpha.
 * On logarithms the estimates are roughly normal and independent, so that each
 * half-width is z times a standard error, with the same z; the difference's
 * standard error is the root of the sum of their squares, and so is its
 * half-width at the same level. Taken for each side by itself, from the half
 * that moves the difference to that side, this holds for skewed intervals too
 * (Zou and Donner, Statistics in Medicine 27, 2008).
 */
static struct interval divide(const struct interval *b,
			      const struct interval *a)
{
	double mid = log(b->mid / a->mid);
	double down = hypot(log(b->mid / b->low), log(a->high / a->mid));
	double up = hypot(log(b->high / b->mid), log(a->mid / a->low));

	return (struct interval){ exp(mid - down), exp(mid), exp(mid + up) };
}

static int judge_change(const struct comparison *c, struct change *e)
{
	double alpha = (1 - JOINT_LEVEL) / (double)c->changes;
	size_t arm_a, arm_b, rounds;
	const struct judged_arm *a = arm_named(c->a, e->experiment, &arm_a);
	const struct judged_arm *b = arm_named(c->b, e->experiment, &arm_b);

	if (judge_ratio(c->a->run, arm_a, (size_t)arm_level(a->arm, e->level),
			e->metric, alpha, &e->a, &rounds) < 0 ||
	    judge_ratio(c->b->run, arm_b, (size_t)arm_level(b->arm, e->level),
			e->metric, alpha, &e->b, &rounds) < 0)
		return -1;
	e->b_to_a = divide(&e->b, &e->a);
	if (!profiles[c->a->run->config.profile].verdicts ||
	    !profiles[c->b->run->config.profile].verdicts)
		e->verdict = VERDICT_NONE;
	else if (a->noisy || b->noisy)
		e->verdict = VERDICT_WITHHELD;
	else
		e->verdict =
			judge_verdict(&e->b_to_a, metrics[e->metric].better);
	return 0;
}

/* --- zombies -------------------------------------------------------------- */

static void compare_zombies(struct comparison *c, const struct pair *p)
{
	const struct arm *in = p->b->arm;

	for (size_t l = 0; l < in->levels; l++) {
		int at = arm_level(p->a->arm, in->level[l].name);
		const struct zombie_count *a, *b = &p->b->zombies[l];

		if (at < 0 || in->level[l].aa)
			continue;
		a = &p->a->zombies[at];
		if (isnan(a->left_max))
			continue;
		if (isnan(b->left_max)) {
			note(c, "%s: B has not counted the zombies of %s.",
			     in->experiment->name, in->level[l].name);
			c->sound = false;
			continue;
		}
		c->zombie_change[c->zombie_changes++] = (struct zombie_change){
			.experiment = in->experiment->name,
			.level = in->level[l].name,
			.a_max = a->left_max,
			.b_max = b->left_max,
			.verdict = a->leaks == b->leaks ? VERDICT_SAME :
				   b->leaks		? VERDICT_WORSE :
							  VERDICT_BETTER,
		};
	}
}

/* --- machine, build and plan ---------------------------------------------- */

/* Of run.json. */
static const char *const planned[] = { "profile", "placement", "servers",
				       "cpu_source" };

/* Of env.json: what comes first. */
static const struct {
	const char *group, *key;
} first[] = {
	{ "build", "commit" },	 { "build", "dirty" }, { "build", "flags" },
	{ "build", "compiler" }, { "host", "kernel" }, { "host", "cpu" },
};

/* A value as text; null and absent are the same: not known. */
static void put_value(const json_t *value, char *out, size_t bytes)
{
	char *text = NULL;

	if (value && !json_is_string(value) && !json_is_null(value))
		text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
						 JSON_SORT_KEYS);
	snprintf(out, bytes, "%s",
		 json_is_string(value) ? json_string_value(value) :
		 text		       ? text :
					 "");
	free(text);
	plain_text(out); /* it may have been cut */
}

static int add_difference(struct comparison *c, const char *key,
			  const json_t *a, const json_t *b)
{
	struct difference *list;

	if (a == b || (a && b && json_equal(a, b)) || (json_is_null(a) && !b) ||
	    (json_is_null(b) && !a))
		return 0;
	list = realloc(c->difference, (c->differences + 1) * sizeof(*list));
	if (!list)
		return -1;
	c->difference = list;
	list += c->differences++;
	snprintf(list->key, sizeof(list->key), "%s", key);
	plain_text(list->key);
	put_value(a, list->a, sizeof(list->a));
	put_value(b, list->b, sizeof(list->b));
	return 0;
}

static bool is_seen(const char *key)
{
	char path[96];

	if (strcmp(key, "schema_version") == 0 || strcmp(key, "doctor") == 0)
		return true;
	for (size_t i = 0; i < COUNT(first); i++) {
		snprintf(path, sizeof(path), "%s.%s", first[i].group,
			 first[i].key);
		if (strcmp(path, key) == 0)
			return true;
	}
	return false;
}

static int walk(struct comparison *c, const char *prefix, const json_t *a,
		const json_t *b);

/* One key: a leaf, or what is below it. */
static int visit(struct comparison *c, const char *prefix, const char *key,
		 const json_t *a, const json_t *b)
{
	char path[96];

	snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "", key);
	if (is_seen(path))
		return 0;
	/* Deep nesting does not come from us. */
	if ((json_is_object(a) || json_is_object(b)) && !strchr(prefix, '.'))
		return walk(c, path, a, b);
	return add_difference(c, path, a, b);
}

static int walk(struct comparison *c, const char *prefix, const json_t *a,
		const json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)a, key, value)
	{
		if (visit(c, prefix, key, value, json_object_get(b, key)) < 0)
			return -1;
	}
	json_object_foreach((json_t *)b, key, value)
	{
		if (!json_object_get(a, key) &&
		    visit(c, prefix, key, NULL, value) < 0)
			return -1;
	}
	return 0;
}

static int find_differences(struct comparison *c)
{
	const struct run *a = c->a->run, *b = c->b->run;
	char path[96];

	for (size_t i = 0; i < COUNT(planned); i++)
		if (add_difference(c, planned[i],
				   json_object_get(a->run, planned[i]),
				   json_object_get(b->run, planned[i])) < 0)
			return -1;
	for (size_t i = 0; i < COUNT(first); i++) {
		const json_t *in_a = json_object_get(a->env, first[i].group);
		const json_t *in_b = json_object_get(b->env, first[i].group);

		snprintf(path, sizeof(path), "%s.%s", first[i].group,
			 first[i].key);
		if (add_difference(c, path, json_object_get(in_a, first[i].key),
				   json_object_get(in_b, first[i].key)) < 0)
			return -1;
	}
	return walk(c, "", a->env, b->env);
}

/* --- all of it ------------------------------------------------------------ */

static bool is_whole(struct comparison *c, const struct judged *j, char name)
{
	if (j->state != RUN_INVALID && j->state != RUN_INCOMPLETE)
		return true;
	note(c, "%c is %s: %s", name, run_state_names[j->state],
	     j->reasons ? j->reason[0] : "see its report.");
	return false;
}

static int compare_arms(struct comparison *c)
{
	for (size_t i = 0; i < c->a->arms; i++) {
		struct pair p;

		if (!find_pair(c, i, &p))
			continue;
		list_changes(c, &p);
		compare_zombies(c, &p);
	}
	for (size_t i = 0, index; i < c->b->arms; i++) {
		const char *name = c->b->arm[i].arm->experiment->name;

		if (!arm_named(c->a, name, &index))
			note(c, "%s is not compared: only B has it.", name);
	}
	for (size_t i = 0; i < c->changes; i++)
		if (judge_change(c, &c->change[i]) < 0)
			return -1;
	return 0;
}

int compare_runs(struct comparison *c, const struct judged *a,
		 const struct judged *b)
{
	*c = (struct comparison){ .a = a, .b = b };
	c->change = calloc(CHANGES_MOST, sizeof(*c->change));
	c->zombie_change =
		calloc(ZOMBIE_CHANGES_MOST, sizeof(*c->zombie_change));
	/* Both are noted, so no short cut. */
	c->sound = is_whole(c, a, 'A');
	c->sound &= is_whole(c, b, 'B');
	if (c->change && c->zombie_change && find_differences(c) == 0 &&
	    compare_arms(c) == 0)
		return 0;
	compare_release(c);
	errno = ENOMEM;
	return -1;
}

void compare_release(struct comparison *c)
{
	free(c->change);
	free(c->zombie_change);
	free(c->difference);
	*c = (struct comparison){ 0 };
}

size_t compare_count(const struct comparison *c, enum verdict v)
{
	size_t count = 0;

	for (size_t i = 0; i < c->changes; i++)
		count += c->change[i].verdict == v;
	for (size_t i = 0; i < c->zombie_changes; i++)
		count += c->zombie_change[i].verdict == v;
	return count;
}
