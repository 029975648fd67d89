#ifndef LIB_HLOG_H
#define LIB_HLOG_H

#include <stdio.h>

#include "lib/hist.h"

/*
 * Interval logs of HdrHistogram, format 1.3, usually named *.hlog. Readers
 * take times far before the start for times since it, as ours are. The
 * writing functions do not flush.
 */

/* Begins a log. Returns 0, or -1 with the errno of the write. */
int hlog_begin(FILE *out, double start_unix_s);

/*
 * Adds a histogram of an interval.
 *   tag: its series; no comma, blank or line end.
 *   start_s: since the log's start.
 * The line also has the largest sample, in milliseconds, as is usual.
 * Returns 0, or -1 with errno ENOMEM or that of the write.
 */
int hlog_line(FILE *out, const char *tag, double start_s, double length_s,
	      const struct hist *h);

/* Longer lines than any that hlog_line() writes are not read. */
enum { HLOG_LINE = 128 << 10 };

/* One line of a log. The texts lie in the caller's `line`. */
struct hlog_entry {
	char *tag; /* "" if it has none */
	double start_s, length_s;
	char *text; /* for hdr_decode(), which may refuse it */
};

/*
 * Reads on to the next histogram. Comments, a last line without a newline,
 * and whatever else is not the line of a histogram are passed over.
 *   line: room for the texts.
 * Returns 1, 0 at the end of the file, or -1 with the errno of the read.
 */
int hlog_next(FILE *in, char line[HLOG_LINE], struct hlog_entry *entry);

#endif
