/*
 * Metrics against an ordered factor, in two stacked panels with a line for each
 * series; and the burst of `backlog`, as what share of it is through by when.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

enum { PANELS = 2, PANEL = 230, BETWEEN = 64, NAMES = 130 };

/* A dashed line, of what would be simple. */
enum guide { GUIDE_NONE, GUIDE_EQUAL, GUIDE_PROPORTION };

static const struct curves_picture {
	const char *name, *x_label;
	bool log_x;
	struct {
		int metric;
		bool log_y;
		enum guide guide;
	} panel[PANELS];
} pictures[] = {
	{ "capacity",
	  "sessions offered per second: parts of what churn reached",
	  false,
	  { { METRIC_SESSIONS_PER_S, false, GUIDE_EQUAL },
	    { METRIC_FIRST_ECHO_P99_US, true, GUIDE_NONE } } },
	{ "concurrency",
	  "sessions at once",
	  true,
	  { { METRIC_CPU_US, false, GUIDE_NONE },
	    { METRIC_FIRST_ECHO_P50_US, true, GUIDE_NONE } } },
	{ "storm",
	  "sessions held, then closed at once",
	  true,
	  { { METRIC_STORM_MS, true, GUIDE_PROPORTION },
	    { METRIC_KERNEL_KIB, false, GUIDE_NONE } } },
};

static const struct curves_picture *picture_of(const char *name)
{
	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		if (strcmp(pictures[i].name, name) == 0)
			return &pictures[i];
	return NULL;
}

/* Where a level stands on the x axis; logarithms where that is logarithmic. */
static double x_of(const struct curves_picture *c, const struct judged_arm *a,
		   double value)
{
	if (a->arm->experiment->fit == FIT_KNEE)
		value *= (double)a->arm->load.reference_per_s / 100;
	return c->log_x ? log10(value) : value;
}

/* What gnuplot shows of a value: times are microseconds. */
static double y_of(int metric, double value)
{
	return metrics[metric].unit == UNIT_MS ? 1e3 * value : value;
}

struct ends {
	double from, to, low, high;
};

static struct ends ends_of(const struct curves_picture *c,
			   const struct judged_arm *a, int metric)
{
	struct ends e = { INFINITY, -INFINITY, INFINITY, 0 };

	for (size_t l = 0; l < a->arm->levels; l++) {
		double x = x_of(c, a, a->arm->level[l].value);
		double y = y_of(metric, a->effect[metric][l].median);

		e.from = fmin(e.from, x);
		e.to = fmax(e.to, x);
		e.low = fmin(e.low, y); /* a NAN is none */
		e.high = fmax(e.high, y);
	}
	return e;
}

static void put_x_tics(const struct pen *p, const struct curves_picture *c,
		       const struct judged_arm *a, bool named)
{
	char words[METRIC_WORDS];
	size_t n = 0;

	fputs("set xtics (", p->out);
	for (size_t l = 0; l < a->arm->levels; l++) {
		double value = a->arm->level[l].value;
		double x = x_of(c, a, value);

		if (a->arm->level[l].curve)
			break;
		words_count(c->log_x ? value : rint(x), words);
		fprintf(p->out, "%s'%s' %.6g", n++ ? ", " : "",
			named ? words : "", x);
	}
	fputs(")\n", p->out);
}

/* Data, and a label at the end of each curve. Returns whether there are any. */
static void put_series(const struct pen *p, const struct curves_picture *c,
		       const struct judged_arm *a, int metric, bool log_y,
		       const struct ends *e, const struct box *b, double bottom)
{
	double y[CURVES_MOST], *at[CURVES_MOST];
	size_t last[CURVES_MOST], n = 0;

	fputs("$data << EOD\n", p->out);
	for (size_t curve = 0; curve < a->arm->curves; curve++) {
		size_t end = a->arm->levels;

		for (size_t l = 0; l < a->arm->levels; l++) {
			double v = y_of(metric, a->effect[metric][l].median);

			if (a->arm->level[l].curve != curve || !(v > 0))
				continue;
			end = l;
			fprintf(p->out, "%.6g\t%.6g\n",
				x_of(c, a, a->arm->level[l].value), v);
		}
		if (end == a->arm->levels)
			continue;
		fputs("\n\n", p->out);
		last[n] = end;
		y[n] = y_of(metric, a->effect[metric][end].median);
		y[n] = log_y ? log(y[n] / e->low) / log(e->high / e->low) :
			       (y[n] - e->low) / (e->high - e->low);
		y[n] = bottom - y[n] * (bottom - b->top);
		at[n] = &y[n];
		n++;
	}
	fputs("EOD\nCOLOURS = '", p->out);
	for (size_t i = 0; i < n; i++)
		fprintf(p->out, "%zu ", pen_colour(p, a, last[i]));
	fputs("'\n", p->out);
	pen_spread(at, n, 17, b->top, bottom);
	for (size_t i = 0; i < n; i++) {
		const struct level *l = &a->arm->level[last[i]];
		char name[40];

		pen_level_name(*l->series ? l->series : l->subject, false, "",
			       name);
		pen_text(p, b->right + 10, y[i], "left",
			 pen_colour(p, a, last[i]), "F13", name);
	}
}

