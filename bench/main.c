/*
 * forkbench: runs experiments on a forking daemon, and judges them.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/measure/once.h"
#include "bench/options.h"
#include "bench/run.h"
#include "bench/spawn.h"
#include "bench/tell/report.h"

static void need_program(const char *path)
{
	if (access(path, X_OK) < 0)
		err(3, "%s: cannot be run; build it with: make", path);
}

static void need_tool(const char *tool, const char *package)
{
	const char *const argv[] = { tool, "--version", NULL };
	const struct spawn_command command = { .argv = argv };
	struct spawn process;

	if (spawn_start(&process, &command) < 0)
		errx(3, "%s: cannot be run: %s; install it: apt-get install %s",
		     tool, strerror(errno), package);
	spawn_stop(&process, SIGKILL, 0);
}

/* After what a signal broke off: its status, else the one given. */
static int status_or_signal(int status)
{
	return spawn_interrupted() ? 128 + spawn_interrupted() : status;
}

static int command_run(int argc, char *argv[],
		       const struct run_programs *programs)
{
	struct config config;
	const char *out;

	options_run(argc, argv, &config, &out);
	need_program(programs->echod);
	need_program(programs->loadgen);
	need_tool("gnuplot", "gnuplot-nox");
	if (config.with[EXPERIMENT_WALL])
		need_tool("hyperfine", "hyperfine");
	return run(&config, out, programs);
}

static int command_report(int argc, char *argv[],
			  const struct run_programs *programs)
{
	const char *dir = options_report(argc, argv);
	struct run_status status;
	char why[REPORT_WHY];

	(void)programs;
	if (report_render(dir, dir, SCRIPTS_DIR, stdout, &status, why) < 0) {
		warnx("%s", why);
		return status_or_signal(3);
	}
	return status.state == RUN_INVALID;
}

static int command_once(int argc, char *argv[],
			const struct run_programs *programs)
{
	struct once once = options_once(argc, argv);
	char why[ONCE_WHY];

	once.echod = programs->echod;
	once.loadgen = programs->loadgen;
	if (once_run(&once, why) < 0) {
		warnx("%s", why);
		return status_or_signal(1);
	}
	return 0;
}

static const struct command {
	const char *name;
	int (*run)(int argc, char *argv[], const struct run_programs *programs);
} commands[] = {
	{ "run", command_run },
	{ "report", command_report },
	{ "once", command_once },
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
	errx(2, "%.60s: no such command; give run or report, or see --help",
	     *name ? name : "nothing");
}
