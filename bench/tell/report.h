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

#endif
