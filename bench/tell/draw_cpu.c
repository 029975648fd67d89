#include <math.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

size_t cpu_levels(const struct judged_arm *a, size_t level[LEVEL_SLOTS])
{
	size_t n = 0;

	for (size_t l = 0; l < a->arm->levels; l++) {
		double all = a->effect[METRIC_CPU_US][l].median;
		double parent = a->effect[METRIC_PARENT_CPU_US][l].median;

		if (!a->arm->level[l].aa && parent > 0 && all > parent)
			level[n++] = l;
	}
	return n;
}

void draw_cpu(const struct pen *p, const char *title)
{
	enum { ROW = 30 };
	const struct judged_arm *a = drawing_arm(p->j, "churn");
	size_t level[LEVEL_SLOTS], n = cpu_levels(a, level);
	double top = gnuplot_head(title) + 20, names = 0, most = 0;
	double bottom = top + ROW * (double)n, left, right = GNUPLOT_W - 170;
	char name[40], parent[METRIC_WORDS], rest[METRIC_WORDS], text[160];

	pen_begin(p, title, bottom + 78,
		  "Medians. Full: the server's first process, which accepts "
		  "and "
		  "forks. Pale: its children, their exit included.");
	for (size_t i = 0; i < n; i++) {
		pen_level_name(a->arm->level[level[i]].name, false, "", name);
		names = fmax(names, 7.6 * (double)gnuplot_width(name));
		most = fmax(most, a->effect[METRIC_CPU_US][level[i]].median);
	}
	left = GNUPLOT_MARGIN + names + 12;
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		double all = a->effect[METRIC_CPU_US][level[i]].median, at = 0;
		double ends[2] = {
			a->effect[METRIC_PARENT_CPU_US][level[i]].median, all
		};

		for (int k = 0; k < 2; at = ends[k++])
			fprintf(p->out, "%g\t%g\t%g\t%g\t%g\t%g\t%zu\t%d\n",
				(at + ends[k]) / 2, (double)i + 0.5, at,
				ends[k], (double)i + 0.2, (double)i + 0.8,
				pen_colour(p, a, level[i]), k == 0);
	}
	fputs("EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		const struct effect *all = a->effect[METRIC_CPU_US];
		const struct effect *own = a->effect[METRIC_PARENT_CPU_US];
		double y = top + ROW * ((double)i + 0.5);

		pen_level_name(a->arm->level[level[i]].name, false, "", name);
		pen_text(p, left - 12, y, "right", pen_colour(p, a, level[i]),
			 "F13", name);
		metric_words(METRIC_PARENT_CPU_US, own[level[i]].median,
			     parent);
		metric_words(METRIC_CPU_US,
			     all[level[i]].median - own[level[i]].median, rest);
		snprintf(text, sizeof(text), "%s + %s", parent, rest);
		gnuplot_label(
			p->out,
			left + 8 + (right - left) * all[level[i]].median / most,
			y, "left", "INK", "F13", text);
	}
	gnuplot_panel(p->out, left, right, top, bottom);
	gnuplot_axes(p->out, 0, most, (double)n, 0, "CPU per session, µs");
	fprintf(p->out, "set xtics 0,%.6g\nload 'cpu.gp'\n",
		gnuplot_step(most, 8));
	gnuplot_end(p->out);
}
