/* config_make(): a configuration of what a user asked for. */
#include "bench/study/config.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "bench/json.h"
#include "lib/clock.h"
#include "lib/parse.h"

/* --- lists -----------------------------------------------------------------*/

enum { LIST_BYTES = 2048, LIST_WORDS = 64 };

struct list {
	size_t count;
	char *word[LIST_WORDS]; /* in text */
	char text[LIST_BYTES];
};

static int split(struct list *l, const char *option, const char *text,
		 char why[CONFIG_WHY])
{
	char *rest = l->text, *word;

	l->count = 0;
	if ((size_t)snprintf(l->text, sizeof(l->text), "%s", text) >=
	    sizeof(l->text))
		return config_refuse(why, "--%s: the list is too long", option);
	while ((word = strsep(&rest, ", \t\n"))) {
		if (!*word)
			continue;
		if (l->count == LIST_WORDS)
			return config_refuse(why,
					     "--%s: more than %d words; give "
					     "less",
					     option, LIST_WORDS);
		l->word[l->count++] = word;
	}
	if (!l->count)
		return config_refuse(why,
				     "--%s: the list is empty; leave it out "
				     "for the default",
				     option);
	return 0;
}

/* Refuses a word, and names the choices. */
static int refuse_word(const char *option, const char *word, bool all,
		       const char *const names[], size_t count,
		       char why[CONFIG_WHY])
{
	char choices[384];
	size_t used = 0;

	for (size_t i = 0; i < count && used < sizeof(choices); i++)
		used += (size_t)snprintf(choices + used, sizeof(choices) - used,
					 "%s%s", i ? ", " : "", names[i]);
	return config_refuse(why, "--%s %.40s: unknown; give %sa list of %s",
			     option, word, all ? "all, or " : "", choices);
}

static size_t count_of(const char *const names[])
{
	size_t count = 0;

	while (names[count])
		count++;
	return count;
}

/* Names of echod's modes, and with all of them the word "all". */
static int split_names(struct list *l, const char *option, const char *text,
		       const char *const names[], char why[CONFIG_WHY])
{
	size_t count = count_of(names), index;
	char unused[PARSE_WHY];

	if (split(l, option, text, why) < 0)
		return -1;
	if (l->count == 1 && strcmp(l->word[0], "all") == 0) {
		char *at = l->text;

		for (l->count = 0; l->count < count; l->count++) {
			size_t bytes = strlen(names[l->count]) + 1;

			l->word[l->count] = memcpy(at, names[l->count], bytes);
			at += bytes;
		}
		return 0;
	}
	for (size_t i = 0; i < l->count; i++)
		if (parse_choice(l->word[i], names, &index, unused) < 0)
			return refuse_word(option, l->word[i], true, names,
					   count, why);
	return 0;
}

/* --- levels ----------------------------------------------------------------*/

/* Adds a level; its name gets a number if it is taken. */
static int add_level(struct arm *a, const char *subject, const char *name,
		     double value, bool aa, char why[CONFIG_WHY])
{
	struct level l = { .value = value, .aa = aa };

	if (a->levels == LEVELS_MOST + (size_t)aa)
		return config_refuse(why,
				     "%s: more than %d levels of one "
				     "experiment; give less",
				     a->experiment->name, LEVELS_MOST);
	snprintf(l.subject, sizeof(l.subject), "%s", subject);
	snprintf(l.name, sizeof(l.name), "%s", name);
	for (size_t i = 2; arm_level(a, l.name) >= 0; i++)
		snprintf(l.name, sizeof(l.name), "%.40s-%zu", name, i);
	a->level[a->levels++] = l;
	return 0;
}

static int add_aa(struct arm *a, char why[CONFIG_WHY])
{
	char name[LEVEL_NAME];

	if (!a->experiment->aa)
		return 0;
	snprintf(name, sizeof(name), "%.40s-aa", a->level[0].name);
	return add_level(a, a->level[0].subject, name, NAN, true, why);
}

