#ifndef BENCH_TELL_REPORT_H
#define BENCH_TELL_REPORT_H

/* Everything that forkbench says of stored runs, in every form. */

#include "bench/judge/compare.h"
#include "bench/judge/judge.h"
#include "bench/judge/listing.h"

#include <stdio.h>

enum { REPORT_WHY = 1024 };

enum report_format { REPORT_TEXT, REPORT_MARKDOWN, REPORT_JSON, REPORT_TSV };

/*
 * Writes summary.json, summary.tsv, plots/, report.md and report.html into the
 * run's folder, each complete or not at all, and the same for each reader on
 * each day; then prints the report to `out`, where signals end the process.
 *   folder: where the run is now.
 *   shown: the folder's name to print in front of the files' names.
 * Returns 0, or -1 with one sentence in why: what failed first. All else is
 * done even so; without pictures the reports have none. Needs spawn_set_up().
 */
int report_write(const struct judged *j, const char *folder, const char *shown,
		 FILE *out, char why[REPORT_WHY]);

/* Prints it, and writes nothing. Returns 0, or -1 with errno. */
int report_print(const struct judged *j, enum report_format format, FILE *out);

/* Prints a comparison, or a list of runs. Returns 0, or -1 with errno. */
int report_compare(const struct comparison *c, bool json, FILE *out);
int report_list(const struct listing *l, bool json, FILE *out);

#endif
