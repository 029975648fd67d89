/* config_make(): a configuration of what a user asked for. */
#include "bench/study/config.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "bench/json.h"
#include "lib/clock.h"
#include "lib/parse.h"

/* --- lists -----------------------------------------------------------------*/

enum { LIST_BYTES = 2048, LIST_WORDS = 128 };

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
static int add_level(struct arm *a, const struct level *level,
		     char why[CONFIG_WHY])
{
	struct level *l = &a->level[a->levels];

	if (a->levels == LEVELS_MOST + (size_t)level->aa)
		return config_refuse(why,
				     "%s: more than %d levels of one "
				     "experiment; give less",
				     a->experiment->name, LEVELS_MOST);
	*l = *level;
	for (size_t i = 2; arm_level(a, l->name) >= 0; i++)
		snprintf(l->name, sizeof(l->name), "%.40s-%zu", level->name, i);
	a->levels++;
	return 0;
}

static int add_aa(struct arm *a, char why[CONFIG_WHY])
{
	struct level aa = a->level[0];

	if (!a->experiment->aa)
		return 0;
	aa.aa = true;
	snprintf(aa.name, sizeof(aa.name), "%.40s-aa", a->level[0].name);
	return add_level(a, &aa, why);
}

/* A word of a list, as a level: its name, and what it stands for. */
typedef int read_word(const struct factor_kind *f, char *word, struct level *l,
		      char why[CONFIG_WHY]);

