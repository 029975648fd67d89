/*
 * forkbench: runs experiments on a forking daemon, and judges them.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>

#include "bench/command.h"
#include "bench/options.h"
#include "bench/spawn.h"

static const struct {
	const char *name;
	command_function *run;
} commands[] = {
	{ "run", command_run },		{ "doctor", command_doctor },
	{ "resume", command_resume },	{ "report", command_report },
	{ "compare", command_compare }, { "list", command_list },
	{ "rivals", command_rivals },	{ "once", command_once },
};

int main(int argc, char *argv[])
{
	struct run_programs programs;
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help"))
		options_usage(0);
	if (!strcmp(name, "--version")) {
		printf("forkbench " VERSION "\n");
		return fflush(stdout) == 0 ? 0 : 3;
	}
	if (run_find_programs(&programs) < 0)
		err(3, "cannot tell where this program is");
	if (spawn_set_up() < 0)
		err(3, "cannot become a subreaper");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].run(argc - 1, argv + 1, &programs);
	errx(2,
	     "%.60s: no such command; give run, doctor, resume, report, "
	     "compare or list, or see --help",
	     *name ? name : "nothing");
}
