#include <math.h>
#include <stdint.h>
#include <string.h>

#include "bench/tell/bars.h"
#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

static void add_rows(struct forest *f, size_t arm, const struct arm *a)
{
	for (size_t l = 0; l < a->levels; l++) {
		size_t i = 0;

		while (i < f->rows && strcmp(f->row[i].name, a->level[l].name))
			i++;
		if (i == f->rows && f->rows < FOREST_ROWS)
			f->row[f->rows++] = (struct row){ a->level[l].name, arm,
							  l, a->level[l].aa };
	}
}

void forest_gather(const struct judged *j, enum factor factor, struct forest *f)
{
	f->panels = f->rows = 0;
	for (size_t a = 0; a < j->arms; a++) {
		const struct judged_arm *g = &j->arm[a];
		size_t before = f->panels;

		for (int m = 0; m < METRIC_COUNT; m++) {
			bool any = false;

			for (size_t l = 1; l < g->arm->levels; l++)
				any |= arm_is_compared(g->arm, l) &&
				       g->effect[m][l].primary &&
				       !isnan(g->effect[m][l].ratio.mid);
			if (any && g->arm->experiment->factor == factor &&
			    f->panels < FOREST_PANELS)
				f->panel[f->panels++] = (struct panel){ g, m };
		}
		if (f->panels > before)
			add_rows(f, a, g->arm);
	}
}

/* Panels of the strip that begins there: an experiment's stay together. */
static size_t strip_length(const struct forest *f, size_t first)
{
	size_t n = f->panels - first < STRIP ? f->panels - first : STRIP;

	if (first + n < f->panels &&
	    f->panel[first + n].arm == f->panel[first + n - 1].arm)
		for (size_t k = n - 1; k > 0; k--)
			if (f->panel[first + k].arm !=
			    f->panel[first + k - 1].arm)
				return k;
	return n;
}

static bool counts_zombies(const struct judged_arm *a)
{
	bool any = false;

	for (size_t l = 0; l < a->arm->levels; l++)
		any |= !isnan(a->zombies[l].left_max);
	return any;
}

/* Whose zombies stand beside a strip: leak's beside the first. Or NULL. */
static const struct judged_arm *strip_zombies(const struct judged *j,
					      const struct forest *f,
					      size_t first, size_t n)
{
	const struct judged_arm *leak = drawing_arm(j, "leak");

	if (first == 0 && leak && counts_zombies(leak) &&
	    leak->arm->experiment->factor ==
		    f->panel[0].arm->arm->experiment->factor)
		return leak;
	for (size_t i = first; i < first + n; i++)
		if (counts_zombies(f->panel[i].arm))
			return f->panel[i].arm;
	return NULL;
}

/* As many as have room, the more usual first. */
static void put_ratio_tics(const struct pen *p, double from, double to,
			   double px)
{
	static const double ratios[] = { 1,   0.8,  1.25, 0.9, 1.1,  2,
					 0.5, 0.95, 1.05, 4,   0.25, 1.5,
					 3,   5,    0.2,  0.7, 1.4,  0.6 };
	double taken[32];
	size_t n = 0;

	fputs("set xtics (", p->out);
	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		double at = log(ratios[i] / from) / log(to / from) * px;
		bool room = at >= 0 && at <= px;

		for (size_t k = 0; k < n; k++)
			room &= fabs(taken[k] - at) > 34;
		if (!room)
			continue;
		fprintf(p->out, "%s'%g' %g", n ? ", " : "", ratios[i],
			ratios[i]);
		taken[n++] = at;
	}
	fputs(")\n", p->out);
}

/* Ratios out of the axis, as numbers at its end. */
static void put_far_rows(const struct pen *p, const struct forest *f,
			 const struct panel *panel, const struct box *b,
			 double from, double to)
{
	const struct judged_arm *a = panel->arm;
	bool lower = metrics[panel->metric].better == BETTER_LOWER;

	for (size_t i = 0; i < f->rows; i++) {
		int l = arm_level(a->arm, f->row[i].name);
		double ratio = l > 0 ? a->effect[panel->metric][l].ratio.mid :
				       NAN;
		bool left = (ratio < from) != lower;
		char text[32];

		if (isnan(ratio) || (ratio >= from && ratio <= to))
			continue;
		snprintf(text, sizeof(text), left ? "◂ %.2g" : "%.2g ▸", ratio);
		pen_text(p, left ? b->left + 2 : b->right - 2,
			 b->top + b->row_height * ((double)i + 0.5),
			 left ? "left" : "right", pen_colour(p, a, (size_t)l),
			 "F12", text);
	}
}

