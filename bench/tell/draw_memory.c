#include <math.h>
#include <stdlib.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

size_t memory_levels(const struct judged_arm *a, size_t level[LEVEL_SLOTS])
{
	size_t n = 0;

	for (size_t l = 0; l < a->arm->levels; l++)
		if (!a->arm->level[l].aa && a->arm->level[l].value >= 0 &&
		    a->effect[METRIC_FORK_P50_US][l].median > 0)
			level[n++] = l;
	return n;
}

bool memory_is_clear(const struct judged *j, const struct judged_arm *a)
{
	const struct interval *s = &a->fit[METRIC_FORK_P50_US][0].is;

	return !a->noisy && j->state != RUN_NOISY && j->state != RUN_INVALID &&
	       (s->low > 0 || s->high < 0);
}

void draw_memory(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, "memory");
	const struct effect *e = a->effect[METRIC_FORK_P50_US];
	const double left = GNUPLOT_MARGIN + 60, right = GNUPLOT_W - 60;
	double top = gnuplot_head(title) + 24, bottom = top + 380;
	double zero, least = INFINITY, most = 0, low = INFINITY, high = 0;
	double base = NAN, slope = a->fit[METRIC_FORK_P50_US][0].is.mid;
	size_t level[LEVEL_SLOTS], n = memory_levels(a, level);
	char words[METRIC_WORDS], text[160] = "";
	bool sloped;

	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value;

		if (mib > 0) {
			least = fmin(least, mib);
			most = fmax(most, mib);
		} else
			base = e[level[i]].median;
	}
	zero = base > 0 ? least / 4 : least;
	sloped = base > 0 && memory_is_clear(p->j, a);
	line_add(text, sizeof(text),
		 "Dot: median of fork() in %s. Bar: 80 %% of the cells.",
		 a->arm->level[0].subject);
	if (sloped)
		line_add(text, sizeof(text),
			 " Line: the slope, from the time without ballast.");
	pen_begin(p, title, bottom + 78, text);
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value, *v, from, to;
		size_t k = run_values(p->j->run, pen_arm_index(p->j, a),
				      level[i], METRIC_FORK_P50_US, &v);

		from = to = e[level[i]].median;
		if (k && v) {
			qsort(v, k, sizeof(*v), pen_by_value);
			from = v[k / 10];
			to = v[k - 1 - k / 10];
		}
		free(v);
		low = fmin(low, from);
		high = fmax(high, to);
		fprintf(p->out, "%.6g\t%.6g\t%.6g\t%.6g\n",
			mib > 0 ? mib : zero, from, e[level[i]].median, to);
	}
	fputs("EOD\n$line << EOD\nNaN\tNaN\n", p->out);
	for (int step = 0; sloped && step <= 60; step++) {
		double mib = least * pow(most / least, step / 60.0);

		if (base + slope * mib > 0)
			fprintf(p->out, "%.6g\t%.6g\n", mib,
				base + slope * mib);
	}
	fputs("EOD\n", p->out);
	low /= 1.4;
	high *= 1.4;
	gnuplot_time_tics(p->out, &low, &high);
	fputs("set xtics (", p->out);
	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value;

		fprintf(p->out, "%s'%g' %.6g", i ? ", " : "", mib,
			mib > 0 ? mib : zero);
	}
	fputs(")\n", p->out);
	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value;
		double x = log((mib > 0 ? mib : zero) / (zero / 1.3)) /
			   log(most * 1.3 / (zero / 1.3));
		double y = log(e[level[i]].median / low) / log(high / low);

		metric_words(METRIC_FORK_P50_US, e[level[i]].median, words);
		gnuplot_label(p->out, left + x * (right - left) + 10,
			      bottom - y * (bottom - top) + 8, "left", "INK",
			      "F13", words);
	}
	gnuplot_panel(p->out, left, right, top, bottom);
	gnuplot_axes(p->out, zero / 1.3, most * 1.3, low, high,
		     base > 0 ? "MiB that the parent has touched (0 stands "
				"apart)" :
				"MiB that the parent has touched");
	fprintf(p->out, "COLOUR = %zu\nload 'memory.gp'\n",
		pen_colour(p, a, 0));
	gnuplot_end(p->out);
}
