#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

/*
 * The command line of each subcommand. All print and exit on --help (status 0)
 * and on misuse (one line on stderr, status 2).
 */

#include <stdbool.h>

#include "bench/measure/once.h"
#include "bench/measure/plan.h"
#include "bench/rivals/rivals.h"
#include "bench/tell/report.h"

/* forkbench run. *out: the folder asked for, or NULL. */
void options_run(int argc, char *argv[], struct config *config,
		 const char **out);

/* forkbench doctor: the same options, and whether JSON is asked for. */
void options_doctor(int argc, char *argv[], struct config *config,
		    const char **out, bool *json);

/* forkbench resume RUN. */
const char *options_resume(int argc, char *argv[]);

struct options_report {
	const char *dir;
	enum report_format format;
};

/* forkbench report RUN. */
struct options_report options_report(int argc, char *argv[]);

/* What of a comparison makes it fail. */
enum compare_fail { COMPARE_WORSE, COMPARE_DIFFERS, COMPARE_NEVER };

struct options_compare {
	const char *a, *b; /* folders */
	enum compare_fail fail_on;
	bool json;
};

/* forkbench compare A B. */
struct options_compare options_compare(int argc, char *argv[]);

struct options_list {
	const char *dir;
	bool json;
};

/* forkbench list. */
struct options_list options_list(int argc, char *argv[]);

/* forkbench rivals. */
struct rivals_config options_rivals(int argc, char *argv[]);

/* forkbench once: all but the programs' paths. */
struct once options_once(int argc, char *argv[]);

/* The usage of forkbench itself; status 0 goes to stdout, else to stderr. */
_Noreturn void options_usage(int status);

#endif
