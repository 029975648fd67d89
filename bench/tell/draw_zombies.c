#include <math.h>
#include <stdlib.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

enum { LINE_POINTS = 200 }; /* of a line over time, about */

size_t timeline_read(const struct judged *j, const struct judged_arm *a,
		     size_t level, struct zombie_sample **samples)
{
	size_t n = 0;

	*samples = NULL;
	for (unsigned round = 1; round <= 3 && !n; round++) {
		free(*samples);
		n = run_zombies(j->run, pen_arm_index(j, a), level, round,
				samples);
	}
	return n;
}

struct timeline {
	size_t n, level;
	double zero_s; /* where its time begins */
	struct zombie_sample *sample;
};

/* The last time at which the most children were alive: just before the close. */
static double close_time(const struct timeline *t)
{
	double most = 0, at = 0;

	for (size_t i = 0; i < t->n; i++) {
		double alive = t->sample[i].forked - t->sample[i].exited;

		if (alive >= most) {
			most = alive;
			at = t->sample[i].t_s;
		}
	}
	return at;
}

/* A sample's time and its count, if there is one and it is late enough. */
static void put_point(const struct pen *p, const struct timeline *t, size_t i,
		      double count, double from_s)
{
	double at_s = t->sample[i].t_s - t->zero_s;

	if (!isnan(count) && at_s >= from_s)
		fprintf(p->out, "%.4f\t%.0f\n", at_s, count);
}

/* The largest of each group of samples, so that no peak is lost. */
static void put_timeline(const struct pen *p, const struct timeline *t,
			 double from_s)
{
	size_t group = t->n / LINE_POINTS + 1;

	fputs("$data << EOD\nNaN\tNaN\n", p->out);
	for (size_t i = 0; i < t->n; i += group) {
		size_t top = i;

		for (size_t k = i; k < i + group && k < t->n; k++)
			if (t->sample[k].zombies > t->sample[top].zombies ||
			    isnan(t->sample[top].zombies))
				top = k;
		put_point(p, t, top, t->sample[top].zombies, from_s);
	}
	fputs("EOD\n$kernel << EOD\nNaN\tNaN\n", p->out);
	for (size_t i = 0; i < t->n; i++)
		put_point(p, t, i, t->sample[i].kernel, from_s);
	fputs("EOD\n", p->out);
}

struct group {
	const struct judged_arm *arm;
	size_t n, columns, rows;
	double from_s, to_s, high;
	double panel; /* height of a panel, pixels */
	struct timeline line[LEVEL_SLOTS];
};

enum { ZOMBIE_PANEL = 130, ZOMBIE_LOW_PANEL = 80, ZOMBIE_GAP = 54 };

static void read_group(const struct judged *j, const struct judged_arm *a,
		       struct group *g)
{
	*g = (struct group){ .arm = a, .high = 10 };
	for (size_t l = 0; l < a->arm->levels; l++) {
		struct timeline *t = &g->line[g->n];
		double span;

		if (a->arm->level[l].aa ||
		    !(t->n = timeline_read(j, a, l, &t->sample)))
			continue;
		t->level = l;
		t->zero_s = a->arm->load.hold ? close_time(t) : 0;
		span = t->sample[t->n - 1].t_s - t->zero_s;
		g->to_s = fmax(g->to_s, span);
		for (size_t i = 0; i < t->n; i++)
			g->high = fmax(g->high, fmax(t->sample[i].zombies,
						     t->sample[i].kernel));
		g->n++;
	}
	g->to_s = g->to_s > 0 ? g->to_s : 1;
	g->from_s = a->arm->load.hold ? -0.08 * g->to_s : 0;
	g->rows = (g->n + STRIP - 1) / STRIP;
	g->panel = g->rows > 2 ? ZOMBIE_LOW_PANEL : ZOMBIE_PANEL;
	g->columns = g->rows ? (g->n + g->rows - 1) / g->rows : 0;
}

static void draw_group(const struct pen *p, const struct group *g, double top)
{
	const double left = GNUPLOT_MARGIN + 60, gap = 20;
	double wide =
		(GNUPLOT_W - GNUPLOT_MARGIN - left + gap) / (double)g->columns;
	const struct arm *a = g->arm->arm;
	char text[160] = "", step[48];

	line_add(text, sizeof(text), "%s: %s", a->experiment->name,
		 a->load.hold ? "all sessions close at 0 s" : "under load");
	gnuplot_label(p->out, GNUPLOT_MARGIN, top + 4, "left", "GREY", "B13",
		      text);
	snprintf(step, sizeof(step), "set xtics 0,%.6g\n",
		 gnuplot_step(g->to_s, (double)(20 / g->columns)));
	for (size_t i = 0; i < g->n; i++) {
		const struct timeline *t = &g->line[i];
		size_t column = i % g->columns;
		double x = left + wide * (double)column;
		double y = top + 44 +
			   (g->panel + ZOMBIE_GAP) * (double)(i / g->columns);
		size_t colour = pen_colour(p, g->arm, t->level);
		char left_over[16];

		pen_level_name(a->level[t->level].name, false, "", text);
		pen_text(p, x, y - 14, "left", colour, "B13", text);
		drawing_left(&g->arm->zombies[t->level], left_over);
		snprintf(text, sizeof(text), "%s%s", left_over,
			 *left_over ? " left" : "");
		gnuplot_label(p->out, x + wide - gap, y - 14, "right", "GREY",
			      "F12", text);
		put_timeline(p, t, g->from_s);
		gnuplot_panel(p->out, x, x + wide - gap, y, y + g->panel);
		gnuplot_axes(p->out, g->from_s, g->to_s, 0, g->high * 1.06,
			     i + g->columns < g->n ? "" : "seconds");
		fputs(step, p->out);
		gnuplot_count_tics(p->out, g->high * 1.06, column == 0);
		fprintf(p->out, "COLOUR = %zu\nload 'zombies.gp'\n", colour);
	}
}

void draw_zombies(const struct pen *p, const char *title)
{
	double height = gnuplot_head(title) + 20, top = height;
	struct group group[EXPERIMENTS_MOST];
	size_t n = 0;

	for (size_t a = 0; a < p->j->arms; a++) {
		struct group *g = &group[n];

		if (!p->j->arm[a].arm->experiment->timeline)
			continue;
		read_group(p->j, &p->j->arm[a], g);
		n += g->n > 0;
		height +=
			g->n ? 56 + (g->panel + ZOMBIE_GAP) * (double)g->rows :
			       0;
	}
	pen_begin(p, title, height + 6,
		  "Zombies in one round. Line: the server's counters, exited "
		  "less "
		  "collected. Dots: the kernel's account.");
	for (size_t i = 0; i < n; i++) {
		draw_group(p, &group[i], top);
		top += 56 +
		       (group[i].panel + ZOMBIE_GAP) * (double)group[i].rows;
		for (size_t k = 0; k < group[i].n; k++)
			free(group[i].line[k].sample);
	}
	gnuplot_end(p->out);
}
