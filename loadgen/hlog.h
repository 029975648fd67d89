#ifndef LOADGEN_HLOG_H
#define LOADGEN_HLOG_H

#include <stdio.h>

#include "lib/hist.h"

/*
 * Interval logs of HdrHistogram, format 1.3, usually named *.hlog. Readers
 * take times far before the start for times since it, as ours are. Neither
 * function flushes.
 */

/* Begins a log. Returns 0, or -1 with the errno of the write. */
int hlog_begin(FILE *out, double start_unix_s);

/*
 * Adds a histogram of an interval.
 *   tag: its series; no comma, blank or line end.
 *   start_s: since the log's start.
 * The largest sample stands beside in milliseconds, as is usual.
 * Returns 0, or -1 with errno ENOMEM or that of the write.
 */
int hlog_line(FILE *out, const char *tag, double start_s, double length_s,
	      const struct hist *h);

#endif
