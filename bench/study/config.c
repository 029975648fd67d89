#include "bench/study/config.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bench/json.h"
#include "lib/parse.h"

const char *const placement_names[] = { "none", "split", "shared", NULL };

int config_refuse(char why[CONFIG_WHY], const char *sentence, ...)
{
	va_list arguments;

	va_start(arguments, sentence);
	vsnprintf(why, CONFIG_WHY, sentence, arguments);
	va_end(arguments);
	plain_text(why);
	return -1;
}

/* --- looking up ------------------------------------------------------------*/

const struct subject *config_subject(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->servers; i++)
		if (strcmp(c->server[i].name, name) == 0)
			return &c->server[i];
	return subject_find(name);
}

const struct arm *config_arm(const struct config *c, const char *experiment)
{
	for (size_t i = 0; i < c->arms; i++)
		if (strcmp(c->arm[i].experiment->name, experiment) == 0)
			return &c->arm[i];
	return NULL;
}

int arm_level(const struct arm *a, const char *name)
{
	for (size_t i = 0; i < a->levels; i++)
		if (strcmp(a->level[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *level_word(const struct level *l)
{
	const char *at = *l->series ? strrchr(l->name, '@') : NULL;

	return at ? at + 1 : l->name;
}

uint64_t arm_amount(const struct arm *a, size_t level)
{
	const struct level *l = &a->level[level];

	return isnan(l->value) ?
		       0 :
		       (uint64_t)llround(l->value *
					 factors[a->experiment->factor].scale);
}

struct load arm_load(const struct arm *a, size_t level)
{
	enum load_count sets = factors[a->experiment->factor].load;
	struct load load = a->load;

	if (sets != LOAD_NONE)
		load_set(&load, sets, arm_amount(a, level));
	if (sets == LOAD_CONCURRENCY && load.sessions < load.concurrency)
		load.sessions = load.concurrency;
	load_fit(&load);
	return load;
}

size_t arm_settings(const struct arm *a, size_t level,
		    struct setting out[SETTINGS_MOST])
{
	const struct factor_kind *series = &factors[a->experiment->series];
	const struct factor_kind *factor = &factors[a->experiment->factor];
	const struct level *l = &a->level[level];
	size_t n = 0;

	if (series->place) {
		out[n].place = series->place;
		snprintf(out[n++].value, sizeof(out[0].value), "%s", l->series);
	}
	if (!factor->place || (factor->ordered && !arm_amount(a, level)))
		return n;
	out[n].place = factor->place;
	if (factor->ordered)
		snprintf(out[n++].value, sizeof(out[0].value), "%" PRIu64,
			 arm_amount(a, level));
	else
		snprintf(out[n++].value, sizeof(out[0].value), "%.31s",
			 level_word(l));
	return n;
}

bool arm_is_compared(const struct arm *a, size_t level)
{
	return level > 0 && level < a->levels && !a->level[level].aa;
}

int arm_aa(const struct arm *a)
{
	return a->levels && a->level[a->levels - 1].aa ? (int)a->levels - 1 :
							 -1;
}

bool config_measures(const struct config *c, const struct arm *a, size_t level,
		     int metric)
{
	const struct subject *s = config_subject(c, a->level[level].subject);

	switch (metric) {
	case METRIC_FORK_P50_US:
	case METRIC_FORK_P99_US:
	case METRIC_CHILD_START_P50_US:
	case METRIC_STORM_MS:
	case METRIC_FORKS:
	case METRIC_EXITS:
	case METRIC_COLLECTED:
	case METRIC_HANDLER_CALLS:
	case METRIC_WAKEUPS:
		return s && s->counters;
	default:
		return s;
	}
}

static size_t comparisons_of(const struct config *c, const struct arm *a,
			     int metric)
{
	size_t count = 0;

	if (!config_measures(c, a, 0, metric))
		return 0;
	if (factors[a->experiment->factor].ordered)
		return experiment_fits(a->experiment, metric) ? a->curves : 0;
	if (!metric_has_ratio(metric))
		return 0;
	for (size_t i = 0; i < a->levels; i++)
		count += arm_is_compared(a, i) &&
			 config_measures(c, a, i, metric);
	return count;
}

size_t config_comparisons(const struct config *c)
{
	size_t count = 0;

	for (size_t i = 0; i < c->arms; i++)
		for (const int *m = c->arm[i].experiment->primary; *m >= 0; m++)
			count += comparisons_of(c, &c->arm[i], *m);
	return count;
}

/* --- to run.json -----------------------------------------------------------*/

static json_t *texts_json(const char *const text[])
{
	json_t *list = json_array();

	for (; list && *text; text++)
		json_array_append_new(list, json_string(*text));
	return list;
}

static json_t *levels_json(const struct config *c, const struct arm *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->levels; i++) {
		const struct level *l = &a->level[i];
		const struct subject *s = config_subject(c, l->subject);

		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s, s:o, s:b, s:o}", "name",
				  l->name, "series", l->series, "subject",
				  l->subject, "value",
				  isnan(l->value) ? json_null() :
						    json_real(l->value),
				  "aa", l->aa, "argv", texts_json(s->argv)));
	}
	return list;
}