static int take_modes(struct arm *a, const char *modes, char why[CONFIG_WHY])
{
	struct list l;

	if (split_names(&l, "modes", modes ? modes : a->experiment->levels,
			subject_modes, why) < 0)
		return -1;
	for (size_t i = 0; i < l.count; i++)
		if (add_level(a, l.word[i], l.word[i], NAN, false, why) < 0)
			return -1;
	return 0;
}

static int take_servers(const struct config *c, struct arm *a, const char *with,
			char why[CONFIG_WHY])
{
	const char *names[SUBJECTS_MOST + SERVERS_MOST], *lacks;
	size_t count = 0;
	struct list l;

	for (size_t i = 0; i < subject_count; i++)
		names[count++] = subjects[i].name;
	for (size_t i = 0; i < c->servers; i++)
		names[count++] = c->server[i].name;
	if (split(&l, "with", with ? with : a->experiment->levels, why) < 0)
		return -1;
	for (size_t i = 0; i < l.count; i++) {
		const struct subject *s = config_subject(c, l.word[i]);

		if (!s)
			return refuse_word("with", l.word[i], false, names,
					   count, why);
		if (!with && !subject_is_there(s, &lacks))
			continue;
		if (add_level(a, s->name, s->name, NAN, false, why) < 0)
			return -1;
	}
	for (size_t i = 0; i < c->servers; i++) {
		const char *name = c->server[i].name;

		if (arm_level(a, name) < 0 &&
		    add_level(a, name, name, NAN, false, why) < 0)
			return -1;
	}
	return 0;
}

/* "256MiB": in the largest unit that keeps it whole. */
static void name_size(uint64_t bytes, char name[LEVEL_NAME])
{
	static const char *const units[] = { "", "KiB", "MiB", "GiB" };
	size_t i = 0;

	for (; i < 3 && bytes && bytes % 1024 == 0; i++)
		bytes /= 1024;
	snprintf(name, LEVEL_NAME, "%" PRIu64 "%s", bytes, units[i]);
}

static int take_sizes(struct arm *a, const char *levels, char why[CONFIG_WHY])
{
	char name[LEVEL_NAME], wrong[PARSE_WHY];
	struct list l;
	uint64_t bytes;

	if (split(&l, "levels", levels ? levels : a->experiment->levels, why) <
	    0)
		return -1;
	for (size_t i = 0; i < l.count; i++) {
		char *word = l.word[i];
		size_t length = strlen(word);

		/* lib/parse takes K, M and G alone. */
		if (length > 3 && strchr("KMG", word[length - 3]) &&
		    strcmp(word + length - 2, "iB") == 0)
			word[length - 2] = '\0';
		if (parse_size(word, 0, CONFIG_BALLAST, &bytes, wrong) < 0)
			return config_refuse(why,
					     "--levels %.40s: no size up to "
					     "1024GiB; give such as 0, 16MiB "
					     "or 1GiB",
					     word);
		name_size(bytes, name);
		if (arm_level(a, name) >= 0)
			return config_refuse(
				why, "--levels %s: twice; give it once", name);
		if (add_level(a, a->experiment->subject, name,
			      (double)bytes /
				      factors[a->experiment->factor].scale,
			      false, why) < 0)
			return -1;
	}
	if (a->levels < 2)
		return config_refuse(why,
				     "--levels %s: one makes no curve; give "
				     "two or more",
				     a->level[0].name);
	return 0;
}

static int take_levels(const struct config *c, struct arm *a,
		       const struct wish *w, char why[CONFIG_WHY])
{
	int rc = -1;

	switch (a->experiment->factor) {
	case FACTOR_MODE:
		rc = take_modes(a, w->modes, why);
		break;
	case FACTOR_SUBJECT:
		rc = take_servers(c, a, w->with, why);
		break;
	case FACTOR_BALLAST:
		rc = take_sizes(a, w->levels, why);
		break;
	}
	return rc < 0 ? -1 : add_aa(a, why);
}

/* --- of a wish -------------------------------------------------------------*/

