#ifndef BENCH_TELL_TELL_HTML_H
#define BENCH_TELL_TELL_HTML_H

#include "bench/tell/tell.h"

/*
 * report.html: all of the report in one file, that needs no network and no
 * script. The pictures are read from the run's folder and embedded.
 */
int tell_html(const struct tell *t, FILE *out);

#endif
