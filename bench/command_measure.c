#include <err.h>
#include <stdbool.h>

#include "bench/command.h"
#include "bench/doctor.h"
#include "bench/measure/once.h"
#include "bench/options.h"
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
