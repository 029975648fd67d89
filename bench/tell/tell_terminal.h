#ifndef BENCH_TELL_TELL_TERMINAL_H
#define BENCH_TELL_TELL_TERMINAL_H

#include "bench/tell/tell.h"

/*
 * The summary for a terminal, in colour if `out` is one and NO_COLOR is unset.
 *   shown_path: the run's folder, as the reader may open it.
 */
int tell_terminal(const struct tell *t, const char *shown_path, FILE *out);

#endif
