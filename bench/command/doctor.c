#include <err.h>
#include <stdio.h>

#include "bench/command/command.h"
#include "bench/measure/doctor.h"
#include "bench/spawn.h"

static struct request request;
static struct machine machine;
static struct doctor doctor;

int command_doctor(int argc, char *argv[], const struct programs *p)
{
	const char *const ours[] = { p->echod, p->loadgen, NULL };
	struct machine_places places = {
		.programs = ours,
		.sigchld_ignored = spawn_sigchld_was_ignored(),
	};

	command_request(argc, argv,
			"usage: forkbench doctor [options]\n"
			"\n"
			"Tells whether this machine has what a run with the "
			"same options needs, and what\n"
			"to do if not. Changes nothing; every run looks first, "
			"too.\n\n",
			true, &request);
	places.out = request.out;
	machine_look(&machine, &places);
	doctor_look(&doctor, &request.config, &machine);
	spawn_heed_signals();
	doctor_tell(&doctor, request.json, stdout);
	return command_end(doctor_worst(&doctor) == DOCTOR_FAIL ? 3 : 0);
}
