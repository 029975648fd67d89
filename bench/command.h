#ifndef BENCH_COMMAND_H
#define BENCH_COMMAND_H

/*
 * forkbench's commands: those that measure (command_measure.c), and those
 * that read what is stored (command_read.c). Each takes its own arguments,
 * its name first, prints errors on stderr, and returns the exit status.
 */

#include "bench/run.h"

typedef int command_function(int argc, char *argv[],
			     const struct run_programs *programs);

command_function command_run, command_doctor, command_resume, command_once;
command_function command_rivals;
command_function command_report, command_compare, command_list;

/* After what a signal broke off: its status, else the one given. */
int command_status(int status);

#endif