static int take_users(struct config *c, const struct wish *w,
		      char why[CONFIG_WHY])
{
	char wrong[SUBJECT_WHY];

	if (w->servers > SERVERS_MOST)
		return config_refuse(why,
				     "--server: %zu of them; give at most %d",
				     w->servers, SERVERS_MOST);
	for (; c->servers < w->servers; c->servers++) {
		const char *text = w->server[c->servers];
		struct subject *s = &c->server[c->servers];

		if (subject_parse(text, s, wrong) < 0)
			return config_refuse(why, "--server %.80s: %s", text,
					     wrong);
		if (config_subject(c, s->name))
			return config_refuse(why,
					     "--server %s: the name was given "
					     "before; give another",
					     s->name);
		snprintf(c->server_text[c->servers], SUBJECT_TEXT, "%s", text);
	}
	return 0;
}

/* Whether an option is there that has this experiment as its object. */
static bool is_wished(enum factor factor, const struct wish *w)
{
	switch (factor) {
	case FACTOR_MODE:
		return false;
	case FACTOR_SUBJECT:
		return w->with || w->servers;
	case FACTOR_BALLAST:
		return w->levels;
	}
	return false;
}

static int take_experiments(struct config *c, const struct wish *w,
			    char why[CONFIG_WHY])
{
	struct list l = { 0 };

	if (w->experiments && split_names(&l, "experiments", w->experiments,
					  experiment_names, why) < 0)
		return -1;
	for (size_t i = 0; i < experiment_count; i++) {
		const struct experiment *e = &experiments[i];
		bool chosen = is_wished(e->factor, w) ||
			      (!w->experiments && e->share[w->profile].most);

		for (size_t k = 0; k < l.count; k++)
			chosen |= strcmp(l.word[k], e->name) == 0;
		if (!chosen)
			continue;
		c->arm[c->arms] =
			(struct arm){ .experiment = e, .load = e->load };
		if (take_levels(c, &c->arm[c->arms++], w, why) < 0)
			return -1;
	}
	return 0;
}

/* What a wish says of one experiment's cells. */
static int size_arm(const struct config *c, struct arm *a, const struct wish *w,
		    char why[CONFIG_WHY])
{
	const struct experiment *e = a->experiment;
	const struct share *share = experiment_share(e, w->profile);
	bool wall = e->procedure == PROCEDURE_WALL, hold = e->load.hold;
	bool memory = e->factor == FACTOR_BALLAST;
	bool only = c->arms == 1;
	struct load *load = &a->load;

	if (w->sessions && (only || hold || wall))
		load->sessions = w->sessions;
	if (w->concurrency && only && hold)
		return config_refuse(why,
				     "--concurrency %" PRIu64 ": hold has all "
				     "of its sessions "
				     "open at once; "
				     "give --sessions",
				     w->concurrency);
	if (w->concurrency && !hold && (only || !memory)) {
		if (w->concurrency > load->sessions)
			return config_refuse(why,
					     "--concurrency %" PRIu64 ": a "
					     "cell of "
					     "%s has "
					     "%" PRIu64 " sessions; give at "
					     "most so many",
					     w->concurrency, e->name,
					     load->sessions);
		load->concurrency = w->concurrency;
	}
	if (hold || load->concurrency > load->sessions)
		load->concurrency = load->sessions;
	if (w->warm && !hold && !wall && !e->timeline)
		load->warm = w->warm;
	load->rst = w->close == 1;
	a->rounds = w->rounds			? (unsigned)w->rounds :
		    share->least == share->most ? share->least :
						  0;
	return 0;
}