static json_t *load_json(const struct load *l)
{
	json_t *load = json_pack("{s:b, s:s}", "hold", l->hold, "close",
				 load_close_names[l->rst]);

	for (int i = LOAD_NONE + 1; i < LOAD_COUNTS; i++)
		json_object_set_new(load, load_counts[i].name,
				    json_integer((json_int_t)load_get(l, i)));
	return load;
}

static json_t *arm_json(const struct config *c, const struct arm *a)
{
	const struct experiment *e = a->experiment;
	const struct factor_kind *f = &factors[e->factor];
	const char *primary[PRIMARY_MOST + 1] = { NULL };

	for (size_t i = 0; e->primary[i] >= 0; i++)
		primary[i] = metrics[e->primary[i]].name;
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o, s:o, s:o}",
			 "name", e->name, "factor", f->name, "unit", f->unit,
			 "series", factors[e->series].name, "baseline",
			 a->level[0].name, "rounds", (json_int_t)a->rounds,
			 "load", load_json(&a->load), "primary",
			 texts_json(primary), "levels", levels_json(c, a));
}

json_t *config_json(const struct config *c)
{
	json_t *arms = json_array(), *servers = json_array();

	for (size_t i = 0; i < c->arms; i++)
		json_array_append_new(arms, arm_json(c, &c->arm[i]));
	for (size_t i = 0; i < c->servers; i++)
		json_array_append_new(
			servers, json_pack("{s:s, s:s}", "name",
					   c->server[i].name, "command",
					   strchr(c->server_text[i], '=') + 1));
	return json_pack("{s:s, s:I, s:o, s:s, s:o, s:o, s:s}", "profile",
			 profile_names[c->profile], "seed", (json_int_t)c->seed,
			 "budget_s",
			 c->budget_ns ? json_real((double)c->budget_ns / 1e9) :
					json_null(),
			 "placement", placement_names[c->placement],
			 "experiments", arms, "servers", servers, "rerun",
			 c->rerun);
}

/* --- from run.json ---------------------------------------------------------*/

/* A value of an object in run.json, and how it is named in messages. */
struct place {
	const json_t *in;
	char path[96]; /* of `in`, with a dot behind it, or "" */
	char *why;
};

static int wrong(const struct place *p, const char *key, const char *words)
{
	return config_refuse(p->why, "`%s%s` %s", p->path, key,
			     json_object_get(p->in, key) ? words :
							   "is missing");
}

/* The member, or NULL with the message. */
static const char *read_text(const struct place *p, const char *key)
{
	const char *text = json_string_value(json_object_get(p->in, key));

	if (!text)
		wrong(p, key, "is no text");
	return text;
}

static const json_t *read_list(const struct place *p, const char *key)
{
	const json_t *list = json_object_get(p->in, key);

	if (json_is_array(list))
		return list;
	wrong(p, key, "is no list");
	return NULL;
}

static int read_count(const struct place *p, const char *key, uint64_t least,
		      uint64_t most, uint64_t *out)
{
	const json_t *value = json_object_get(p->in, key);
	json_int_t n = json_integer_value(value);
	char words[80];

	if (json_is_integer(value) && n >= 0 && (uint64_t)n >= least &&
	    (uint64_t)n <= most) {
		*out = (uint64_t)n;
		return 0;
	}
	snprintf(words, sizeof(words),
		 "is no whole number from %" PRIu64 " to %" PRIu64, least,
		 most);
	return wrong(p, key, words);
}

static int read_bool(const struct place *p, const char *key, bool *out)
{
	const json_t *value = json_object_get(p->in, key);

	if (!json_is_boolean(value))
		return wrong(p, key, "is neither true nor false");
	*out = json_is_true(value);
	return 0;
}

static int read_choice(const struct place *p, const char *key,
		       const char *const names[], size_t *out)
{
	const char *text = read_text(p, key);
	char words[PARSE_WHY + 64], unknown[PARSE_WHY];

	if (!text)
		return -1;
	if (parse_choice(text, names, out, unknown) == 0)
		return 0;
	snprintf(words, sizeof(words),
		 "is %.40s, which this program does not "
		 "know",
		 text);
	return wrong(p, key, words);
}