static int read_name(const struct factor_kind *f, char *word, struct level *l,
		     char why[CONFIG_WHY])
{
	(void)why;
	snprintf(l->name, sizeof(l->name), "%s", word);
	if (f->words != WORDS_CHOICES)
		snprintf(l->subject, sizeof(l->subject), "%s", word);
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

static int read_size(const struct factor_kind *f, char *word, struct level *l,
		     char why[CONFIG_WHY])
{
	size_t length = strlen(word);
	char wrong[PARSE_WHY];
	uint64_t bytes;

	/* lib/parse takes K, M and G alone. */
	if (length > 3 && strchr("KMG", word[length - 3]) &&
	    strcmp(word + length - 2, "iB") == 0)
		word[length - 2] = '\0';
	if (parse_size(word, 0, f->most, &bytes, wrong) < 0)
		return config_refuse(why,
				     "--levels %.40s: no size up to %s; give "
				     "such as 0, 16MiB or 1GiB",
				     word, f->most_words);
	name_size(bytes, l->name);
	l->value = (double)bytes / f->scale;
	return 0;
}

static int read_number(const struct factor_kind *f, char *word, struct level *l,
		       char why[CONFIG_WHY])
{
	bool percent = f->words == WORDS_PERCENT;
	size_t length = strlen(word);
	char wrong[PARSE_WHY];
	uint64_t value;

	if (percent && length && word[length - 1] == '%')
		word[length - 1] = '\0';
	if (parse_u64(word, 1, f->most, &value, wrong) < 0)
		return config_refuse(why,
				     "--levels %.40s: no number from 1 to %s",
				     word, f->most_words);
	snprintf(l->name, sizeof(l->name), "%" PRIu64 "%s", value,
		 percent ? "%" : "");
	l->value = (double)value / f->scale;
	return 0;
}

/* How a list of levels is given, and read. */
static const struct {
	const char *option;
	size_t at; /* in struct wish */
	read_word *read;
} writings[] = {
	[WORDS_MODES] = { "modes", offsetof(struct wish, modes), read_name },
	[WORDS_OPERATIONS] = { "levels", offsetof(struct wish, levels),
			       read_name },
	[WORDS_SERVERS] = { "with", offsetof(struct wish, with), read_name },
	[WORDS_CHOICES] = { "levels", offsetof(struct wish, levels),
			    read_name },
	[WORDS_SIZES] = { "levels", offsetof(struct wish, levels), read_size },
	[WORDS_COUNTS] = { "levels", offsetof(struct wish, levels),
			   read_number },
	[WORDS_PERCENT] = { "levels", offsetof(struct wish, levels),
			    read_number },
};

static const char *given(const struct wish *w, enum level_words words)
{
	const char *list;

	memcpy(&list, (const char *)w + writings[words].at, sizeof(list));
	return list;
}

/* Servers that nobody named and that are not there go; the users' are added. */
static int split_servers(const struct config *c, struct list *l,
			 const char *with, const char *usual,
			 char why[CONFIG_WHY])
{
	const char *names[SUBJECTS_MOST + SERVERS_MOST], *lacks;
	size_t count = 0, kept = 0;

	for (size_t i = 0; i < subject_count; i++)
		if (!subjects[i].operation)
			names[count++] = subjects[i].name;
	for (size_t i = 0; i < c->servers; i++)
		names[count++] = c->server[i].name;
	if (split(l, "with", with ? with : usual, why) < 0)
		return -1;
	for (size_t i = 0; i < l->count; i++) {
		const struct subject *s = config_subject(c, l->word[i]);

		if (!s || s->operation)
			return refuse_word("with", l->word[i], false, names,
					   count, why);
		if (with || subject_is_there(s, &lacks))
			l->word[kept++] = l->word[i];
	}
	l->count = kept;
	return 0;
}

static int split_words(const struct config *c, struct list *l,
		       enum factor factor, const char *list, const char *usual,
		       char why[CONFIG_WHY])
{
	const struct factor_kind *f = &factors[factor];
	const char *option = writings[f->words].option;

	if (f->words == WORDS_SERVERS)
		return split_servers(c, l, list, usual, why);
	if (f->choices)
		return split_names(l, option, list ? list : usual, f->choices,
				   why);
	return split(l, option, list ? list : usual, why);
}

/* The levels of the factor, all in one series. */
static int add_words(const struct config *c, struct arm *a, struct list *words,
		     const struct level *series, char why[CONFIG_WHY])
{
	const struct factor_kind *f = &factors[a->experiment->factor];
	size_t first = a->levels;

	for (size_t i = 0; i < words->count; i++) {
		struct level own = *series, l;

		if (writings[f->words].read(f, words->word[i], &own, why) < 0)
			return -1;
		l = own;
		if (*l.series)
			snprintf(l.name, sizeof(l.name), "%s@%.15s", l.series,
				 own.name);
		if (f->ordered && arm_level(a, l.name) >= 0)
			return config_refuse(why,
					     "--levels %s: twice; give it once",
					     own.name);
		if (add_level(a, &l, why) < 0)
			return -1;
	}
	for (size_t i = 0; f->words == WORDS_SERVERS && i < c->servers; i++) {
		struct level l = { .value = NAN };

		read_name(f, (char *)(uintptr_t)c->server[i].name, &l, why);
		if (arm_level(a, l.name) < 0 && add_level(a, &l, why) < 0)
			return -1;
	}
	if (f->ordered && a->levels - first < 2)
		return config_refuse(why,
				     "--levels %s: one makes no curve; give "
				     "two or more",
				     level_word(&a->level[first]));
	return 0;
}

/* A series' name, with a number if it is taken. */
static void name_series(const struct arm *a, struct level *l)
{
	size_t number = 1;
	bool taken;

	do {
		taken = false;
		snprintf(l->series, sizeof(l->series),
			 number > 1 ? "%.24s-%zu" : "%.31s", l->name, number);
		for (size_t i = 0; i < a->levels; i++)
			taken |= strcmp(a->level[i].series, l->series) == 0;
		number++;
	} while (taken);
}

static int take_levels(const struct config *c, struct arm *a,
		       const struct wish *w, char why[CONFIG_WHY])
{
	const struct experiment *e = a->experiment;
	enum level_words words = factors[e->factor].words;
	const struct factor_kind *s = &factors[e->series];
	struct level series = { .value = NAN };
	struct list list, of_series;

	snprintf(series.subject, sizeof(series.subject), "%s",
		 e->subject ? e->subject : "");
	if (e->series != FACTOR_NONE &&
	    split_words(c, &of_series, e->series,
			s->words == WORDS_MODES ? w->modes : NULL,
			e->series_levels, why) < 0)
		return -1;
	a->curves = e->series == FACTOR_NONE ? 1 : of_series.count;
	if (a->curves > CURVES_MOST)
		return config_refuse(why,
				     "--%s: more than %d curves of %s; give "
				     "less",
				     writings[s->words].option, CURVES_MOST,
				     e->name);
	for (size_t i = 0; i < a->curves; i++) {
		series.curve = i;
		if (e->series != FACTOR_NONE) {
			read_name(s, of_series.word[i], &series, why);
			name_series(a, &series);
		}
		/* Reading changes the words. */
		if (split_words(c, &list, e->factor, given(w, words), e->levels,
				why) < 0 ||
		    add_words(c, a, &list, &series, why) < 0)
			return -1;
	}
	return add_aa(a, why);
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

static bool takes_levels(const struct experiment *e)
{
	return strcmp(writings[factors[e->factor].words].option, "levels") == 0;
}

/*
 * The experiments that are chosen: by name, else by the profile; and those that
 * an option has as its object.
 */
static void choose(const struct wish *w, const struct list *named,
		   bool chosen[EXPERIMENTS_MOST])
{
	size_t with_levels = 0;

	for (size_t i = 0; i < experiment_count; i++) {
		const struct experiment *e = &experiments[i];

		chosen[i] = !w->experiments && e->share[w->profile].most;
		for (size_t k = 0; k < named->count; k++)
			chosen[i] |= strcmp(named->word[k], e->name) == 0;
		if (e->factor == FACTOR_SUBJECT)
			chosen[i] |= w->with || w->servers;
		with_levels += chosen[i] && takes_levels(e);
	}
	if (w->levels && !with_levels)
		chosen[experiment_find("memory") - experiments] = true;
}

/* A list of levels is of one experiment. */
static int check_levels(const struct config *c, const struct wish *w,
			char why[CONFIG_WHY])
{
	char names[256] = "";
	size_t used = 0, count = 0;

	for (size_t i = 0; i < c->arms && used < sizeof(names); i++) {
		const struct experiment *e = c->arm[i].experiment;

		if (takes_levels(e))
			used += (size_t)snprintf(names + used,
						 sizeof(names) - used, "%s%s",
						 count++ ? ", " : "", e->name);
	}
	return !w->levels || count < 2 ? 0 :
					 config_refuse(why,
						       "--levels %.40s: %s "
						       "take levels; choose "
						       "one of them by "
						       "--experiments",
						       w->levels, names);
}

static int take_experiments(struct config *c, const struct wish *w,
			    char why[CONFIG_WHY])
{
	bool chosen[EXPERIMENTS_MOST];
	struct list l = { 0 };

	if (w->experiments && split_names(&l, "experiments", w->experiments,
					  experiment_names, why) < 0)
		return -1;
	choose(w, &l, chosen);
	for (size_t i = 0; i < experiment_count; i++)
		if (chosen[i])
			c->arm[c->arms++] =
				(struct arm){ .experiment = &experiments[i],
					      .load = experiments[i].load };
	if (check_levels(c, w, why) < 0)
		return -1;
	for (size_t i = 0; i < c->arms; i++)
		if (take_levels(c, &c->arm[i], w, why) < 0)
			return -1;
	return 0;
}

/* What a wish says of one experiment's cells. */
static int size_arm(const struct config *c, struct arm *a, const struct wish *w,
		    char why[CONFIG_WHY])
{
	const struct experiment *e = a->experiment;
	const struct share *share = experiment_share(e, w->profile);
	bool wall = e->procedure == PROCEDURE_WALL, hold = e->load.hold;
	bool churns = e->factor == FACTOR_MODE || e->factor == FACTOR_SUBJECT;
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
	if (w->concurrency && !hold && (only || churns)) {
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
	load_fit(load);
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