/* The bounds that the command line's options have too. */
static int check_counts(const struct wish *w, char why[CONFIG_WHY])
{
	const struct {
		const char *option;
		uint64_t value, most;
	} counts[] = {
		{ "sessions", w->sessions, SESSIONS_MOST },
		{ "concurrency", w->concurrency, SESSIONS_MOST },
		{ "warm", w->warm, SESSIONS_MOST },
		{ "rounds", w->rounds, ROUNDS_MOST },
		{ "seed", w->seed, SEED_MOST },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		if (counts[i].value > counts[i].most)
			return config_refuse(why,
					     "--%s %" PRIu64 ": out of range; "
					     "give at most "
					     "%" PRIu64,
					     counts[i].option, counts[i].value,
					     counts[i].most);
	if ((double)w->budget_ns > CONFIG_BUDGET_S * 1e9)
		return config_refuse(why,
				     "--budget %" PRIu64 "s: out of range; "
				     "give at most 168h",
				     w->budget_ns / NS_PER_S);
	return 0;
}

/* --- the line that runs it again -------------------------------------------*/

struct line {
	char *text;
	size_t used, room;
};

static void put_char(struct line *l, char c)
{
	if (l->used + 1 < l->room) {
		l->text[l->used] = c;
		l->text[l->used + 1] = '\0';
	}
	l->used++;
}

static void put_text(struct line *l, const char *text)
{
	while (*text)
		put_char(l, *text++);
}

static void put(struct line *l, const char *option, const char *value)
{
	char word[4 * SUBJECT_TEXT + 16];

	put_text(l, " --");
	put_text(l, option);
	put_char(l, ' ');
	put_text(l, plain_word(value, word, sizeof(word)) ? word : "?");
}

static void put_list(struct line *l, const char *option, const char *list)
{
	struct list words;
	char joined[LIST_BYTES] = "", unused[CONFIG_WHY];
	size_t used = 0;

	if (!list || split(&words, option, list, unused) < 0)
		return;
	for (size_t i = 0; i < words.count; i++)
		used += (size_t)snprintf(joined + used, sizeof(joined) - used,
					 "%s%s", i ? "," : "", words.word[i]);
	put(l, option, joined);
}

static void put_count(struct line *l, const char *option, uint64_t value,
		      const char *unit)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 "%s", value, unit);
	if (value)
		put(l, option, text);
}

static int tell_rerun(struct config *c, const struct wish *w,
		      char why[CONFIG_WHY])
{
	struct line l = { .text = c->rerun, .room = sizeof(c->rerun) };
	bool whole_s = w->budget_ns % NS_PER_S == 0;
	char program[1024];

	put_text(&l, plain_word(w->program ? w->program : "forkbench", program,
				sizeof(program)) ?
			     program :
			     "forkbench");
	put_text(&l, " run");
	put(&l, "profile", profile_names[w->profile]);
	put_list(&l, "experiments", w->experiments);
	put_list(&l, "modes", w->modes);
	put_list(&l, "with", w->with);
	put_list(&l, "levels", w->levels);
	for (size_t i = 0; i < w->servers; i++)
		put(&l, "server", w->server[i]);
	put_count(&l, "sessions", w->sessions, "");
	put_count(&l, "concurrency", w->concurrency, "");
	put_count(&l, "warm", w->warm, "");
	put_count(&l, "rounds", w->rounds, "");
	put_count(&l, "seed", c->seed, "");
	put_count(&l, "budget",
		  whole_s ? w->budget_ns / NS_PER_S : w->budget_ns,
		  whole_s ? "s" : "ns");
	if (w->placement)
		put(&l, "placement", placement_names[w->placement]);
	if (w->close)
		put(&l, "close", load_close_names[w->close]);
	if (l.used >= l.room)
		return config_refuse(why, "--server: the options are too long "
					  "to be recorded; put the commands "
					  "into scripts");
	return 0;
}

int config_make(struct config *c, const struct wish *w, char why[CONFIG_WHY])
{
	*c = (struct config){ .profile = w->profile,
			      .seed = w->seed,
			      .budget_ns = w->budget_ns,
			      .placement = (enum placement_kind)w->placement };
	if (check_counts(w, why) < 0 || take_users(c, w, why) < 0 ||
	    take_experiments(c, w, why) < 0)
		return -1;
	for (size_t i = 0; i < c->arms; i++)
		if (size_arm(c, &c->arm[i], w, why) < 0)
			return -1;
	while (!c->seed) {
		if (getrandom(&c->seed, sizeof(c->seed), 0) < 0)
			return config_refuse(why,
					     "cannot get random bits: %s; give "
					     "--seed",
					     strerror(errno));
		c->seed &= UINT32_MAX;
	}
	return tell_rerun(c, w, why);
}
