#include "bench/tell/drawing.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/study/look.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

/* Contrast with the paper, as WCAG defines it, of lines and of text. */
#define LINE_CONTRAST 2.0
#define TEXT_CONTRAST 4.5

bool line_add(char *to, size_t room, const char *format, ...)
{
	size_t used = strlen(to);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(to + used, room - used, format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= room - used) {
		to[used] = '\0';
		return false;
	}
	for (char *at = to + used; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	return true;
}

const struct judged_arm *drawing_arm(const struct judged *j, const char *name)
{
	for (size_t a = 0; a < j->arms; a++)
		if (strcmp(j->arm[a].arm->experiment->name, name) == 0)
			return &j->arm[a];
	return NULL;
}

size_t pen_arm_index(const struct judged *j, const struct judged_arm *a)
{
	return (size_t)(a - j->arm);
}

void drawing_left(const struct zombie_count *z, char out[DRAWING_LEFT])
{
	double pct = 100 * z->share;

	*out = '\0';
	if (isnan(z->left_max))
		return;
	if (!(z->left_max > 0))
		snprintf(out, DRAWING_LEFT, "none");
	else if (isnan(pct))
		snprintf(out, DRAWING_LEFT, "some");
	else if (z->share >= 1)
		snprintf(out, DRAWING_LEFT, "all");
	else if (pct > 99)
		snprintf(out, DRAWING_LEFT, "over 99 %%");
	else if (pct < 1)
		snprintf(out, DRAWING_LEFT, "under 1 %%");
	else
		snprintf(out, DRAWING_LEFT, "%.0f %%", pct);
}

size_t pen_colour(const struct pen *p, const struct judged_arm *a, size_t level)
{
	return pen_arm_index(p->j, a) * LEVEL_SLOTS + level + 1;
}

void pen_text(const struct pen *p, double x, double y, const char *align,
	      size_t colour, const char *font, const char *text)
{
	char expression[32];

	snprintf(expression, sizeof(expression), "TEXT[%zu]", colour);
	gnuplot_label(p->out, x, y, align, expression, font, text);
}

static const char *env_text(const struct run *r, const char *group,
			    const char *key)
{
	return json_string_value(
		json_object_get(json_object_get(r->env, group), key));
}

void pen_begin(const struct pen *p, const char *title, double height,
	       const char *subtitle)
{
	const struct run *r = p->j->run;
	static const char *const keys[][3] = { { "host", "kernel", "kernel " },
					       { "host", "cpu", "" },
					       { "build", "commit",
						 "commit " } };
	char text[400] = "";

	line_add(text, sizeof(text), "%s", run_state_names[p->j->state]);
	for (size_t i = 0; i < 3; i++) {
		const char *value = env_text(r, keys[i][0], keys[i][1]);

		if (value)
			line_add(text, sizeof(text), " · %s%.90s", keys[i][2],
				 value);
	}
	line_add(text, sizeof(text), " · run %.100s", r->id);
	gnuplot_begin(p->out, &(struct gnuplot_picture){ .name = p->name,
							 .title = title,
							 .subtitle = subtitle,
							 .footer = text,
							 .height = height });
}

static double luminance(const double c[3])
{
	static const double weight[3] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++)
		sum += weight[i] * (c[i] <= 0.04045 ?
					    c[i] / 12.92 :
					    pow((c[i] + 0.055) / 1.055, 2.4));
	return sum;
}

/* A colour, mixed with black until it is legible on white paper. */
static unsigned legible(const char *colour, double contrast)
{
	unsigned rgb = (unsigned)strtoul(colour + 1, NULL, 16);
	double c[3], at = 0;

	do {
		for (int i = 0; i < 3; i++)
			c[i] = (rgb >> (16 - 8 * i) & 0xff) / 255.0 * (1 - at);
		at += 0.04;
	} while (1.05 / (luminance(c) + 0.05) < contrast);
	return (unsigned)lround(255 * c[0]) << 16 |
	       (unsigned)lround(255 * c[1]) << 8 | (unsigned)lround(255 * c[2]);
}

/* HUE, of lines, and TEXT: by pen_colour(). */
static void put_colours(const struct pen *p)
{
	fprintf(p->out, "array HUE[%d]\narray TEXT[%d]\n",
		EXPERIMENTS_MOST * LEVEL_SLOTS, EXPERIMENTS_MOST * LEVEL_SLOTS);
	for (size_t a = 0; a < p->j->arms; a++)
		for (size_t l = 0; l < p->j->arm[a].arm->levels; l++) {
			const struct judged_arm *g = &p->j->arm[a];
			const struct level *v = &g->arm->level[l];
			const char *c = look_colour(*v->series ? v->series :
								 v->subject);
			size_t i = pen_colour(p, g, l);

			fprintf(p->out, "HUE[%zu] = %u\nTEXT[%zu] = %u\n", i,
				legible(c, LINE_CONTRAST), i,
				legible(c, TEXT_CONTRAST));
		}
}

/* A level's name as a row has it; long ones are cut. */
void pen_level_name(const char *name, bool aa, const char *base, char out[40])
{
	*out = '\0';
	if (aa)
		snprintf(out, 40, "%.22s again", base);
	else
		snprintf(out, 40, "%.31s", name);
}

static int by_height(const void *a, const void *b)
{
	return pen_by_value(*(double *const *)a, *(double *const *)b);
}

void pen_spread(double *y[], size_t n, double need, double top, double bottom)
{
	qsort(y, n, sizeof(*y), by_height);
	for (size_t i = 1; i < n; i++) {
		double crowd = *y[i - 1] + need - *y[i];

		if (crowd <= 0)
			continue;
		*y[i] += crowd;
		for (size_t k = i + 1; k-- > 0;)
			*y[k] -= crowd / 2;
	}
	for (size_t i = n; i-- > 0; bottom = *y[i] - need)
		*y[i] = fmin(*y[i], bottom);
	for (size_t i = 0; i < n; i++, top = *y[i - 1] + need)
		*y[i] = fmax(*y[i], top);
}

int pen_by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void drawing_begin(FILE *out, const struct judged *j)
{
	fprintf(out, "SAME = %g\n", SAME_WITHIN);
	put_colours(&(struct pen){ out, j, "" });
}

void drawing_write(FILE *out, const struct judged *j, const char *name,
		   const char *title)
{
	static const struct {
		const char *name;
		void (*draw)(const struct pen *p, const char *title);
	} pictures[] = {
		{ "verdicts", draw_verdicts }, { "zombies", draw_zombies },
		{ "latency", draw_latency },   { "servers", draw_servers },
		{ "capacity", draw_curves },   { "concurrency", draw_curves },
		{ "storm", draw_curves },      { "backlog", draw_backlog },
		{ "exhaust", draw_exhaust },   { "cells", draw_cells },
	};
	const struct judged_arm *a = drawing_arm(j, name);
	struct pen p = { out, j, name };

	if (a && a->arm->experiment->fit == FIT_SLOPE)
		draw_slopes(&p, title);
	for (size_t i = 0; i < stack_count; i++)
		if (strcmp(stacks[i].name, name) == 0)
			draw_stack(&p, title);
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		if (strcmp(pictures[i].name, name) == 0)
			pictures[i].draw(&p, title);
}
