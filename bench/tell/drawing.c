#include "bench/tell/drawing.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bench/study/look.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/words.h"

enum {
	STRIP = 4,	   /* panels side by side */
	LINE_POINTS = 200, /* of a line over time, about */
	CURVE_STEPS = 80,
};

/* Ratios beyond stand at the edge of their panel, as a number. */
#define FARTHEST 2.5
/* Contrast with the paper, as WCAG defines it, of lines and of text. */
#define LINE_CONTRAST 2.0
#define LINE_CONTRAST_DARK 4.0
#define TEXT_CONTRAST 4.5

/* A picture that is being written. */
struct pen {
	FILE *out;
	const struct judged *j;
	const char *name;
};

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

static size_t index_of(const struct judged *j, const struct judged_arm *a)
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

static size_t colour_of(const struct pen *p, const struct judged_arm *a,
			size_t level)
{
	return index_of(p->j, a) * LEVEL_SLOTS + level + 1;
}

static void put_name(const struct pen *p, double x, double y, const char *align,
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

static void begin(const struct pen *p, const char *title, double height,
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

/* A colour, mixed with black or white until it is legible on its paper. */
static unsigned legible(const char *colour, bool dark, double contrast)
{
	unsigned rgb = (unsigned)strtoul(colour + 1, NULL, 16);
	double paper = dark ? 0.0092 : 1, c[3], at = 0;

	for (;; at += 0.04) {
		double is, high, low;

		for (int i = 0; i < 3; i++)
			c[i] = (rgb >> (16 - 8 * i) & 0xff) / 255.0 * (1 - at) +
			       (dark ? at : 0);
		is = luminance(c);
		high = fmax(is, paper) + 0.05;
		low = fmin(is, paper) + 0.05;
		if (high / low >= contrast || at > 0.95)
			break;
	}
	return (unsigned)lround(255 * c[0]) << 16 |
	       (unsigned)lround(255 * c[1]) << 8 | (unsigned)lround(255 * c[2]);
}

/* HUE, of lines, and TEXT: by colour_of(). */
static void put_colours(const struct pen *p)
{
	fprintf(p->out, "array HUE[%d]\narray TEXT[%d]\n",
		EXPERIMENTS_MOST * LEVEL_SLOTS, EXPERIMENTS_MOST * LEVEL_SLOTS);
	for (size_t a = 0; a < p->j->arms; a++)
		for (size_t l = 0; l < p->j->arm[a].arm->levels; l++) {
			const struct judged_arm *g = &p->j->arm[a];
			const char *c = look_colour(g->arm->level[l].subject);
			size_t i = colour_of(p, g, l);

			fprintf(p->out,
				"HUE[%zu] = KIND eq 'dark' ? %u : %u\n"
				"TEXT[%zu] = KIND eq 'dark' ? %u : %u\n",
				i, legible(c, true, LINE_CONTRAST_DARK),
				legible(c, false, LINE_CONTRAST), i,
				legible(c, true, TEXT_CONTRAST),
				legible(c, false, TEXT_CONTRAST));
		}
}

/* --- verdicts and servers -------------------------------------------------- */

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

/* A level's name as a row has it; long ones are cut. */
static void row_name(const char *name, bool aa, const char *base, char out[40])
{
	*out = '\0';
	if (aa)
		snprintf(out, 40, "%.22s again", base);
	else
		snprintf(out, 40, "%.31s", name);
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

static bool is_closed(const struct interval *i)
{
	return i->low > 0 && isfinite(i->high);
}

static void widen(double *from, double *to, double value)
{
	if (isnan(value) || isinf(value) || value <= 0)
		return;
	value = fmin(fmax(value, 1 / FARTHEST), FARTHEST);
	*from = fmin(*from, value);
	*to = fmax(*to, value);
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

struct box {
	double left, right, top, row_height;
};

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
		put_name(p, left ? b->left + 2 : b->right - 2,
			 b->top + b->row_height * ((double)i + 0.5),
			 left ? "left" : "right", colour_of(p, a, (size_t)l),
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
		widen(&from, &to, effect[l].ratio.low);
		widen(&from, &to, effect[l].ratio.mid);
		widen(&from, &to, effect[l].ratio.high);
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
		if (!is_closed(&r))
			r.low = r.high = r.mid;
		if (l >= 0 && r.mid >= from && r.mid <= to)
			fprintf(p->out, "%g\t%.6g\t%.6g\t%.6g\t%zu\n",
				(double)i + 0.5, fmax(r.low, from), r.mid,
				fmin(r.high, to), colour_of(p, a, (size_t)l));
	}
	fputs("EOD\n", p->out);
	gnuplot_panel(p->out, b->left, b->right, b->top,
		      b->top + b->row_height * (double)f->rows);
	gnuplot_axes(p->out, lower ? to : from, lower ? from : to,
		     (double)f->rows, 0, "");
	put_ratio_tics(p, from, to, px);
	fputs("load SCRIPTS . '/forest.gp'\n", p->out);
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

		row_name(row->name, row->aa, base, text);
		put_name(p, b->left - 12, y, "right",
			 colour_of(p, &p->j->arm[row->arm], row->level), "F13",
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
		row_name(f.row[i].name, f.row[i].aa,
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
			closed |= is_closed(&e->ratio);
		}
	*text = '\0';
	line_add(text, sizeof(text), "Dot: ratio, %zu", least);
	if (least < most)
		line_add(text, sizeof(text), " to %zu", most);
	line_add(text, sizeof(text), " rounds. %s Grey: within 3 %%.",
		 closed ? "Line: joint 95 % interval." :
			  "Too few rounds for an interval.");
	begin(p, title, height + (high + 96) * (double)strips + 18, text);
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

static void draw_verdicts(const struct pen *p, const char *title)
{
	draw_forest(p, title, FACTOR_MODE);
}

static void draw_servers(const struct pen *p, const char *title)
{
	draw_forest(p, title, FACTOR_SUBJECT);
}

/* --- zombies over time ----------------------------------------------------- */

size_t timeline_read(const struct judged *j, const struct judged_arm *a,
		     size_t level, struct zombie_sample **samples)
{
	size_t n = 0;

	*samples = NULL;
	for (unsigned round = 1; round <= 3 && !n; round++) {
		free(*samples);
		n = run_zombies(j->run, index_of(j, a), level, round, samples);
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
		if (!isnan(t->sample[top].zombies) &&
		    t->sample[top].t_s - t->zero_s >= from_s)
			fprintf(p->out, "%.4f\t%.0f\n",
				t->sample[top].t_s - t->zero_s,
				t->sample[top].zombies);
	}
	fputs("EOD\n$kernel << EOD\nNaN\tNaN\n", p->out);
	for (size_t i = 0; i < t->n; i++)
		if (!isnan(t->sample[i].kernel) &&
		    t->sample[i].t_s - t->zero_s >= from_s)
			fprintf(p->out, "%.4f\t%.0f\n",
				t->sample[i].t_s - t->zero_s,
				t->sample[i].kernel);
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
		size_t colour = colour_of(p, g->arm, t->level);
		char left_over[16];

		row_name(a->level[t->level].name, false, "", text);
		put_name(p, x, y - 14, "left", colour, "B13", text);
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
		fprintf(p->out, "COLOUR = %zu\nload SCRIPTS . '/zombies.gp'\n",
			colour);
	}
}

static void draw_zombies(const struct pen *p, const char *title)
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
	begin(p, title, height + 6,
	      "Zombies in one round. Line: the server's counters, exited less "
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

/* --- latency --------------------------------------------------------------- */

static const char *const kinds[] = { "fork", "first_echo" };
const char *const latency_titles[LATENCIES] = { "fork()", "first echo" };
const int latency_metrics[LATENCIES] = { METRIC_FORK_P50_US,
					 METRIC_FIRST_ECHO_P50_US };

uint64_t latency_read(const struct judged *j, const struct judged_arm *a,
		      size_t level, size_t latency, struct hist *sum)
{
	char why[CELLS_WHY];

	*sum = (struct hist){ 0 };
	if (run_latency(j->run, index_of(j, a), level, kinds[latency], sum,
			why) <= 0)
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

static int by_label(const void *a, const void *b)
{
	double x = ((const struct curve *)a)->label_y;
	double y = ((const struct curve *)b)->label_y;

	return (x > y) - (x < y);
}

/* Labels that stand too near to each other are pushed apart, in their order. */
static void spread(struct curve c[], size_t n, double need, double top,
		   double bottom)
{
	qsort(c, n, sizeof(*c), by_label);
	for (size_t i = 1; i < n; i++) {
		double crowd = c[i - 1].label_y + need - c[i].label_y;

		if (crowd <= 0)
			continue;
		c[i].label_y += crowd;
		for (size_t k = i + 1; k-- > 0;)
			c[k].label_y -= crowd / 2;
	}
	for (size_t i = n; i-- > 0; bottom = c[i].label_y - need)
		c[i].label_y = fmin(c[i].label_y, bottom);
	for (size_t i = 0; i < n; i++, top = c[i - 1].label_y + need)
		c[i].label_y = fmax(c[i].label_y, top);
}

static void draw_curves(const struct pen *p, const struct judged_arm *a,
			size_t kind, struct curve c[], size_t n,
			const struct box *b, double bottom)
{
	static const double tics[] = { 0.1, 0.5, 0.9, 0.99, 0.999 };
	static const char *const names[] = { "10 %", "50", "90", "99",
					     "99.9 %" };
	double low = INFINITY, high = 0, to = ranks_normal(0.9);

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
		fprintf(p->out, "%zu ", colour_of(p, a, c[i].level));
	fputs("'\n", p->out);
	spread(c, n, 17, b->top, bottom);
	for (size_t i = 0; i < n; i++) {
		char name[40];

		row_name(a->arm->level[c[i].level].name, false, "", name);
		put_name(p, b->right + 8, c[i].label_y, "left",
			 colour_of(p, a, c[i].level), "F13", name);
	}
	gnuplot_panel(p->out, b->left, b->right, b->top, bottom);
	gnuplot_axes(p->out, ranks_normal(0.1), to, low, high, "percentile");
	fputs("load SCRIPTS . '/latency.gp'\n", p->out);
}

static void draw_latency(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, "churn");
	struct curve *c = calloc(LEVEL_SLOTS, sizeof(*c));
	struct hist *sum = malloc(sizeof(*sum));
	double names = 0, top = gnuplot_head(title) + 34, half,
	       bottom = top + 340;

	begin(p, title, bottom + 66,
	      "All rounds' samples added up; each line ends where 10 samples "
	      "are left. The scale of percentiles is the normal "
	      "distribution's.");
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
		if (n)
			draw_curves(p, a, k, c, n, &b, bottom);
	}
	free(c);
	free(sum);
	gnuplot_end(p->out);
}

/* --- CPU per session ------------------------------------------------------- */

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

static void draw_cpu(const struct pen *p, const char *title)
{
	enum { ROW = 30 };
	const struct judged_arm *a = drawing_arm(p->j, "churn");
	size_t level[LEVEL_SLOTS], n = cpu_levels(a, level);
	double top = gnuplot_head(title) + 20, names = 0, most = 0;
	double bottom = top + ROW * (double)n, left, right = GNUPLOT_W - 170;
	char name[40], parent[METRIC_WORDS], rest[METRIC_WORDS], text[160];

	begin(p, title, bottom + 66,
	      "Medians. Full: the server's first process, which accepts and "
	      "forks. Pale: its children, their exit included.");
	for (size_t i = 0; i < n; i++) {
		row_name(a->arm->level[level[i]].name, false, "", name);
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
				colour_of(p, a, level[i]), k == 0);
	}
	fputs("EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		const struct effect *all = a->effect[METRIC_CPU_US];
		const struct effect *own = a->effect[METRIC_PARENT_CPU_US];
		double y = top + ROW * ((double)i + 0.5);

		row_name(a->arm->level[level[i]].name, false, "", name);
		put_name(p, left - 12, y, "right", colour_of(p, a, level[i]),
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
	fprintf(p->out, "set xtics 0,%.6g\nload SCRIPTS . '/cpu.gp'\n",
		gnuplot_step(most, 8));
	gnuplot_end(p->out);
}

/* --- memory ---------------------------------------------------------------- */

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
	const struct interval *s = &a->slope[METRIC_FORK_P50_US].per_unit;

	return !a->noisy && j->state != RUN_NOISY && j->state != RUN_INVALID &&
	       (s->low > 0 || s->high < 0);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void draw_memory(const struct pen *p, const char *title)
{
	const struct judged_arm *a = drawing_arm(p->j, "memory");
	const struct effect *e = a->effect[METRIC_FORK_P50_US];
	const double left = GNUPLOT_MARGIN + 60, right = GNUPLOT_W - 60;
	double top = gnuplot_head(title) + 24, bottom = top + 380;
	double zero, least = INFINITY, most = 0, low = INFINITY, high = 0;
	double base = NAN, slope = a->slope[METRIC_FORK_P50_US].per_unit.mid;
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
	begin(p, title, bottom + 66, text);
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		double mib = a->arm->level[level[i]].value, *v, from, to;
		size_t k = run_values(p->j->run, index_of(p->j, a), level[i],
				      METRIC_FORK_P50_US, &v);

		from = to = e[level[i]].median;
		if (k && v) {
			qsort(v, k, sizeof(*v), by_value);
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
	fprintf(p->out, "COLOUR = %zu\nload SCRIPTS . '/memory.gp'\n",
		colour_of(p, a, 0));
	gnuplot_end(p->out);
}

/* --- cells over time ------------------------------------------------------- */

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

		if (c->arm != index_of(j, a) || c->round == 0 ||
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

static void draw_cells(const struct pen *p, const char *title)
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
			qsort(r, k, sizeof(*r), by_value);
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
		begin(p, title, bottom + 66, text);
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
		fputs("load SCRIPTS . '/cells.gp'\n", p->out);
		gnuplot_end(p->out);
	}
	dots_release(&d);
}

/* --- all ------------------------------------------------------------------- */

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
		{ "cpu", draw_cpu },	       { "latency", draw_latency },
		{ "memory", draw_memory },     { "servers", draw_servers },
		{ "cells", draw_cells },
	};
	struct pen p = { out, j, name };

	for (size_t i = 0; i < sizeof(pictures) / sizeof(pictures[0]); i++)
		if (strcmp(pictures[i].name, name) == 0)
			pictures[i].draw(&p, title);
}
