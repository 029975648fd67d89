#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge/percentiles.h"
#include "bench/tell/bars.h"
#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

enum { CURVE_STEPS = 80 };

static const char *const kinds[] = { "fork", "first_echo" };
const char *const latency_titles[LATENCIES] = { "fork()", "first echo" };
const int latency_metrics[LATENCIES] = { METRIC_FORK_P50_US,
					 METRIC_FIRST_ECHO_P50_US };

uint64_t latency_read(const struct judged *j, const struct judged_arm *a,
		      size_t level, size_t latency, struct hist *sum)
{
	char why[CELLS_WHY];

	*sum = (struct hist){ 0 };
	if (run_latency(j->run, pen_arm_index(j, a), level, 0, kinds[latency],
			sum, why) <= 0)
		return 0;
	return hist_count(sum);
}

struct curve {
	size_t level;
	double x[CURVE_STEPS + 1], us[CURVE_STEPS + 1];
	size_t n;
	double label_y;
};

/* Percentiles of a histogram, where 10 samples or more lie beyond. */
static void trace(const struct hist *h, uint64_t count, struct curve *c)
{
	const double first = ranks_normal(0.1), last = ranks_normal(0.999);
	uint64_t seen = 0;
	size_t at = 0;

	c->n = 0;
	for (int step = 0; step <= CURVE_STEPS; step++) {
		double x = first + (last - first) * step / CURVE_STEPS;
		double p = 0.5 * erfc(-x / sqrt(2));
		double us;

		if ((1 - p) * (double)count < HIST_MIN_BEYOND)
			break;
		while (at < HIST_BUCKETS && (double)seen < p * (double)count)
			seen += h->bucket[at++];
		us = fmin((double)hist_upper_ns(at ? at - 1 : 0),
			  (double)h->max_ns) /
		     1e3;
		if (us <= 0)
			continue;
		c->x[c->n] = x;
		c->us[c->n++] = us;
	}
}

static void draw_percentiles(const struct pen *p, const struct judged_arm *a,
			     size_t kind, struct curve c[], size_t n,
			     const struct box *b, double bottom)
{
	static const double tics[] = { 0.1, 0.5, 0.9, 0.99, 0.999 };
	static const char *const names[] = { "10 %", "50", "90", "99",
					     "99.9 %" };
	double low = INFINITY, high = 0, to = ranks_normal(0.9);
	double *at[LEVEL_SLOTS];

	gnuplot_label(p->out, b->left, b->top - 16, "left", "INK", "B13",
		      latency_titles[kind]);
	for (size_t i = 0; i < n; i++) {
		low = fmin(low, c[i].us[0]);
		high = fmax(high, c[i].us[c[i].n - 1]);
		to = fmax(to, c[i].x[c[i].n - 1]);
	}
	low /= 1.1;
	high *= 1.1;
	gnuplot_time_tics(p->out, &low, &high);
	fputs("set xtics (", p->out);
	for (size_t i = 0; i < 5; i++)
		/* A tic's words are a format. */
		fprintf(p->out, "%s'%s%s' %.5f", i ? ", " : "", names[i],
			strchr(names[i], '%') ? "%" : "",
			ranks_normal(tics[i]));
	fputs(")\n$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < c[i].n; k++)
			fprintf(p->out, "%.4f\t%.5g\n", c[i].x[k], c[i].us[k]);
		fputs("\n\n", p->out);
		c[i].label_y = bottom - (bottom - b->top) *
						log(c[i].us[c[i].n - 1] / low) /
						log(high / low);
	}
	fputs("EOD\nCOLOURS = '", p->out);
	for (size_t i = 0; i < n; i++)
		fprintf(p->out, "%zu ", pen_colour(p, a, c[i].level));
	fputs("'\n", p->out);
	for (size_t i = 0; i < n; i++)
		at[i] = &c[i].label_y;
	pen_spread(at, n, 17, b->top, bottom);
	for (size_t i = 0; i < n; i++) {
		char name[40];

		pen_level_name(a->arm->level[c[i].level].name, false, "", name);
		pen_text(p, b->right + 8, c[i].label_y, "left",
			 pen_colour(p, a, c[i].level), "F13", name);
	}
	gnuplot_panel(p->out, b->left, b->right, b->top, bottom);
	gnuplot_axes(p->out, ranks_normal(0.1), to, low, high, "percentile");
	fputs("load 'latency.gp'\n", p->out);
}

