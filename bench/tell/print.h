#ifndef BENCH_TELL_PRINT_H
#define BENCH_TELL_PRINT_H

/* What every summary for a terminal is made of. */

#include <stdio.h>

#include "bench/status.h"
#include "bench/tell/table.h"

/* Whether `out` is a terminal and NO_COLOR is unset or empty. */
bool print_in_colour(FILE *out);

/* "VALID" and so on, by its colour. */
void print_state(enum run_state state, bool colour, FILE *out);

/* Columns aligned, an empty line behind. It must have heads. */
void print_table(const struct table *t, bool colour, FILE *out);

/* A sentence behind a dash, broken between words. */
void print_sentence(const char *text, FILE *out);

#endif
