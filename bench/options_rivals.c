#include <err.h>
#include <stddef.h>
#include <string.h>
#include <sys/random.h>

#include "bench/options.h"
#include "bench/options_table.h"
#include "lib/clock.h"
#include "lib/parse.h"

struct raw_rivals {
	const char *with, *concurrency;
	uint64_t rounds, duration_ns, seed;
	bool help;
};

#define AT(field) offsetof(struct raw_rivals, field)

static const struct opt table[] = {
	{ "with", OPT_TEXT, AT(with), "LIST",
	  .help = "of least (the smallest program, by fork()), floor (the "
		  "same\n"
		  "by _Fork(), as echod), socat, inetd and xinetd (default:\n"
		  "those that are installed)" },
	{ "concurrency", OPT_TEXT, AT(concurrency), "LIST",
	  .help = "sessions at once, one level after the other (default\n"
		  "10,100)" },
	{ "rounds", OPT_COUNT, AT(rounds), "N", 1, RIVALS_ROUNDS,
	  .help = "rounds that count, beside the warm-up (default 10; below 6\n"
		  "there is no confidence interval)" },
	{ "duration", OPT_DURATION, AT(duration_ns), "TIME", 100 * NS_PER_MS,
	  60 * NS_PER_S, .help = "of each measurement (default 1s)" },
	{ "seed", OPT_COUNT, AT(seed), "N", 1, UINT32_MAX,
	  .help = "of the order (default: random)" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ NULL },
};

/* Hands each word of a list, parted by commas, on. */
static void each_word(const char *option, const char *list,
		      void (*take)(struct rivals_config *c, const char *word),
		      struct rivals_config *config)
{
	char copy[256], *rest = copy, *word;

	if ((size_t)snprintf(copy, sizeof(copy), "%s", list) >= sizeof(copy))
		errx(2, "--%s: too long a list; give each once", option);
	while ((word = strsep(&rest, ",")))
		take(config, word);
}

/* One that was asked for must be there. */
static void take_rival(struct rivals_config *c, const char *word)
{
	char why[PARSE_WHY];
	const char *lacks;
	size_t which;

	if (parse_choice(word, rival_names, &which, why) < 0)
		errx(2, "--with %.60s: %s", word, why);
	if (!rival_is_there((int)which, &lacks))
		errx(3, "--with %s: cannot be started; it needs %s", word,
		     lacks);
	c->with[which] = true;
}

static void take_level(struct rivals_config *c, const char *word)
{
	char why[PARSE_WHY];

	if (c->levels == RIVALS_LEVELS)
		errx(2, "--concurrency %.60s: one too many; give at most %d",
		     word, RIVALS_LEVELS);
	if (parse_u64(word, 1, 10000, &c->concurrency[c->levels], why) < 0)
		errx(2, "--concurrency %.60s: %s", word, why);
	c->levels++;
}

static void take_those_there(struct rivals_config *c)
{
	const char *lacks;

	for (int which = 0; which < RIVALS; which++) {
		c->with[which] = rival_is_there(which, &lacks);
		if (!c->with[which])
			warnx("%s is left out; it needs %s", rival_names[which],
			      lacks);
	}
}

struct rivals_config options_rivals(int argc, char *argv[])
{
	struct raw_rivals raw = { .concurrency = "10,100",
				  .rounds = 10,
				  .duration_ns = NS_PER_S };
	struct rivals_config config;

	options_alone(table, argc, argv, &raw, &raw.help,
		      "usage: forkbench rivals [options]\n"
		      "\n"
		      "Compares echod with the least that a forking echo "
		      "server can be, and with those\n"
		      "that others wrote.\n\n");
	config = (struct rivals_config){ .rounds = (unsigned)raw.rounds,
					 .duration_ns = raw.duration_ns,
					 .seed = raw.seed };
	each_word("concurrency", raw.concurrency, take_level, &config);
	if (raw.with)
		each_word("with", raw.with, take_rival, &config);
	else
		take_those_there(&config);
	if (!config.seed && getrandom(&config.seed, sizeof(config.seed), 0) < 0)
		err(3, "cannot get random bits");
	return config;
}