enum { RATIO_PANEL = 200 };

/* Levels stand a little beside each other, so that no interval hides one. */
static void draw_ratios(const struct pen *p, const struct judged_arm *a,
			size_t kind, const struct box *b, double bottom)
{
	struct interval ratio[LEVEL_SLOTS][PERCENTILES];
	double low = 1 / 1.06, high = 1.06, x;
	size_t level[LEVEL_SLOTS], n = 0;
	char text[160] = "";

	for (size_t l = 1; l < a->arm->levels; l++) {
		if (!arm_is_compared(a->arm, l) ||
		    percentiles_judge(p->j->run, pen_arm_index(p->j, a), l,
				      kinds[kind], ratio[n]) <= 0)
			continue;
		for (size_t i = 0; i < PERCENTILES; i++)
			if (interval_is_closed(&ratio[n][i])) {
				bars_widen(&low, &high, ratio[n][i].low);
				bars_widen(&low, &high, ratio[n][i].high);
			}
		level[n++] = l;
	}
	if (!n)
		return;
	line_add(text, sizeof(text), "ratio to %s", a->arm->level[0].name);
	gnuplot_label(p->out, b->left, b->top - 16, "left", "INK", "B13", text);
	fputs("set xtics (", p->out);
	for (size_t i = 0; i < PERCENTILES; i++)
		fprintf(p->out, "%s'%g' %.5f", i ? ", " : "", percentiles[i],
			ranks_normal(percentiles[i] / 100));
	fputs(")\n$data << EOD\n", p->out);
	for (size_t k = 0; k < n; k++) {
		for (size_t i = 0; i < PERCENTILES; i++) {
			struct interval *r = &ratio[k][i];

			x = ranks_normal(percentiles[i] / 100) +
			    0.02 * ((double)k - (double)(n - 1) / 2);
			if (interval_is_closed(r))
				fprintf(p->out, "%.4f\t%.4f\t%.4f\t%.4f\n", x,
					r->mid, r->low, r->high);
		}
		fputs("NaN\tNaN\tNaN\tNaN\n\n\n", p->out);
	}
	fputs("EOD\nCOLOURS = '", p->out);
	for (size_t k = 0; k < n; k++)
		fprintf(p->out, "%zu ", pen_colour(p, a, level[k]));
	fputs("'\n", p->out);
	gnuplot_panel(p->out, b->left, b->right, b->top, bottom);
	gnuplot_axes(p->out, ranks_normal(0.085), ranks_normal(0.915),
		     low / 1.01, high * 1.01, "percentile");
	fputs("load 'ratio.gp'\n", p->out);
}

void draw_latency(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, "churn");
	struct curve *c = calloc(LEVEL_SLOTS, sizeof(*c));
	struct hist *sum = malloc(sizeof(*sum));
	double names = 0, top = gnuplot_head(title) + 34, half,
	       bottom = top + 340;

	pen_begin(p, title, bottom + 82 + RATIO_PANEL + 78,
		  "Above: all rounds' samples added up, as far as 10 are left. "
		  "Below: ratios with 95 % intervals, each by itself.");
	for (size_t l = 0; l < a->arm->levels; l++)
		names = fmax(names, fmin(31, (double)gnuplot_width(
						     a->arm->level[l].name)));
	names = 7.6 * names + 14;
	half = (GNUPLOT_W - GNUPLOT_MARGIN) / 2.0;
	for (size_t k = 0; c && sum && k < LATENCIES; k++) {
		struct box b = { .left = GNUPLOT_MARGIN + 48 + half * (double)k,
				 .top = top };
		size_t n = 0;

		b.right = b.left - 48 + half - names - 10;
		for (size_t l = 0; l < a->arm->levels; l++) {
			uint64_t count;

			if (a->arm->level[l].aa)
				continue;
			count = latency_read(p->j, a, l, k, sum);
			c[n].level = l;
			if (count)
				trace(sum, count, &c[n]);
			n += count && c[n].n > 1;
		}
		if (!n)
			continue;
		draw_percentiles(p, a, k, c, n, &b, bottom);
		b.top = bottom + 82;
		draw_ratios(p, a, k, &b, b.top + RATIO_PANEL);
	}
	free(c);
	free(sum);
	gnuplot_end(p->out);
}
