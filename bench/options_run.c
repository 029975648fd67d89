#include <err.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "bench/options.h"
#include "bench/options_table.h"
#include "lib/clock.h"
#include "lib/limits.h"
#include "lib/parse.h"

/* JSON readers keep integers up to 2^53 exact. */
#define SEED_MAX ((UINT64_C(1) << 53) - 1)

struct raw_run {
	size_t profile;
	size_t placement;
	const char *modes, *experiments, *out, *budget;
	uint64_t sessions, concurrency, rounds, seed;
	bool json, help;
};

enum { BUDGET_MOST_S = 7 * 24 * 3600 };

#define AT(field) offsetof(struct raw_run, field)

static const struct opt run_table[] = {
	{ "profile", OPT_CHOICE, AT(profile), "NAME", .choices = profile_names,
	  .help = "how much to measure (default quick; smoke is for tests and\n"
		  "judges nothing):" },
	{ "modes", OPT_TEXT, AT(modes), "LIST",
	  .help = "reap modes, parted by commas, or all; the first is the\n"
		  "baseline; one given twice is compared with itself\n"
		  "(default sig-ign,waitpid-loop,waitpid-once,none)" },
	{ "experiments", OPT_TEXT, AT(experiments), "LIST",
	  .help = "of churn, hold and wall (default all)" },
	{ "sessions", OPT_COUNT, AT(sessions), "N", 1, 1000000,
	  .help = "sessions that hold holds and that wall runs" },
	{ "concurrency", OPT_COUNT, AT(concurrency), "N", 1, 100000,
	  .help = "sessions at once in churn and wall (default 64)" },
	{ "rounds", OPT_COUNT, AT(rounds), "N", 1, 1000,
	  .help = "rounds that count, beside the warm-up (quick: 8; below\n"
		  "6 there is no confidence interval)" },
	{ "seed", OPT_COUNT, AT(seed), "N", 1, SEED_MAX,
	  .help = "of the order of the cells (default: random, recorded)" },
	{ "placement", OPT_CHOICE, AT(placement), "KIND",
	  .choices = placement_names,
	  .help = "none: as the scheduler likes; split: the daemon on one "
		  "half\n"
		  "of the CPUs, the load on the other; shared: both on one "
		  "half\n"
		  "(default none):" },
	{ "budget", OPT_TEXT, AT(budget), "TIME",
	  .help = "for all of the run, its report included: 240 (seconds),\n"
		  "240s or 4m; refused if it will not fit, stopped at its "
		  "end" },
	{ "out", OPT_TEXT, AT(out), "DIR",
	  .help = "the run's folder (default: a new one under results/)" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ NULL },
};

/* Splits a list at its commas and hands each word's index in `names` on. */
static void
each_word(const char *option, const char *list, const char *const names[],
	  void (*take)(struct config *c, size_t index, const char *word),
	  struct config *config)
{
	char copy[512], why[PARSE_WHY];
	char *rest = copy, *word;
	size_t index;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", list) >= sizeof(copy))
		errx(2, "--%s: too long a list; give each name once", option);
	while ((word = strsep(&rest, ","))) {
		if (parse_choice(word, names, &index, why) < 0)
			errx(2, "--%s %.60s: %s", option, word, why);
		take(config, index, word);
	}
}

static void take_mode(struct config *c, size_t index, const char *word)
{
	(void)index;
	if (c->modes == PLAN_MODES)
		errx(2, "--modes %s: one too many; give at most %d", word,
		     PLAN_MODES);
	snprintf(c->mode[c->modes++], SLOT_NAME, "%s", word);
}

static void take_modes(struct config *c, const char *list)
{
	const char *const *names = list ? experiment_modes :
					  experiment_default_modes;

	if (list && strcmp(list, "all") != 0)
		each_word("modes", list, names, take_mode, c);
	else
		for (size_t i = 0; names[i]; i++)
			take_mode(c, i, names[i]);
}

static void take_experiment(struct config *c, size_t index, const char *word)
{
	(void)word;
	c->with[index] = true;
}

static void put(struct config *c, const char *name, const char *value)
{
	size_t used = strlen(c->rerun);

	if (value)
		snprintf(c->rerun + used, sizeof(c->rerun) - used, " %s=%s",
			 name, value);
}

static void put_count(struct config *c, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put(c, name, value ? text : NULL);
}