/* The item of a list in p, which must be an object. */
static int enter(const struct place *p, const char *key, const json_t *list,
		 size_t i, struct place *item)
{
	*item = (struct place){ .in = json_array_get(list, i), .why = p->why };
	snprintf(item->path, sizeof(item->path), "%.50s%.16s[%zu].", p->path,
		 key, i);
	if (json_is_object(item->in))
		return 0;
	return config_refuse(p->why, "`%.*s` is no object",
			     (int)strlen(item->path) - 1, item->path);
}

static bool level_name_is_good(const char *name)
{
	size_t bytes = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789._+-@%");

	return bytes > 0 && bytes < LEVEL_NAME && !name[bytes] &&
	       name[0] != '-';
}

static bool is_mode(const char *name)
{
	for (size_t i = 0; subject_modes[i]; i++)
		if (strcmp(name, subject_modes[i]) == 0)
			return true;
	return false;
}

/* What of a subject an experiment may have. */
static int check_subject(const struct config *c, const struct arm *a,
			 const struct place *p, const char *name)
{
	const struct experiment *e = a->experiment;

	if (!config_subject(c, name))
		return wrong(p, "subject", "is no server of this run");
	if ((e->factor == FACTOR_MODE || e->series == FACTOR_MODE) &&
	    !is_mode(name))
		return wrong(p, "subject", "is no reap mode");
	if (e->subject && strcmp(name, e->subject) != 0)
		return wrong(p, "subject", "is not that of the experiment");
	return 0;
}

/* The levels of a series follow one another. */
static int read_series(const struct arm *a, const struct place *p,
		       struct level *l)
{
	const char *series = json_string_value(json_object_get(p->in, "serie"
								      "s"));
	const struct level *last = a->levels ? &a->level[a->levels - 1] : NULL;

	if (a->experiment->series == FACTOR_NONE)
		return 0;
	if (!series || !level_name_is_good(series) ||
	    strlen(series) >= sizeof(l->series))
		return wrong(p, "series", "is none");
	snprintf(l->series, sizeof(l->series), "%s", series);
	if (last)
		l->curve = last->curve + (strcmp(last->series, series) != 0);
	for (size_t i = 0; i < a->levels; i++)
		if (a->level[i].curve != l->curve &&
		    strcmp(a->level[i].series, series) == 0)
			return wrong(p, "series", "is broken off by another");
	return l->curve < CURVES_MOST ? 0 : wrong(p, "series", "is too many");
}

static int read_level(const struct config *c, struct arm *a,
		      const struct place *p, bool last)
{
	const json_t *value = json_object_get(p->in, "value");
	const char *name = read_text(p, "name");
	const char *subject = name ? read_text(p, "subject") : NULL;
	const struct factor_kind *f = &factors[a->experiment->factor];
	struct level l = { .value = NAN };
	char words[80];

	if (!subject || read_bool(p, "aa", &l.aa) < 0)
		return -1;
	if (!level_name_is_good(name) || arm_level(a, name) >= 0)
		return wrong(p, "name",
			     "is taken, or not 1 to 47 of A-Z a-z 0-9 . _ + - "
			     "@ %");
	if (read_series(a, p, &l) < 0)
		return -1;
	if (check_subject(c, a, p, subject) < 0)
		return -1;
	if (l.aa &&
	    (!last || !a->levels || strcmp(subject, a->level[0].subject) != 0))
		return wrong(p, "aa",
			     "is true of another than the last level "
			     "or another server than the baseline's");
	if (f->ordered) {
		double most = (double)f->most / f->scale;

		l.value = json_is_number(value) ? json_number_value(value) :
						  NAN;
		snprintf(words, sizeof(words), "is no number from 0 to %g",
			 most);
		if (!(l.value >= 0 && l.value <= most))
			return wrong(p, "value", words);
	} else if (value && !json_is_null(value)) {
		return wrong(p, "value", "is not null");
	}
	snprintf(l.name, sizeof(l.name), "%s", name);
	snprintf(l.subject, sizeof(l.subject), "%s", subject);
	a->level[a->levels++] = l;
	a->curves = l.curve + 1;
	return 0;
}

static int read_levels(const struct config *c, struct arm *a,
		       const struct place *p)
{
	const json_t *list = read_list(p, "levels");
	size_t count = json_array_size(list);
	const char *baseline = read_text(p, "baseline");
	struct place item;

	if (!list || !baseline)
		return -1;
	if (!count || count > LEVELS_MOST + 1)
		return wrong(p, "levels", "is empty or too long");
	for (size_t i = 0; i < count; i++)
		if (enter(p, "levels", list, i, &item) < 0 ||
		    read_level(c, a, &item, i + 1 == count) < 0)
			return -1;
	if (count == LEVELS_MOST + 1 && arm_aa(a) < 0)
		return wrong(p, "levels", "is too long");
	if (strcmp(baseline, a->level[0].name) != 0)
		return wrong(p, "baseline", "is not the first level");
	return 0;
}

