#ifndef BENCH_TELL_TELL_HTML_TOP_H
#define BENCH_TELL_TELL_HTML_TOP_H

#include "bench/tell/tell_html_parts.h"

/*
 * The first screen of report.html: what the run is worth, the short answers,
 * every mode's verdicts, the forest plot, the machine, how to run it again.
 * Returns 0, or -1 with errno.
 */
int html_top(const struct html *h, const struct tell *t);

#endif
