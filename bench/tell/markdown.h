#ifndef BENCH_TELL_MARKDOWN_H
#define BENCH_TELL_MARKDOWN_H

/* A document as Markdown, as GitHub shows it. */

#include "bench/tell/document.h"

#include <stdio.h>

/*
 * Pictures are links to plots/NAME.svg.
 * Returns 0, or -1 with errno.
 */
int markdown_write(const struct document *d, FILE *out);

#endif
