#ifndef LIB_HIST_TSV_H
#define LIB_HIST_TSV_H

/*
 * Histograms as text. Three lines of header, then a line for each bucket that
 * has samples, in rising order, edges inclusive:
 *
 *	# forkbench histogram 2
 *	# sum_ns=N max_ns=N over=N count=N
 *	lower_ns	upper_ns	count
 *	45056	45311	12
 *
 * `over` and the lines' counts add up to the header's `count`, so that a file
 * cut short can be told. Version 1, which is still read, has no `count` there.
 */

#include <stdio.h>

#include "lib/hist.h"

/* Returns 0, or -1 with the errno of the write. Does not flush. */
int hist_tsv_write(const struct hist *h, FILE *out);

/*
 * Adds what a file holds to *into, which must have been initialised.
 * Returns 0, or -1 with errno EINVAL and *line the line at fault, from 1 on
 * (edges that are no bucket's, lines out of order, a count that is no positive
 * number or too large for the header's, a newer format; the line after the
 * last where one is missing, or where the samples have another sum or maximum
 * than the header), or with the errno of the read and *line 0. *into is then
 * unchanged.
 */
int hist_tsv_read(struct hist *into, FILE *in, unsigned *line);

#endif
