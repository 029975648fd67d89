#ifndef BENCH_TELL_TELL_MARKDOWN_H
#define BENCH_TELL_TELL_MARKDOWN_H

#include "bench/tell/table.h"
#include "bench/tell/tell.h"

/*
 * report.md: status, findings, tables and pictures, for a review or a wiki.
 */
int tell_markdown(const struct tell *t, FILE *out);

/* A table's header, rule and rows. */
void markdown_table(const struct table *t, FILE *out);

#endif
