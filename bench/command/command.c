#include "bench/command/command.h"

#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/json.h"
#include "bench/spawn.h"
#include "lib/clock.h"
#include "lib/parse.h"

enum { BUDGET_LEAST_S = 20, BUDGET_MOST_S = 7 * 24 * 3600 };

const char *const command_formats[] = {
	[COMMAND_TEXT] = "text", [COMMAND_JSON] = "json", NULL
};

int command_options(const struct opt table[], int argc, char *argv[], void *raw,
		    const bool *help, const char *usage, int operands,
		    const char *example)
{
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, raw, why), given;

	if (first < 0) {
		plain_text(why);
		errx(2, "%s", why);
	}
	if (*help) {
		fputs(usage, stdout);
		opt_help(table, stdout);
		exit(command_end(0));
	}
	given = argc - first;
	for (int i = first; i < argc; i++)
		if (!*argv[i])
			given = 0; /* as when a variable of make is empty */
	if (operands >= 0 && given > operands) {
		plain_text(argv[first + operands]);
		errx(2, "%.60s: an operand too many; see forkbench %s --help",
		     argv[first + operands], argv[0]);
	}
	if (given < operands)
		errx(2, "an operand is missing; as in: forkbench %s %s",
		     argv[0], example);
	return first;
}

struct raw {
	struct wish wish;
	struct opt_list server;
	const char *out, *budget;
	bool json, help;
};

#define AT(field) offsetof(struct raw, field)

/* The last row but one is doctor's alone. */
static const struct opt request_table[] = {
	{ "profile", OPT_CHOICE, AT(wish.profile), "NAME",
	  .choices = profile_names,
	  .help = "how much to measure: quick, under 4 minutes (the default);\n"
		  "full, under 25; smoke is for tests and judges nothing:" },
	{ "experiments", OPT_TEXT, AT(wish.experiments), "LIST",
	  .help = "of churn, leak, hold, wall, memory, concurrency, capacity,\n"
		  "storm, backlog, exhaust, pages, descriptors, mappings,\n"
		  "servers, floor and counts, or all (default of quick: the\n"
		  "first five)" },
	{ "modes", OPT_TEXT, AT(wish.modes), "LIST",
	  .help = "reap modes, or all; the first is the baseline; one given\n"
		  "twice is compared with itself\n"
		  "(default sig-ign,waitpid-loop,waitpid-once,none)" },
	{ "with", OPT_TEXT, AT(wish.with), "LIST",
	  .help = "servers to compare; the first is the baseline (default\n"
		  "echod,least,floor,socat,inetd,xinetd, if installed;\n"
		  "also ncat, tcpserver, tcpsvd, mini-inetd, systemd, python\n"
		  "and perl)" },
	{ "server", OPT_LIST, AT(server), "NAME=COMMAND",
	  .help = "compare a server of your own, too: COMMAND has {address}\n"
		  "and {port} where it shall listen; may be given again" },
	{ "levels", OPT_TEXT, AT(wish.levels), "LIST",
	  .help = "of the one chosen experiment whose levels are numbers; if\n"
		  "none is, of memory (default 0,16MiB,64MiB,256MiB,1GiB)" },
	{ "sessions", OPT_COUNT, AT(wish.sessions), "N", 1, 1000000,
	  .help = "of a cell: of the one experiment that is chosen, or of\n"
		  "hold and wall" },
	{ "warm", OPT_COUNT, AT(wish.warm), "N", 0, 1000000,
	  .help = "sessions that a server serves before those that count,\n"
		  "in churn, memory and servers" },
	{ "concurrency", OPT_COUNT, AT(wish.concurrency), "N", 1, 100000,
	  .help = "sessions at once, but in hold" },
	{ "close", OPT_CHOICE, AT(wish.close), "HOW",
	  .choices = load_close_names,
	  .help = "how clients end a session, by FIN or by RST (default "
		  "fin):" },
	{ "rounds", OPT_COUNT, AT(wish.rounds), "N", 1, 100000,
	  .help = "of every experiment, without the warm-up (default: as many\n"
		  "as fit into its share of the time)" },
	{ "seed", OPT_COUNT, AT(wish.seed), "N", 1, SEED_MOST,
	  .help = "of the order of the cells (default: random, recorded)" },
	{ "placement", OPT_CHOICE, AT(wish.placement), "KIND",
	  .choices = placement_names,
	  .help = "none: as the scheduler likes; split: the server on one\n"
		  "half of the CPUs, the load on the other; shared: both on\n"
		  "one half (default none):" },
	{ "budget", OPT_TEXT, AT(budget), "TIME",
	  .help = "for all of the run, its report included: 240 (seconds),\n"
		  "240s or 4m; rounds are fitted to it" },
	{ "out", OPT_TEXT, AT(out), "DIR",
	  .help = "the run's folder (default: a new one under results/)" },
	{ "json", OPT_FLAG, AT(json), .help = "print JSON" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
	{ 0 },
};

enum { REQUEST_ROWS = sizeof(request_table) / sizeof(request_table[0]) };

/* Seconds, or a number with a unit. */
static uint64_t budget_of(const char *text)
{
	char why[PARSE_WHY];
	uint64_t budget;

	if (parse_u64(text, BUDGET_LEAST_S, BUDGET_MOST_S, &budget, why) == 0)
		return budget * NS_PER_S;
	if (parse_duration(text, BUDGET_LEAST_S * NS_PER_S,
			   BUDGET_MOST_S * NS_PER_S, &budget, why) < 0)
		errx(2, "--budget %.60s: %s", text, why);
	return budget;
}

void command_request(int argc, char *argv[], const char *usage, bool json,
		     struct request *out)
{
	struct opt table[REQUEST_ROWS];
	struct raw raw = { .wish = { .program = program_invocation_name,
				     .profile = 1 } };
	char why[CONFIG_WHY];
	size_t n = 0;

	for (size_t i = 0; i < REQUEST_ROWS; i++)
		if (json || i != REQUEST_ROWS - 3)
			table[n++] = request_table[i];
	command_options(table, argc, argv, &raw, &raw.help, usage, 0, "");
	raw.wish.server = raw.server.item;
	raw.wish.servers = raw.server.count;
	if (raw.budget)
		raw.wish.budget_ns = budget_of(raw.budget);
	if (config_make(&out->config, &raw.wish, why) < 0)
		errx(2, "%s", why);
	out->out = raw.out;
	out->json = raw.json;
}

int command_end(int status)
{
	bool failed = ferror(stdout);
	int error = 0;

	/* An error of before has left no reason: one more write finds it. */
	if (failed)
		putchar('\n');
	if (fflush(stdout) != 0)
		error = errno;
	if (spawn_interrupted())
		return 128 + spawn_interrupted();
	if (!error && !failed)
		return status;
	warnx("cannot write to stdout%s%s", error ? ": " : "",
	      error ? strerror(error) : "");
	return 3;
}
