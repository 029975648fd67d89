#ifndef BENCH_DOCTOR_H
#define BENCH_DOCTOR_H

/*
 * Whether this machine has what a run needs: forkbench doctor, and the look
 * before every run. Reads only; what is wrong, the user mends.
 */

#include <stdbool.h>

#include "bench/measure/doctor_checks.h"
#include "bench/run.h"

/* For a run of this configuration into `out`, or into results/ if NULL. */
void doctor_look(struct doctor *d, const struct config *config, const char *out,
		 const struct run_programs *programs);

/* Those of a level on stderr, a line each. */
void doctor_warn(const struct doctor *d, enum doctor_level level);

/*
 * All of them on stdout, as a table or as JSON. Returns the exit status: 0, or
 * 3 if any is DOCTOR_FAIL or stdout can't be written.
 */
int doctor_tell(const struct doctor *d, bool json);

#endif
