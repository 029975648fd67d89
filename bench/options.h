#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

/*
 * The command line of each subcommand. All print and exit on --help (status 0)
 * and on misuse (one line on stderr, status 2).
 */

#include <stdbool.h>

#include "bench/measure/once.h"
#include "bench/measure/plan.h"

/* forkbench run. *out: the folder asked for, or NULL. */
void options_run(int argc, char *argv[], struct config *config,
		 const char **out);

/* forkbench report RUN. */
const char *options_report(int argc, char *argv[]);

/* forkbench once: all but the programs' paths. */
struct once options_once(int argc, char *argv[]);

/* The usage of forkbench itself; status 0 goes to stdout, else to stderr. */
_Noreturn void options_usage(int status);

#endif
