#ifndef LOADGEN_REPORT_H
#define LOADGEN_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "loadgen/run.h"

/*
 * Ends the program with one line and status 3 if results can't be written
 * where the options say: told before the run, not after it.
 */
void report_check(const struct options *o);

/*
 * Where the summary goes: to stdout unless results do, which are lines or are
 * in one of these files (NULL: none).
 */
FILE *report_summary(bool stdout_is_taken, const char *json, const char *hlog);

/* Tells a run in every way asked for. Returns the program's exit status. */
int report(struct run *r);

#endif
