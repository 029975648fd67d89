/*
 * forkbench: runs experiments on forking servers, and judges them.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/command/command.h"
#include "bench/json.h"
#include "bench/place.h"
#include "bench/spawn.h"
#include "lib/file.h"

static const struct {
	const char *name;
	command_function *run;
	const char *synopsis; /* NULL: not for users */
} commands[] = {
	{ "run", command_run, "run [options]" },
	{ "resume", command_resume, "resume RUN" },
	{ "doctor", command_doctor, "doctor [options]" },
	{ "report", command_report, "report [options] RUN" },
	{ "compare", command_compare, "compare [options] A B" },
	{ "list", command_list, "list [options] [DIR]" },
	{ "watch", command_watch, "watch [options] PID|NAME" },
	{ "once", command_once, NULL },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static int usage(FILE *out, int status)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (commands[i].synopsis)
			fprintf(out, "%s forkbench %s\n",
				i ? "      " : "usage:", commands[i].synopsis);
	fputs("       forkbench --version\n"
	      "\n"
	      "Measures what the ways of collecting children cost a forking "
	      "server, who leaves\n"
	      "zombies, and whether the differences are real. Each command has "
	      "a --help.\n",
	      out);
	return command_end(status);
}

/* Returns 0, or -1 with errno if this program's own path can't be told. */
static int find_programs(struct programs *p)
{
	const char *bin = place_bin();

	if (!bin)
		return -1;
	snprintf(p->bin, sizeof(p->bin), "%s", bin);
	snprintf(p->echod, sizeof(p->echod), "%s/echod", p->bin);
	snprintf(p->loadgen, sizeof(p->loadgen), "%s/loadgen", p->bin);
	snprintf(p->least, sizeof(p->least), "%s/least", p->bin);
	return 0;
}

int main(int argc, char *argv[])
{
	const char *name = argc > 1 ? argv[1] : NULL;
	static struct programs programs;

	file_keep_standard();
	if (!name)
		return usage(stderr, 2);
	if (!strcmp(name, "--help"))
		return usage(stdout, 0);
	if (!strcmp(name, "--version")) {
		printf("forkbench " VERSION "\n");
		return command_end(0);
	}
	if (find_programs(&programs) < 0)
		err(3, "cannot tell where this program is; mount /proc: mount "
		       "-t proc proc /proc");
	if (spawn_set_up() < 0)
		err(3, "cannot become a subreaper");
	for (size_t i = 0; i < COMMANDS; i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].run(argc - 1, argv + 1, &programs);
	plain_text(argv[1]);
	errx(2, "%.60s: no such command; see forkbench --help", name);
}