/* In proportion to the baseline's first point; or offered = achieved. */
static void put_guide(const struct pen *p, const struct judged_arm *a,
		      int metric, enum guide guide, const struct ends *e)
{
	double first = y_of(metric, a->effect[metric][0].median);

	fputs("$line << EOD\nNaN\tNaN\n", p->out);
	if (guide == GUIDE_EQUAL)
		fprintf(p->out, "%.6g\t%.6g\n%.6g\t%.6g\n", e->from, e->from,
			e->to, e->to);
	if (guide == GUIDE_PROPORTION)
		fprintf(p->out, "%.6g\t%.6g\n%.6g\t%.6g\n", e->from, first,
			e->to, first * pow(10, e->to - e->from));
	fputs("EOD\n", p->out);
}

static void draw_panel(const struct pen *p, const struct curves_picture *c,
		       const struct judged_arm *a, size_t panel,
		       const struct box *b)
{
	static const char *const guides[] = {
		[GUIDE_NONE] = "",
		[GUIDE_EQUAL] = "; dashed: offered = achieved",
		[GUIDE_PROPORTION] = "; dashed: in proportion",
	};
	int metric = c->panel[panel].metric;
	bool log_y = c->panel[panel].log_y;
	bool time = metrics[metric].unit != UNIT_PER_S &&
		    metrics[metric].unit != UNIT_KIB;
	struct ends e = ends_of(c, a, metric);
	double bottom = b->top + PANEL, margin;
	char text[120] = "";

	/* Small cells have no percentiles. */
	if (!(e.high > 0))
		return;
	if (c->panel[panel].guide == GUIDE_EQUAL)
		e.high = fmax(e.high, e.to);
	e.low = log_y ? e.low / 1.4 : 0;
	e.high *= log_y ? 1.4 : 1.08;
	line_add(text, sizeof(text), "%s%s%s", metrics[metric].title,
		 metrics[metric].unit == UNIT_KIB ? ", KiB" :
		 log_y || !time			  ? "" :
						    ", µs",
		 guides[c->panel[panel].guide]);
	gnuplot_label(p->out, b->left, b->top - 16, "left", "INK", "B13", text);
	if (log_y)
		gnuplot_time_tics(p->out, &e.low, &e.high);
	else
		gnuplot_count_tics(p->out, e.high, true);
	put_x_tics(p, c, a, true);
	put_series(p, c, a, metric, log_y, &e, b, bottom);
	put_guide(p, a, metric, c->panel[panel].guide, &e);
	gnuplot_panel(p->out, b->left, b->right, b->top, bottom);
	margin = 0.03 * (e.to - e.from);
	gnuplot_axes(p->out, e.from - margin, e.to + margin, e.low, e.high,
		     panel + 1 == PANELS ? c->x_label : "");
	fprintf(p->out, "LOGY = %d\nload 'curves.gp'\n", log_y);
}

void draw_curves(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, p->name);
	const struct curves_picture *c = picture_of(p->name);
	struct box b = { .left = GNUPLOT_MARGIN + 56,
			 .right = GNUPLOT_W - NAMES,
			 .top = gnuplot_head(title) + 36 };

	pen_begin(p, title, b.top + PANELS * PANEL + BETWEEN + 78,
		  "Dot: median of all rounds.");
	for (size_t i = 0; i < PANELS; i++) {
		draw_panel(p, c, a, i, &b);
		b.top += PANEL + BETWEEN;
	}
	gnuplot_end(p->out);
}

/* --- the burst of backlog --------------------------------------------------*/

/* The share of a burst that has had its echo by then. */
static void put_share(const struct pen *p, const struct hist *h, double all,
		      double from_s)
{
	uint64_t seen = 0;
	double s = from_s;

	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		if (!h->bucket[i])
			continue;
		s = fmax(from_s, (double)hist_upper_ns(i) / 1e9);
		/* Upright steps: what was, and what is then. */
		fprintf(p->out, "%.6g\t%.6g\n", s, 100 * (double)seen / all);
		seen += h->bucket[i];
		fprintf(p->out, "%.6g\t%.6g\n", s, 100 * (double)seen / all);
	}
	fprintf(p->out, "%.6g\t%.6g\n", fmax(s, 12), 100 * (double)seen / all);
}

