#ifndef BENCH_TELL_HTML_H
#define BENCH_TELL_HTML_H

/*
 * A document as one page, which loads and runs nothing: scripts/report.html,
 * with scripts/report.css in it. What stands before the first heading is the
 * first screen; links to the headings follow it.
 */

#include "bench/tell/document.h"

#include <stdio.h>

/*
 *   folder: holds plots/NAME.svg of every picture.
 * Returns 0, or -1 with errno.
 */
int html_write(const struct document *d, const char *folder, FILE *out);

#endif
