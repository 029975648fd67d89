#include "bench/options.h"

#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/opt.h"

#define REPORT_USAGE "usage: forkbench report RUN\n"

_Noreturn void options_usage(int status)
{
	fputs("usage: forkbench run [options]\n"
	      "       forkbench report RUN\n"
	      "       forkbench --version\n"
	      "\n"
	      "Measures how a forking daemon fares by the way it collects its "
	      "children, and\n"
	      "judges whether the differences are real. `forkbench run --help` "
	      "tells more.\n",
	      status ? stderr : stdout);
	exit(fflush(stdout) == 0 ? status : 3);
}

const char *options_report(int argc, char *argv[])
{
	static const struct opt table[] = {
		{ "help", OPT_HELP, 0, .help = "print this and exit" },
		{ NULL },
	};
	char why[OPT_WHY];
	bool help = false;
	int first = opt_parse(table, argc, argv, &help, why);

	if (first < 0)
		errx(2, "%s", why);
	if (help) {
		printf(REPORT_USAGE "\nJudges and plots a stored run again, "
				    "from its files alone.\n\n");
		opt_help(table, stdout);
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	if (argc - first != 1)
		errx(2,
		     "%s; give one RUN, as in: forkbench report results/latest",
		     argc == first ? "RUN is missing" : "too many operands");
	return argv[first];
}

struct once options_once(int argc, char *argv[])
{
	struct raw_once {
		size_t mode;
		uint64_t sessions, concurrency, number;
		const char *folder;
		bool help;
	} raw = { .sessions = 1000, .concurrency = 64, .folder = "." };
	const struct opt table[] = {
		{ "mode", OPT_CHOICE, offsetof(struct raw_once, mode), "MODE",
		  .choices = experiment_modes, .help = "reap mode:" },
		{ "sessions", OPT_COUNT, offsetof(struct raw_once, sessions),
		  "N", 1, 1000000, .help = "sessions to serve (default 1000)" },
		{ "concurrency", OPT_COUNT,
		  offsetof(struct raw_once, concurrency), "N", 1, 100000,
		  .help = "at once (default 64)" },
		{ "number", OPT_COUNT, offsetof(struct raw_once, number), "N",
		  0, 60000, .help = "picks the daemon's loopback address" },
		{ "folder", OPT_TEXT, offsetof(struct raw_once, folder), "DIR",
		  .help = "for the logs (default .)" },
		{ "help", OPT_HELP, offsetof(struct raw_once, help),
		  .help = "print this and exit" },
		{ NULL },
	};
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &raw, why);

	if (first < 0)
		errx(2, "%s", why);
	if (raw.help) {
		printf("usage: forkbench once [options]\n\nStarts a daemon, "
		       "has it serve sessions, and stops it: what wall "
		       "times.\n\n");
		opt_help(table, stdout);
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	if (first != argc)
		errx(2, "%.60s: an operand too many; see forkbench once --help",
		     argv[first]);
	return (struct once){ .mode = experiment_modes[raw.mode],
			      .folder = raw.folder,
			      .sessions = raw.sessions,
			      .concurrency = raw.concurrency,
			      .number = (unsigned)raw.number };
}