static int read_load(struct load *l, const struct place *p)
{
	struct place load = { .in = json_object_get(p->in, "load"),
			      .why = p->why };
	size_t close;

	if (!json_is_object(load.in))
		return wrong(p, "load", "is no object");
	snprintf(load.path, sizeof(load.path), "%.80sload.", p->path);
	for (int i = LOAD_NONE + 1; i < LOAD_COUNTS; i++) {
		const struct load_count_kind *k = &load_counts[i];
		uint64_t value;

		if (!k->least && !json_object_get(load.in, k->name))
			continue;
		if (read_count(&load, k->name, k->least, k->most, &value) < 0)
			return -1;
		load_set(l, (enum load_count)i, value);
	}
	if (read_bool(&load, "hold", &l->hold) < 0 ||
	    read_choice(&load, "close", load_close_names, &close) < 0)
		return -1;
	l->rst = close == 1;
	return 0;
}

static int read_arm(struct config *c, const struct place *p)
{
	struct arm *a = &c->arm[c->arms];
	uint64_t rounds;
	size_t index;

	if (read_choice(p, "name", experiment_names, &index) < 0)
		return -1;
	if (config_arm(c, experiment_names[index]))
		return wrong(p, "name", "is there twice");
	*a = (struct arm){ .experiment =
				   experiment_find(experiment_names[index]) };
	if (read_count(p, "rounds", 0, ROUNDS_MOST, &rounds) < 0 ||
	    read_load(&a->load, p) < 0 || read_levels(c, a, p) < 0)
		return -1;
	a->rounds = (unsigned)rounds;
	c->arms++;
	return 0;
}

static int read_server(struct config *c, const struct place *p)
{
	const char *name = read_text(p, "name");
	const char *command = name ? read_text(p, "command") : NULL;
	char *text = c->server_text[c->servers], words[SUBJECT_WHY];
	struct subject *s = &c->server[c->servers];

	if (!command)
		return -1;
	if (!subject_name_is_good(name) || config_subject(c, name))
		return wrong(p, "name",
			     "is taken, or not 1 to 31 of A-Z a-z 0-9 . _ + -");
	if ((size_t)snprintf(text, SUBJECT_TEXT, "%s=%s", name, command) >=
	    SUBJECT_TEXT)
		return wrong(p, "command", "is too long");
	if (subject_parse(text, s, words) < 0)
		return config_refuse(p->why, "`%scommand`: %s", p->path, words);
	c->servers++;
	return 0;
}

static int read_head(struct config *c, const struct place *p)
{
	const json_t *budget = json_object_get(p->in, "budget_s");
	double budget_s = json_number_value(budget);
	size_t placement;
	const char *rerun;

	if (read_choice(p, "profile", profile_names, &c->profile) < 0 ||
	    read_count(p, "seed", 1, SEED_MOST, &c->seed) < 0 ||
	    read_choice(p, "placement", placement_names, &placement) < 0)
		return -1;
	c->placement = (enum placement_kind)placement;
	if (budget && !json_is_null(budget) &&
	    !(json_is_number(budget) && budget_s > 0 &&
	      budget_s <= CONFIG_BUDGET_S))
		return wrong(p, "budget_s",
			     "is no number of seconds up to a week");
	c->budget_ns = (uint64_t)llround(budget_s * 1e9);
	rerun = read_text(p, "rerun");
	if (!rerun)
		return -1;
	if (strlen(rerun) >= sizeof(c->rerun) || !plain_is(rerun))
		return wrong(p, "rerun", "is no line, or too long");
	snprintf(c->rerun, sizeof(c->rerun), "%s", rerun);
	return 0;
}

int config_read(struct config *c, const json_t *run, char why[CONFIG_WHY])
{
	const struct place top = { .in = run, .why = why };
	const json_t *list;
	struct place item;

	*c = (struct config){ 0 };
	if (!json_is_object(run))
		return config_refuse(why, "no JSON object");
	if (read_head(c, &top) < 0)
		return -1;
	list = read_list(&top, "servers");
	if (!list)
		return -1;
	if (json_array_size(list) > SERVERS_MOST)
		return wrong(&top, "servers", "is too long");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (enter(&top, "servers", list, i, &item) < 0 ||
		    read_server(c, &item) < 0)
			return -1;
	list = read_list(&top, "experiments");
	if (!list)
		return -1;
	if (!json_array_size(list) || json_array_size(list) > EXPERIMENTS_MOST)
		return wrong(&top, "experiments", "is empty or too long");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (enter(&top, "experiments", list, i, &item) < 0 ||
		    read_arm(c, &item) < 0)
			return -1;
	return 0;
}
