#include <err.h>
#include <stddef.h>
#include <stdio.h>

#include "bench/command/command.h"
#include "bench/measure/wall.h"
#include "bench/spawn.h"

struct raw {
	const char *subject;
	size_t placement;
	uint64_t sessions, concurrency, number;
	bool help;
};

#define AT(field) offsetof(struct raw, field)

int command_once(int argc, char *argv[], const struct programs *p)
{
	static const struct opt table[] = {
		{ "subject", OPT_TEXT, AT(subject), "NAME",
		  .help = "the server (default sig-ign)" },
		{ "sessions", OPT_COUNT, AT(sessions), "N", 1, 1000000,
		  .help = "to serve (default 1000)" },
		{ "concurrency", OPT_COUNT, AT(concurrency), "N", 1, 100000,
		  .help = "at once (default 64)" },
		{ "placement", OPT_CHOICE, AT(placement), "KIND",
		  .choices = placement_names,
		  .help = "who runs on which CPUs:" },
		{ "number", OPT_COUNT, AT(number), "N", 0, UINT32_MAX,
		  .help = "picks the server's loopback address" },
		{ "help", OPT_HELP, AT(help), .help = "print this and exit" },
		{ 0 },
	};
	struct raw raw = { .subject = "sig-ign",
			   .sessions = 1000,
			   .concurrency = 64 };
	struct once once = { .bin = p->bin, .folder = "." };
	const struct subject *subject;
	char why[CELL_WHY], placing[PLACEMENT_WHY];

	command_options(table, argc, argv, &raw, &raw.help,
			"usage: forkbench once [options]\n"
			"\n"
			"Starts a server, has it serve sessions, and stops it: "
			"what hyperfine times for\n"
			"wall. Works in the current folder.\n\n",
			0, "");
	subject = subject_find(raw.subject);
	if (!subject)
		errx(2, "--subject %.60s: no such server", raw.subject);
	once.subject = *subject;
	once.number = (unsigned)raw.number;
	once.load = (struct load){ .sessions = raw.sessions,
				   .concurrency = raw.concurrency };
	if (placement_make(&once.placement, (enum placement_kind)raw.placement,
			   placing) < 0)
		errx(3, "%s", placing);
	if (placement_enter(&once.placement, &once.placement.forkbench) < 0)
		err(3, "cannot move to other CPUs");
	if (once_run(&once, why) == 0)
		return command_end(0);
	warnx("%s", why);
	return command_end(1);
}
