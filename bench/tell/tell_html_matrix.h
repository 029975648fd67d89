#ifndef BENCH_TELL_TELL_HTML_MATRIX_H
#define BENCH_TELL_TELL_HTML_MATRIX_H

#include "bench/tell/tell_html_parts.h"

/*
 * The verdicts as a matrix: a row a mode, a column for each primary metric. A
 * narrow screen shows each row as a block, so each cell bears its column's
 * name.
 */
void html_matrix(const struct html *h, const struct tell *t);

#endif
