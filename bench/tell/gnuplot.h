#ifndef BENCH_TELL_GNUPLOT_H
#define BENCH_TELL_GNUPLOT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { GNUPLOT_WHY = 512 };

/*
 * Writes text as a string of gnuplot's: in single quotes, in which nothing but
 * the quote itself means anything. Control characters become '?', so that it
 * stays one line.
 */
void gnuplot_quote(FILE *out, const char *text);

/*
 * Draws `count` pictures NAME.svg, NAME-dark.svg and NAME.png into a folder,
 * which is made if it is missing.
 *   commands: what gnuplot runs, once for each value of the string KIND: svg,
 *   dark, png. For each name it writes NAME.SUFFIX, where SUFFIX is "svg",
 *   "dark.svg" or "png", into its working directory.
 * gnuplot runs without a shell, and in a folder of its own, so that it never
 * sees the folder's name. All pictures appear when all are complete.
 * Returns 0, or -1 with one sentence in why.
 */
int gnuplot_draw(const char *folder, const char *commands,
		 const char *const names[], size_t count, uint64_t patience_ns,
		 char why[GNUPLOT_WHY]);

#endif
