#include "bench/options.h"

#include <err.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/options_table.h"

_Noreturn void options_usage(int status)
{
	fputs("usage: forkbench run [options]\n"
	      "       forkbench doctor [options]\n"
	      "       forkbench resume RUN\n"
	      "       forkbench report [options] RUN\n"
	      "       forkbench compare [options] A B\n"
	      "       forkbench list [options] [DIR]\n"
	      "       forkbench rivals [options]\n"
	      "       forkbench --version\n"
	      "\n"
	      "Measures how a forking daemon fares by the way it collects its "
	      "children, and\n"
	      "judges whether the differences are real. Each command has a "
	      "--help.\n",
	      status ? stderr : stdout);
	exit(fflush(stdout) == 0 ? status : 3);
}

const char *options_resume(int argc, char *argv[])
{
	static const struct opt table[] = {
		{ "help", OPT_HELP, 0, .help = "print this and exit" },
		{ NULL },
	};
	bool help = false;
	int first = options_table(table, argc, argv, &help, &help,
				  "usage: forkbench resume RUN\n"
				  "\n"
				  "Goes on with a run that was broken off, at "
				  "the "
				  "first cell that is not measured.\n\n");
	int given = options_operands(argc, argv, first);

	if (given != 1)
		errx(2,
		     "%s; give one RUN, as in: forkbench resume "
		     "results/NAME.partial",
		     given ? "too many operands" : "RUN is missing");
	return argv[first];
}

struct once options_once(int argc, char *argv[])
{
	struct raw_once {
		size_t mode, placement;
		uint64_t sessions, concurrency, number;
		const char *folder;
		bool help;
	} raw = { .placement = PLACEMENT_DEFAULT,
		  .sessions = 1000,
		  .concurrency = 64,
		  .folder = "." };
	const struct opt table[] = {
		{ "mode", OPT_CHOICE, offsetof(struct raw_once, mode), "MODE",
		  .choices = experiment_modes, .help = "reap mode:" },
		{ "sessions", OPT_COUNT, offsetof(struct raw_once, sessions),
		  "N", 1, 1000000, .help = "sessions to serve (default 1000)" },
		{ "concurrency", OPT_COUNT,
		  offsetof(struct raw_once, concurrency), "N", 1, 100000,
		  .help = "at once (default 64)" },
		{ "placement", OPT_CHOICE, offsetof(struct raw_once, placement),
		  "KIND", .choices = placement_names,
		  .help = "who runs on which CPUs:" },
		{ "number", OPT_COUNT, offsetof(struct raw_once, number), "N",
		  0, UINT32_MAX,
		  .help = "picks the daemon's loopback address" },
		{ "folder", OPT_TEXT, offsetof(struct raw_once, folder), "DIR",
		  .help = "for the logs (default .)" },
		{ "help", OPT_HELP, offsetof(struct raw_once, help),
		  .help = "print this and exit" },
		{ NULL },
	};
	char why[PLACEMENT_WHY];
	struct once once;

	options_alone(table, argc, argv, &raw, &raw.help,
		      "usage: forkbench once [options]\n"
		      "\n"
		      "Starts a daemon, has it serve sessions, and stops it: "
		      "what wall times.\n\n");
	once = (struct once){ .mode = experiment_modes[raw.mode],
			      .folder = raw.folder,
			      .sessions = raw.sessions,
			      .concurrency = raw.concurrency,
			      .number = (unsigned)raw.number };
	if (placement_make(&once.placement, (enum placement_kind)raw.placement,
			   why) < 0)
		errx(3, "%s", why);
	return once;
}
