#ifndef BENCH_COMMAND_COMMAND_H
#define BENCH_COMMAND_COMMAND_H

/* The commands of forkbench, a file each, and what they have in common. */

#include <limits.h>

#include "bench/study/config.h"
#include "bench/tell/report.h"
#include "lib/opt.h"

/* Where our programs are: beside this one. */
struct programs {
	char bin[PATH_MAX];
	char echod[PATH_MAX + 16], loadgen[PATH_MAX + 16], least[PATH_MAX + 16];
};

/*
 * Each prints its errors and returns the exit status: 0 done; 1 it ran, but
 * the result fails; 2 misuse; 3 environment; 128 and more, a signal.
 */
typedef int command_function(int argc, char *argv[], const struct programs *p);

command_function command_run, command_resume, command_doctor, command_report,
	command_compare, command_list, command_watch, command_once;

/*
 * Reads a command's options into *raw, and prints the usage and exits if *help
 * is set by them, or one line with status 2 on misuse.
 *   usage: all that stands above the options.
 *   operands: how many there must be; an empty one counts as none. -1: any.
 *   example: for the message where there are not: "results/latest".
 * Returns the index of the first operand.
 */
int command_options(const struct opt table[], int argc, char *argv[], void *raw,
		    const bool *help, const char *usage, int operands,
		    const char *example);

/* What `run` and `doctor` are asked for. */
struct request {
	struct config config;
	const char *out; /* the run's folder, or NULL */
	bool json;
};

/* The options of run, or (json) of doctor; exits on misuse. */
void command_request(int argc, char *argv[], const char *usage, bool json,
		     struct request *out);

/*
 * Judges a stored run and prints its report. REPORT_TEXT also writes the
 * report's files into the folder, which is called `shown` in what is printed.
 * Returns the status: 0, 1 for an INVALID run, or 3 with a line on stderr.
 */
int command_tell(const char *folder, const char *shown,
		 enum report_format format);

/* The formats of compare and list, as of OPT_CHOICE. */
enum command_format { COMMAND_TEXT, COMMAND_JSON };
extern const char *const command_formats[]; /* NULL-terminated */

/*
 * What was printed must have arrived: flushes stdout. Returns the status, or 3
 * with a line on stderr; a signal that was taken meanwhile comes first.
 */
int command_end(int status);

#endif