/* The line that runs the same again. */
static void tell_rerun(struct config *c, const struct raw_run *raw)
{
	snprintf(c->rerun, sizeof(c->rerun), "make bench PROFILE=%s",
		 c->profile);
	put(c, "MODES", raw->modes);
	put(c, "EXPERIMENTS", raw->experiments);
	put_count(c, "SESSIONS", raw->sessions);
	put_count(c, "CONCURRENCY", raw->concurrency);
	put_count(c, "ROUNDS", raw->rounds);
	put_count(c, "SEED", c->seed);
	put(c, "BUDGET", raw->budget);
	if (raw->placement != PLACEMENT_DEFAULT)
		put(c, "PLACEMENT", placement_names[raw->placement]);
}

/* Seconds, or a number with a unit. */
static uint64_t budget_of(const char *text)
{
	char why[PARSE_WHY];
	uint64_t budget;

	if (parse_u64(text, 1, BUDGET_MOST_S, &budget, why) == 0)
		return budget * NS_PER_S;
	if (parse_duration(text, NS_PER_S, BUDGET_MOST_S * NS_PER_S, &budget,
			   why) < 0)
		errx(2, "--budget %.60s: %s", text, why);
	return budget;
}

/* In mode none every child stays: the process table must hold them. */
static void set_room(struct config *c)
{
	const char *name;
	uint64_t room = limits_processes(&name);

	for (int kind = 0; kind < EXPERIMENTS; kind++)
		c->load[kind].most = room;
}

static void apply(struct config *c, const struct raw_run *raw)
{
	const struct profile *profile = &profiles[raw->profile];
	char why[PLACEMENT_WHY];

	*c = (struct config){
		.profile = profile->name,
		.rounds = raw->rounds ? (unsigned)raw->rounds : profile->rounds,
		.warmups = profile->warmups,
		.aa = profile->aa,
		.verdicts = profile->verdicts,
		.seed = raw->seed,
	};
	memcpy(c->load, profile->load, sizeof(c->load));
	if (raw->budget)
		c->budget_ns = budget_of(raw->budget);
	if (placement_make(&c->placement, (enum placement_kind)raw->placement,
			   why) < 0)
		errx(3, "%s", why);
	if (raw->sessions) {
		c->load[EXPERIMENT_HOLD].concurrency = raw->sessions;
		c->load[EXPERIMENT_WALL].sessions = raw->sessions;
	}
	if (raw->concurrency) {
		c->load[EXPERIMENT_CHURN].concurrency = raw->concurrency;
		c->load[EXPERIMENT_WALL].concurrency = raw->concurrency;
	}
	take_modes(c, raw->modes);
	if (raw->experiments)
		each_word("experiments", raw->experiments, experiment_names,
			  take_experiment, c);
	else
		for (size_t i = 0; i < EXPERIMENTS; i++)
			c->with[i] = true;
	while (!c->seed) {
		if (getrandom(&c->seed, sizeof(c->seed), 0) < 0)
			err(3, "cannot get random bits");
		c->seed &= UINT32_MAX;
	}
}

static void configure(struct config *config, const struct raw_run *raw)
{
	apply(config, raw);
	tell_rerun(config, raw);
	set_room(config);
}

void options_run(int argc, char *argv[], struct config *config,
		 const char **out)
{
	struct raw_run raw = { .placement = PLACEMENT_DEFAULT };

	options_alone(run_table, argc, argv, &raw, &raw.help,
		      "usage: forkbench run [options]\n"
		      "\n"
		      "Runs every experiment for every mode in shuffled, "
		      "paired "
		      "rounds, and judges.\n\n");
	configure(config, &raw);
	*out = raw.out;
}

void options_doctor(int argc, char *argv[], struct config *config,
		    const char **out, bool *json)
{
	struct opt table[sizeof(run_table) / sizeof(run_table[0]) + 1] = {
		{ "json", OPT_FLAG, AT(json), .help = "print JSON" },
	};
	struct raw_run raw = { .placement = PLACEMENT_DEFAULT };

	memcpy(table + 1, run_table, sizeof(run_table));
	options_alone(table, argc, argv, &raw, &raw.help,
		      "usage: forkbench doctor [options]\n"
		      "\n"
		      "Tells whether this machine has what a run with the same "
		      "options needs, and what\n"
		      "to do if not. Changes nothing; every run looks first, "
		      "too.\n\n");
	configure(config, &raw);
	*out = raw.out;
	*json = raw.json;
}
