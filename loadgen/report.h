#ifndef LOADGEN_REPORT_H
#define LOADGEN_REPORT_H

#include "loadgen/run.h"

/*
 * Ends the program with one line and status 3 if results can't be written
 * where the options say: told before the run, not after it.
 */
void report_check(const struct options *o);

/* Tells a run in every way asked for. Returns the program's exit status. */
int report(struct run *r);

#endif