void draw_backlog(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, p->name);
	const json_t *syn = json_object_get(p->j->run->env, "syn_retransmits_"
							    "s");
	struct hist *h = malloc(sizeof(*h));
	struct box b = { .left = GNUPLOT_MARGIN + 56,
			 .right = GNUPLOT_W - NAMES,
			 .top = gnuplot_head(title) + 36 };
	double bottom = b.top + 300, y[LEVEL_SLOTS], *at[LEVEL_SLOTS];
	const double from_s = 1e-5, to_s = 12;
	size_t n = 0, level[LEVEL_SLOTS], i;
	json_t *second;
	char why[CELLS_WHY], text[40];

	pen_begin(p, title, bottom + 78,
		  "Share of the burst that has been served, all rounds. "
		  "Upright: "
		  "when this kernel sends an unanswered SYN again.");
	fputs("$data << EOD\n", p->out);
	for (size_t l = 0; h && l < a->arm->levels; l++) {
		double all = (double)(a->arm->load.sessions *
				      a->effect[METRIC_FAILED][l].n);

		*h = (struct hist){ 0 };
		if (run_latency(p->j->run, pen_arm_index(p->j, a), l, 0,
				"first_echo", h, why) <= 0 ||
		    !(all > 0))
			continue;
		put_share(p, h, all, from_s);
		fputs("\n\n", p->out);
		y[n] = bottom -
		       (bottom - b.top) / 1.04 * (double)hist_count(h) / all;
		at[n] = &y[n];
		level[n++] = l;
	}
	fputs("EOD\nCOLOURS = '", p->out);
	for (i = 0; i < n; i++)
		fprintf(p->out, "%zu ", i);
	fputs("'\n$line << EOD\nNaN\tNaN\n", p->out);
	json_array_foreach(syn, i, second)
	{
		double s = json_number_value(second);

		if (s < to_s)
			fprintf(p->out, "\n%.6g\t0\n%.6g\t104\n", s, s);
	}
	fputs("EOD\n", p->out);
	pen_spread(at, n, 17, b.top, bottom);
	for (i = 0; i < n; i++) {
		*text = '\0';
		line_add(text, sizeof(text), "backlog %s",
			 a->arm->level[level[i]].name);
		gnuplot_label(p->out, b.right + 10, y[i], "left", "INK", "F13",
			      text);
	}
	fputs("set xtics ('10 µs' 1e-5, '100 µs' 1e-4, '1 ms' 1e-3, "
	      "'10 ms' 1e-2, '100 ms' 0.1, '1 s' 1, '3 s' 3, '7 s' 7)\n"
	      "set ytics ('0 %%' 0, '50 %%' 50, '100 %%' 100)\n",
	      p->out);
	gnuplot_panel(p->out, b.left, b.right, b.top, bottom);
	gnuplot_axes(p->out, from_s, to_s, 0, 104, "since connect()");
	fputs("load 'backlog.gp'\n", p->out);
	free(h);
	gnuplot_end(p->out);
}

/* --- under a limit of processes --------------------------------------------*/

void draw_exhaust(const struct pen *p, const char *title)
{
	enum { ROW = 34 };
	const struct judged_arm *a = drawing_arm(p->j, p->name);
	double top = gnuplot_head(title) + 20, left = GNUPLOT_MARGIN + 130;
	double bottom = top + ROW * (double)a->arm->levels;
	double all = (double)a->arm->load.sessions, right = GNUPLOT_W - 260;
	char text[160], served[METRIC_WORDS], unserved[METRIC_WORDS];

	pen_begin(p, title, bottom + 78,
		  "Medians. Full: sessions served. Pale: those that ended "
		  "unserved. Then: served after the load, under the limit.");
	fputs("$data << EOD\n", p->out);
	for (size_t l = 0; l < a->arm->levels; l++) {
		double failed = a->effect[METRIC_FAILED][l].median, from = 0;
		double ends[2] = { all - failed, all };

		for (int k = 0; k < 2 && failed >= 0; from = ends[k++])
			fprintf(p->out, "%g\t%g\t%g\t%g\t%g\t%g\t%zu\t%d\n",
				(from + ends[k]) / 2, (double)l + 0.5, from,
				ends[k], (double)l + 0.2, (double)l + 0.8,
				pen_colour(p, a, l), k == 0);
	}
	fputs("EOD\n", p->out);
	for (size_t l = 0; l < a->arm->levels; l++) {
		double failed = a->effect[METRIC_FAILED][l].median;
		double after = a->effect[METRIC_SERVED_AFTER][l].median;
		double y = top + ROW * ((double)l + 0.5);

		*text = '\0';
		pen_text(p, left - 12, y, "right", pen_colour(p, a, l), "F13",
			 a->arm->level[l].name);
		if (!(failed >= 0))
			continue;
		words_count(all - failed, served);
		words_count(failed, unserved);
		line_add(text, sizeof(text), "%s served, %s not", served,
			 unserved);
		if (after >= 0)
			line_add(text, sizeof(text), "; then %.0f of %d", after,
				 SERVED_AFTER_OF);
		gnuplot_label(p->out, right + 8, y, "left", "INK", "F13", text);
	}
	gnuplot_panel(p->out, left, right, top, bottom);
	gnuplot_axes(p->out, 0, all, (double)a->arm->levels, 0, "sessions");
	fprintf(p->out, "set xtics 0,%.6g\nload 'stack.gp'\n",
		gnuplot_step(all, 5));
	gnuplot_end(p->out);
}
