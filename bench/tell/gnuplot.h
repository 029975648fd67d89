#ifndef BENCH_TELL_GNUPLOT_H
#define BENCH_TELL_GNUPLOT_H

/*
 * Writes commands for gnuplot and runs it. Positions are pixels from the top
 * left of a picture. The scripts of the folder scripts/, which the program
 * holds, do the rest: style.gp begins a picture, panel.gp sets the axes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { GNUPLOT_WHY = 512, GNUPLOT_W = 1000, GNUPLOT_MARGIN = 30 };

/*
 * Writes text as a string of gnuplot's: in single quotes, in which nothing but
 * the quote itself means anything. That becomes a typographic one, as gnuplot
 * 5.4 fails on a doubled quote at the beginning; control characters become '?',
 * so that it stays one line.
 */
void gnuplot_quote(FILE *out, const char *text);

struct gnuplot_picture {
	const char *name; /* ours: not a user's */
	const char *title, *subtitle, *footer;
	double height;
};

/* Height of the title, of one or two lines, and the subtitle. */
double gnuplot_head(const char *title);
void gnuplot_begin(FILE *out, const struct gnuplot_picture *p);
void gnuplot_end(FILE *out);

/*
 * A label, drawn by the panel that comes next.
 *   align: left, center, right.   colour, font: variables of style.gp.
 */
void gnuplot_label(FILE *out, double x, double y, const char *align,
		   const char *colour, const char *font, const char *text);

/* Characters of a text, which are about 7.6 pixels each in font F13. */
size_t gnuplot_width(const char *text);

/* Where a panel stands, and its axes. */
void gnuplot_panel(FILE *out, double left, double right, double top,
		   double bottom);
void gnuplot_axes(FILE *out, double from, double to, double low, double high,
		  const char *x_label);

/* How far apart tics stand, a round number, so that about `most` fit. */
double gnuplot_step(double span, double most);

/* Tics of a y axis of counts, from 0 on; with or without their numbers. */
void gnuplot_count_tics(FILE *out, double to, bool named);

/*
 * Tics of a logarithmic y axis of microseconds, whose ends are moved apart
 * until there are two.
 */
void gnuplot_time_tics(FILE *out, double *low, double *high);

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
