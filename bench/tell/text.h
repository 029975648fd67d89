#ifndef BENCH_TELL_TEXT_H
#define BENCH_TELL_TEXT_H

/* A document for a terminal. */

#include "bench/tell/document.h"

#include <stdio.h>

/*
 * Writes it as wide as the terminal is, or as COLUMNS says, else 100 columns.
 * In colour only on a terminal, without NO_COLOR and unless TERM is dumb.
 * Folded parts and pictures are left out. Returns 0, or -1 with errno.
 */
int text_write(const struct document *d, FILE *out);

/* Columns that a UTF-8 text takes; wide characters take two. */
size_t text_width(const char *text);

#endif
