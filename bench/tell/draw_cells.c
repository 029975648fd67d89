#include <math.h>
#include <stdlib.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

static int by_time(const void *a, const void *b)
{
	double x = ((const struct dot *)a)->t_s,
	       y = ((const struct dot *)b)->t_s;

	return (x > y) - (x < y);
}

/* The moving median: a point for each group of successive cells. */
static void find_middles(struct dots *d)
{
	size_t group = d->n / 60 > 8 ? d->n / 60 : 8;
	double *value = malloc((group + 1) * sizeof(*value));

	d->middle = calloc(d->n / group + 1, sizeof(*d->middle));
	for (size_t i = 0; value && d->middle && i + group <= d->n;
	     i += group) {
		size_t k = 0;

		for (size_t c = i; c < i + group; c++)
			if (!isnan(d->dot[c].ratio))
				value[k++] = d->dot[c].ratio;
		if (k)
			d->middle[d->middles++] = (struct dot){
				.t_s = d->dot[i + group / 2].t_s,
				.ratio = ranks_median(value, k),
			};
	}
	free(value);
}

bool dots_gather(const struct judged *j, struct dots *d)
{
	const struct judged_arm *a = drawing_arm(j, "churn");
	const struct run *r = j->run;
	bool cpu = a && a->effect[METRIC_CPU_US][0].median > 0;

	*d = (struct dots){ .arm = a,
			    .metric = cpu ? METRIC_CPU_US :
					    METRIC_SESSIONS_PER_S };
	if (!a || !(d->dot = calloc(r->cells + 1, sizeof(*d->dot))))
		return false;
	for (size_t i = 0; i < r->cells; i++) {
		const struct cell *c = &r->cell[i];
		double median;

		if (c->arm != pen_arm_index(j, a) || c->round == 0 ||
		    c->level >= a->arm->levels)
			continue;
		median = a->effect[d->metric][c->level].median;
		d->suspect += c->validity.status == VALIDITY_SUSPECT;
		d->invalid += c->validity.status == VALIDITY_INVALID;
		d->dot[d->n++] = (struct dot){
			.t_s = c->start_s,
			.ratio = median > 0 && c->value[d->metric] > 0 ?
					 c->value[d->metric] / median :
					 NAN,
			.validity = c->validity.status,
		};
	}
	qsort(d->dot, d->n, sizeof(*d->dot), by_time);
	find_middles(d);
	return d->middles >= 3;
}

void dots_release(struct dots *d)
{
	free(d->dot);
	free(d->middle);
}

/* A dot is a stroke too short to see but for its round ends. */
static void put_dots(const struct pen *p, const struct dots *d,
		     enum validity which, const double axes[4])
{
	static const char *const names[] = { "valid", "suspect", "invalid" };
	double stroke = (axes[1] - axes[0]) * 2e-4;

	fprintf(p->out, "$%s << EOD\nNaN\tNaN\n\n", names[which]);
	for (size_t i = 0; i < d->n; i++) {
		const struct dot *dot = &d->dot[i];
		double y = isnan(dot->ratio) ?
				   axes[2] :
				   fmin(fmax(dot->ratio, axes[2]), axes[3]);

		if (dot->validity != which ||
		    (isnan(dot->ratio) && which != VALIDITY_INVALID))
			continue;
		fprintf(p->out, "%.3f\t%.4g\n%.3f\t%.4g\n\n", dot->t_s, y,
			dot->t_s + stroke, y);
	}
	fputs("EOD\n", p->out);
}

void draw_cells(const struct pen *p, const char *title)
{
	static const char *const colours[] = { "VALID", "SUSPECT", "INVALID" };
	double top = gnuplot_head(title) + 30, bottom = top + 260,
	       x = GNUPLOT_W - 34;
	const char *tics = "set ytics ('−50 %%' 0.5, '−20 %%' 0.8, '−10 %%' "
			   "0.9, 'median' 1, '+10 %%' 1.1, '+25 %%' 1.25, "
			   "'×1.5' 1.5, '×2' 2, '×3' 3)\n";
	double axes[4] = { 0, 1, 0.75, 1.35 };
	struct dots d;
	size_t counts[3], out = 0;
	char text[240] = "", words[METRIC_WORDS];

	if (dots_gather(p->j, &d)) {
		double *r = malloc(d.n * sizeof(*r));
		size_t k = 0;

		for (size_t i = 0; r && i < d.n; i++)
			if (!isnan(d.dot[i].ratio))
				r[k++] = d.dot[i].ratio;
		if (k) {
			qsort(r, k, sizeof(*r), pen_by_value);
			axes[2] = fmax(fmin(axes[2], r[k / 200] / 1.1), 0.33);
			axes[3] = fmin(fmax(axes[3], r[k - 1 - k / 200] * 1.1),
				       4);
		}
		free(r);
		axes[1] = d.dot[d.n - 1].t_s * 1.01;
		for (size_t i = 0; i < d.n; i++)
			out += d.dot[i].ratio < axes[2] ||
			       d.dot[i].ratio > axes[3];
		counts[0] = d.n - d.suspect - d.invalid;
		counts[1] = d.suspect;
		counts[2] = d.invalid;
		line_add(text, sizeof(text),
			 "Dot: a cell of %s, its %s against its level's "
			 "median. Line: median of %zu cells in a row.",
			 d.arm->arm->experiment->name, metrics[d.metric].title,
			 d.n / 60 > 8 ? d.n / 60 : (size_t)8);
		if (out)
			line_add(text, sizeof(text), " Beyond its edges: %zu.",
				 out);
		pen_begin(p, title, bottom + 66, text);
		for (int v = VALIDITY_INVALID; v >= VALIDITY_VALID; v--) {
			if (counts[v]) {
				words_count((double)counts[v], words);
				snprintf(text, sizeof(text), "● %s %s", words,
					 validity_names[v]);
				gnuplot_label(p->out, x, top - 12, "right",
					      v == VALIDITY_VALID ? "GREY" :
								    colours[v],
					      "B13", text);
				x -= 8.4 * (double)gnuplot_width(text) + 16;
			}
			put_dots(p, &d, (enum validity)v, axes);
		}
		fputs("$middle << EOD\n", p->out);
		for (size_t i = 0; i < d.middles; i++)
			fprintf(p->out, "%.3f\t%.4g\n", d.middle[i].t_s,
				d.middle[i].ratio);
		fputs("EOD\n", p->out);
		fputs(tics, p->out);
		fprintf(p->out, "set xtics 0,%.6g\n",
			gnuplot_step(axes[1], 12));
		gnuplot_panel(p->out, GNUPLOT_MARGIN + 60,
			      GNUPLOT_W - GNUPLOT_MARGIN, top, bottom);
		gnuplot_axes(p->out, axes[0], axes[1], axes[2], axes[3],
			     "seconds since the run's start");
		fputs("load 'cells.gp'\n", p->out);
		gnuplot_end(p->out);
	}
	dots_release(&d);
}
