#ifndef BENCH_TELL_REPORT_H
#define BENCH_TELL_REPORT_H

/*
 * A stored run, judged and told: summary.tsv, summary.json, report.md,
 * report.html and plots/ in its folder, and a summary for the terminal.
 */

#include <stdio.h>

#include "bench/status.h"

enum { REPORT_WHY = 512 };

/*
 * Judges the run in folder `dir` from its cells and run.json's `finished`,
 * whatever status run.json names, and writes every file of the report.
 * Rendered again, they come out byte for byte the same.
 *   shown_path: how the folder is named on the terminal.
 *   scripts_dir: where the gnuplot scripts are.
 *   out: gets the summary; coloured if it is a terminal and NO_COLOR unset.
 *   *status: what the run is worth, and why.
 * Returns 0, or -1 with one sentence in why: the run cannot be read (nothing
 * is printed or written then), or a file or plot cannot be made (the rest is
 * there, and *status is set).
 */
int report_render(const char *dir, const char *shown_path,
		  const char *scripts_dir, FILE *out, struct run_status *status,
		  char why[REPORT_WHY]);

/* What a stored run is told as on stdout. */
enum report_format {
	REPORT_TEXT, /* and all the files: see report_render() */
	REPORT_JSON, /* as summary.json */
	REPORT_OPENMETRICS,
};

extern const char *const report_formats[]; /* by format; NULL-terminated */

/*
 * Judges the run in folder `dir` and prints it, as JSON or OpenMetrics, to
 * `out`; writes no file. Returns 0 with *status, or -1 with one sentence in
 * why.
 */
int report_print(const char *dir, enum report_format format, FILE *out,
		 struct run_status *status, char why[REPORT_WHY]);

#endif