static void draw_forest_panel(const struct pen *p, const struct forest *f,
			      const struct panel *panel, const struct box *b)
{
	const struct judged_arm *a = panel->arm;
	const struct effect *effect = a->effect[panel->metric];
	const struct metric *m = &metrics[panel->metric];
	bool lower = m->better == BETTER_LOWER;
	double from = 1 / 1.06, to = 1.06, px = b->right - b->left, pad;
	char words[METRIC_WORDS], text[160] = "";

	for (size_t i = 0; i < f->rows; i++) {
		int l = arm_level(a->arm, f->row[i].name);

		if (l <= 0)
			continue;
		bars_widen(&from, &to, effect[l].ratio.low);
		bars_widen(&from, &to, effect[l].ratio.mid);
		bars_widen(&from, &to, effect[l].ratio.high);
	}
	pad = pow(to / from, 0.06);
	from /= pad;
	to *= pad;
	metric_words((enum metric_id)panel->metric, effect[0].median, words);
	gnuplot_label(p->out, b->left, b->top - 30, "left", "INK", "B13",
		      m->title);
	line_add(text, sizeof(text), "%s%s%s", a->arm->experiment->name,
		 *words ? ", 1 = " : "", words);
	gnuplot_label(p->out, b->left, b->top - 13, "left", "GREY", "F12",
		      text);
	put_far_rows(p, f, panel, b, from, to);
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < f->rows; i++) {
		int l = arm_level(a->arm, f->row[i].name);
		struct interval r = { 1, 1, 1 };

		if (l > 0)
			r = effect[l].ratio;
		if (!interval_is_closed(&r))
			r.low = r.high = r.mid;
		if (l >= 0 && r.mid >= from && r.mid <= to)
			fprintf(p->out, "%g\t%.6g\t%.6g\t%.6g\t%zu\n",
				(double)i + 0.5, fmax(r.low, from), r.mid,
				fmin(r.high, to), pen_colour(p, a, (size_t)l));
	}
	fputs("EOD\n", p->out);
	gnuplot_panel(p->out, b->left, b->right, b->top,
		      b->top + b->row_height * (double)f->rows);
	gnuplot_axes(p->out, lower ? to : from, lower ? from : to,
		     (double)f->rows, 0, "");
	put_ratio_tics(p, from, to, px);
	fputs("load 'forest.gp'\n", p->out);
}

static void draw_strip_words(const struct pen *p, const struct forest *f,
			     const struct box *b, const struct judged_arm *z,
			     double bottom)
{
	const char *base = f->panel[0].arm->arm->level[0].name;
	char text[160] = "";

	for (size_t i = 0; i < f->rows; i++) {
		const struct row *row = &f->row[i];
		double y = b->top + b->row_height * ((double)i + 0.5);
		int l = z ? arm_level(z->arm, row->name) : -1;
		char left[16];

		pen_level_name(row->name, row->aa, base, text);
		pen_text(p, b->left - 12, y, "right",
			 pen_colour(p, &p->j->arm[row->arm], row->level), "F13",
			 text);
		if (l < 0)
			continue;
		drawing_left(&z->zombies[l], left);
		gnuplot_label(p->out, b->right + 20, y, "left",
			      z->zombies[l].leaks ? "INK" : "GREY",
			      z->zombies[l].leaks ? "B13" : "F13", left);
	}
	if (z) {
		gnuplot_label(p->out, b->right + 20, b->top - 30, "left", "INK",
			      "B13", "zombies left");
		gnuplot_label(p->out, b->right + 20, b->top - 13, "left",
			      "GREY", "F12", z->arm->experiment->name);
	}
	*text = '\0';
	line_add(text, sizeof(text),
		 "ratio to %s; in every panel, better is to the right →", base);
	gnuplot_label(p->out, (b->left + b->right) / 2, bottom + 34, "center",
		      "GREY", "F12", text);
}

static void draw_forest(const struct pen *p, const char *title,
			enum factor factor)
{
	struct forest f;
	double names = 0, height = gnuplot_head(title) + 20, panel, top;
	double row_height, high;
	size_t strips = 0, least = SIZE_MAX, most = 0;
	char text[200] = "";
	bool zombies = false, closed = false;

	forest_gather(p->j, factor, &f);
	row_height = f.rows > 8 ? 18 : 22;
	high = row_height * (double)f.rows;
	for (size_t i = 0; i < f.rows; i++) {
		pen_level_name(f.row[i].name, f.row[i].aa,
			       f.panel[0].arm->arm->level[0].name, text);
		names = fmax(names, 7.6 * (double)gnuplot_width(text));
	}
	for (size_t i = 0, n; i < f.panels; i += n, strips++) {
		n = strip_length(&f, i);
		zombies |= strip_zombies(p->j, &f, i, n) != NULL;
	}
	for (size_t i = 0; i < f.panels; i++)
		for (size_t l = 1; l < f.panel[i].arm->arm->levels; l++) {
			const struct effect *e =
				&f.panel[i].arm->effect[f.panel[i].metric][l];

			least = e->n && e->n < least ? e->n : least;
			most = e->n > most ? e->n : most;
			closed |= interval_is_closed(&e->ratio);
		}
	*text = '\0';
	line_add(text, sizeof(text), "Dot: ratio, %zu", least);
	if (least < most)
		line_add(text, sizeof(text), " to %zu", most);
	line_add(text, sizeof(text), " rounds. %s Grey: within 3 %%.",
		 closed ? "Line: joint 95 % interval." :
			  "Too few rounds for an interval.");
	pen_begin(p, title, height + (high + 96) * (double)strips + 18, text);
	top = height + 36;
	for (size_t i = 0, n; i < f.panels; i += n, top += high + 96) {
		struct box b = { .left = GNUPLOT_MARGIN + names + 12,
				 .top = top,
				 .row_height = row_height };

		n = strip_length(&f, i);
		b.right = GNUPLOT_W - (zombies ? 130 : GNUPLOT_MARGIN);
		panel = (b.right + 22 - b.left) / (double)n;
		draw_strip_words(p, &f, &b, strip_zombies(p->j, &f, i, n),
				 top + high);
		for (size_t k = i; k < i + n; k++, b.left += panel) {
			b.right = b.left + panel - 22;
			draw_forest_panel(p, &f, &f.panel[k], &b);
		}
	}
	gnuplot_end(p->out);
}

void draw_verdicts(const struct pen *p, const char *title)
{
	draw_forest(p, title, FACTOR_MODE);
}

void draw_servers(const struct pen *p, const char *title)
{
	draw_forest(p, title, FACTOR_SUBJECT);
}
