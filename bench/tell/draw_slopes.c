/* Curves over an ordered factor: a panel for each metric. */
#include <math.h>
#include <stdlib.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

size_t slope_panels(const struct judged_arm *a, int metric[SLOPE_PANELS])
{
	const struct experiment *e = a->arm->experiment;
	size_t n = 0;

	if (e->fit != FIT_SLOPE)
		return 0;
	for (const int *m = e->primary; *m >= 0 && n < SLOPE_PANELS; m++) {
		size_t points = 0;

		for (size_t l = 0; l < a->arm->levels; l++)
			points += a->effect[*m][l].median > 0;
		if (points > 1)
			metric[n++] = *m;
	}
	return n;
}

bool slope_is_clear(const struct judged *j, const struct judged_arm *a,
		    int metric, size_t curve)
{
	const struct interval *s = &a->fit[metric][curve].is;

	return !a->noisy && j->state != RUN_NOISY && j->state != RUN_INVALID &&
	       (s->low > 0 || s->high < 0);
}

/* One panel, and what its axes span. */
struct curves {
	const struct judged_arm *a;
	int metric;
	double zero; /* where 0 stands */
	double least, most, low, high;
};

static double x_of(const struct curves *c, size_t level)
{
	double value = c->a->arm->level[level].value;

	return value > 0 ? value : c->zero;
}

static double median_at(const struct curves *c, size_t level)
{
	return c->a->effect[c->metric][level].median;
}

static void span_x(struct curves *c)
{
	bool zero = false;

	c->least = INFINITY;
	for (size_t l = 0; l < c->a->arm->levels; l++) {
		double value = c->a->arm->level[l].value;

		zero |= value == 0;
		if (value > 0) {
			c->least = fmin(c->least, value);
			c->most = fmax(c->most, value);
		}
	}
	c->zero = zero ? c->least / 4 : c->least;
}

/* A row for each level: its median, and 80 % of its cells. */
static void put_points(const struct pen *p, struct curves *c)
{
	c->low = INFINITY;
	fputs("$data << EOD\n", p->out);
	for (size_t l = 0; l < c->a->arm->levels; l++) {
		double median = median_at(c, l), from = median, to = median, *v;
		size_t k;

		if (!(median > 0))
			continue;
		k = run_values(p->j->run, pen_arm_index(p->j, c->a), l,
			       c->metric, &v);
		if (k && v) {
			qsort(v, k, sizeof(*v), pen_by_value);
			from = v[k / 10];
			to = v[k - 1 - k / 10];
		}
		free(v);
		c->low = fmin(c->low, from);
		c->high = fmax(c->high, to);
		fprintf(p->out, "%.6g\t%.6g\t%.6g\t%.6g\t%zu\n", x_of(c, l),
			from, median, to, pen_colour(p, c->a, l));
	}
	fputs("EOD\n", p->out);
	c->low /= 1.4;
	c->high *= 1.4;
}

/* The slope of each curve that is clear, from its first level on. */
static void put_slopes(const struct pen *p, const struct curves *c)
{
	fputs("$line << EOD\nNaN\tNaN\t1\n", p->out);
	for (size_t l = 0; l < c->a->arm->levels; l++) {
		const struct level *level = &c->a->arm->level[l];
		double slope = c->a->fit[c->metric][level->curve].is.mid;

		if ((l && level[-1].curve == level->curve) ||
		    !slope_is_clear(p->j, c->a, c->metric, level->curve))
			continue;
		for (int step = 0; step <= 60; step++) {
			double x =
				c->least * pow(c->most / c->least, step / 60.0);
			double y = median_at(c, l) + slope * (x - level->value);

			if (y > 0)
				fprintf(p->out, "%.6g\t%.6g\t%zu\n", x, y,
					pen_colour(p, c->a, l));
		}
		fputs("\n", p->out);
	}
	fputs("EOD\n", p->out);
}

static void put_tics(const struct pen *p, const struct curves *c)
{
	const char *comma = "";

	fputs("set xtics (", p->out);
	for (size_t l = 0; l < c->a->arm->levels; l++) {
		const struct level *level = &c->a->arm->level[l];

		if (level->curve)
			break;
		fprintf(p->out, "%s'%g' %.6g", comma, level->value, x_of(c, l));
		comma = ", ";
	}
	fputs(")\n", p->out);
}

/* A curve alone has its figures; of many each has its name at its end. */
static void put_labels(const struct pen *p, const struct curves *c,
		       const struct box *box, double bottom)
{
	double from = log(c->zero / 1.3), to = log(c->most * 1.3);
	char text[METRIC_WORDS + 40];

	for (size_t l = 0; l < c->a->arm->levels; l++) {
		const struct level *level = &c->a->arm->level[l];
		bool many = c->a->arm->curves > 1;
		double x, y, right = box->right - box->left;

		if (!(median_at(c, l) > 0) || (many && level->value < c->most))
			continue;
		x = (log(x_of(c, l)) - from) / (to - from);
		y = log(median_at(c, l) / c->low) / log(c->high / c->low);
		metric_words((enum metric_id)c->metric, median_at(c, l), text);
		if (many)
			snprintf(text, sizeof(text), "%.31s", level->series);
		pen_text(p, box->left + x * right + 10,
			 bottom - y * (bottom - box->top) + (many ? 0 : 10),
			 "left", pen_colour(p, c->a, l), "F13", text);
	}
}

static void draw_panel(const struct pen *p, struct curves *c,
		       const struct box *box, double bottom)
{
	const struct factor_kind *f = &factors[c->a->arm->experiment->factor];
	char axis[120];

	span_x(c);
	put_points(p, c);
	put_slopes(p, c);
	gnuplot_time_tics(p->out, &c->low, &c->high);
	put_tics(p, c);
	put_labels(p, c, box, bottom);
	gnuplot_label(p->out, box->left, box->top - 14, "left", "INK", "F13",
		      metrics[c->metric].title);
	gnuplot_panel(p->out, box->left, box->right, box->top, bottom);
	snprintf(axis, sizeof(axis), "%s %s", f->unit, f->grows);
	gnuplot_axes(p->out, c->zero / 1.3, c->most * 1.3, c->low, c->high,
		     axis);
	fputs("load 'slopes.gp'\n", p->out);
}

void draw_slopes(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, p->name);
	double top = gnuplot_head(title) + 44, bottom = top + 340, step;
	int metric[SLOPE_PANELS];
	size_t panels = slope_panels(a, metric);
	char text[200] = "";
	bool sloped = false;

	for (size_t k = 0; k < panels; k++)
		for (size_t c = 0; c < a->arm->curves; c++)
			sloped |= slope_is_clear(p->j, a, metric[k], c);
	line_add(text, sizeof(text),
		 "Dot: median in %s. Bar: 80 %% of the cells.%s",
		 a->arm->level[0].subject,
		 a->arm->level[0].value > 0 ? "" : " 0 stands apart.");
	if (sloped)
		line_add(text, sizeof(text), " Line: the slope.");
	pen_begin(p, title, bottom + 78, text);
	step = (GNUPLOT_W - 2.0 * GNUPLOT_MARGIN) / (double)panels;
	for (size_t k = 0; k < panels; k++) {
		double left = GNUPLOT_MARGIN + step * (double)k;

		draw_panel(p, &(struct curves){ .a = a, .metric = metric[k] },
			   &(struct box){ .left = left + 62,
					  .right = left + step - 50,
					  .top = top },
			   bottom);
	}
	gnuplot_end(p->out);
}
