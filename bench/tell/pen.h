#ifndef BENCH_TELL_PEN_H
#define BENCH_TELL_PEN_H

/*
 * What the files of the pictures share (draw_*.c): a picture being written, and
 * how a level looks in every one of them.
 */

#include <stdbool.h>
#include <stdio.h>

#include "bench/judge/judge.h"

struct pen {
	FILE *out;
	const struct judged *j;
	const char *name; /* of the picture */
};

enum { STRIP = 4 }; /* panels side by side, at most */

/* Where a panel stands: pixels. */
struct box {
	double left, right, top, row_height;
};

size_t pen_arm_index(const struct judged *j, const struct judged_arm *a);

/* The number of a level's colour, in gnuplot's HUE and TEXT. */
size_t pen_colour(const struct pen *p, const struct judged_arm *a,
		  size_t level);

/* A label in a level's colour; the rest as gnuplot_label(). */
void pen_text(const struct pen *p, double x, double y, const char *align,
	      size_t colour, const char *font, const char *text);

/* Begins the picture; the run stands in its footer. */
void pen_begin(const struct pen *p, const char *title, double height,
	       const char *subtitle);

/* A level's name as a row has it; long ones are cut. aa: "BASE again". */
void pen_level_name(const char *name, bool aa, const char *base, char out[40]);

/* Labels that stand too near to each other are pushed apart, in their order. */
void pen_spread(double *y[], size_t n, double need, double top, double bottom);

/* For qsort() of double. */
int pen_by_value(const void *a, const void *b);

/* A file each. */
void draw_verdicts(const struct pen *p, const char *title);
void draw_servers(const struct pen *p, const char *title);
void draw_zombies(const struct pen *p, const char *title);
void draw_stack(const struct pen *p, const char *title);
void draw_latency(const struct pen *p, const char *title);
void draw_slopes(const struct pen *p, const char *title);
void draw_curves(const struct pen *p, const char *title);
void draw_backlog(const struct pen *p, const char *title);
void draw_exhaust(const struct pen *p, const char *title);
void draw_cells(const struct pen *p, const char *title);

#endif
