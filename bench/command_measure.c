#include <err.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/command.h"
#include "bench/doctor.h"
#include "bench/measure/folder.h"
#include "bench/measure/once.h"
#include "bench/options.h"
#include "bench/rivals/rivals.h"
#include "bench/spawn.h"

int command_status(int status)
{
	return spawn_interrupted() ? 128 + spawn_interrupted() : status;
}

int command_run(int argc, char *argv[], const struct run_programs *programs)
{
	struct config config;
	const char *out;

	options_run(argc, argv, &config, &out);
	return run(&config, out, programs);
}

int command_doctor(int argc, char *argv[], const struct run_programs *programs)
{
	struct config config;
	struct doctor doctor;
	const char *out;
	bool json;

	options_doctor(argc, argv, &config, &out, &json);
	doctor_look(&doctor, &config, out, programs);
	return command_status(doctor_tell(&doctor, json));
}

int command_resume(int argc, char *argv[], const struct run_programs *programs)
{
	return run_resume(options_resume(argc, argv), programs);
}

/* In a folder of its own, which is gone afterwards. */
static int compare_rivals(const struct rivals_config *config,
			  const struct run_programs *programs,
			  const char *folder)
{
	struct rival_site site = { .echod = programs->echod,
				   .least = programs->least,
				   .folder = folder };
	static struct rivals found;
	char why[RIVALS_WHY];

	if (rivals_measure(config, &site, programs->loadgen, &found, why) < 0) {
		warnx("%s", why);
		return command_status(1);
	}
	if (rivals_tell(config, &found, stdout) < 0 || fflush(stdout) != 0) {
		warn("cannot write to stdout");
		return 3;
	}
	return 0;
}

int command_rivals(int argc, char *argv[], const struct run_programs *programs)
{
	struct rivals_config config = options_rivals(argc, argv);
	const char *parent = getenv("TMPDIR");
	char folder[PATH_MAX];
	int status;

	snprintf(folder, sizeof(folder), "%s/forkbench.XXXXXX",
		 parent && *parent ? parent : "/tmp");
	if (!mkdtemp(folder)) {
		warn("%s: cannot be made; set TMPDIR to a folder that can be "
		     "written",
		     folder);
		return 3;
	}
	status = compare_rivals(&config, programs, folder);
	folder_remove(folder);
	return status;
}

int command_once(int argc, char *argv[], const struct run_programs *programs)
{
	struct once once = options_once(argc, argv);
	char why[ONCE_WHY];

	once.echod = programs->echod;
	once.loadgen = programs->loadgen;
	if (once_run(&once, why) < 0) {
		warnx("%s", why);
		return command_status(1);
	}
	return 0;
}
