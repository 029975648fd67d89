/* Bars of one or two parts, a row for each level. */
#include <math.h>
#include <string.h>

#include "bench/tell/drawing.h"
#include "bench/tell/gnuplot.h"
#include "bench/tell/pen.h"
#include "bench/tell/words.h"

const struct stack stacks[] = {
	{ "cpu", "churn", METRIC_PARENT_CPU_US, METRIC_CPU_US, true, -1,
	  "Medians. Full: the server's first process, which accepts and forks. "
	  "Pale: its children, their exit included.",
	  "CPU per session, µs" },
	{ "floor", "floor", METRIC_OP_CPU_US, -1, false, METRIC_OP_US,
	  "Medians. Bar: CPU time of all processes that take part. In "
	  "brackets: "
	  "the time from one operation to the next.",
	  "CPU per operation, µs" },
	{ "counts", "counts", METRIC_PARENT_CALLS, METRIC_CHILD_CALLS, false,
	  -1,
	  "Medians. Full: the server's first thread, which accepts and forks. "
	  "Pale: the children.",
	  "System calls per session" },
};
const size_t stack_count = sizeof(stacks) / sizeof(stacks[0]);

/* Of part 0 or 1; NAN: not measured. */
static double part_of(const struct stack *s, const struct judged_arm *a,
		      size_t level, int part)
{
	double first = a->effect[s->first][level].median, second;

	if (!part || s->second < 0)
		return part ? 0 : first;
	second = a->effect[s->second][level].median;
	return s->whole ? second - first : second;
}

size_t stack_levels(const struct stack *s, const struct judged_arm *a,
		    size_t level[LEVEL_SLOTS])
{
	size_t n = 0;

	for (size_t l = 0; l < a->arm->levels; l++)
		if (!a->arm->level[l].aa && part_of(s, a, l, 0) > 0 &&
		    part_of(s, a, l, 1) >= 0)
			level[n++] = l;
	return n;
}

static void put_row(const struct pen *p, const struct stack *s,
		    const struct judged_arm *a, size_t level, double row)
{
	double at = 0;

	for (int k = 0; k < 2; k++) {
		double end = at + part_of(s, a, level, k);

		fprintf(p->out, "%g\t%g\t%g\t%g\t%g\t%g\t%zu\t%d\n",
			(at + end) / 2, row, at, end, row - 0.3, row + 0.3,
			pen_colour(p, a, level), k == 0);
		at = end;
	}
}

void stack_words(const struct stack *s, const struct judged_arm *a,
		 size_t level, char out[STACK_WORDS])
{
	const int metric[] = { s->first, s->second, s->beside };
	char words[METRIC_WORDS];

	*out = '\0';
	for (int k = 0; k < 3; k++) {
		if (metric[k] < 0)
			continue;
		metric_words((enum metric_id)metric[k],
			     k < 2 ? part_of(s, a, level, k) :
				     a->effect[metric[k]][level].median,
			     words);
		line_add(out, STACK_WORDS,
			 k == 0 ? "%s" :
			 k == 1 ? " + %s" :
				  " (%s)",
			 words);
	}
}

void draw_stack(const struct pen *p, const char *title)
{
	enum { ROW = 30 };
	const struct stack *s = stacks;
	const struct judged_arm *a;
	size_t level[LEVEL_SLOTS], n;
	double top = gnuplot_head(title) + 20, names = 0, most = 0;
	double bottom, left, right = GNUPLOT_W - 170;
	char name[40], text[STACK_WORDS];

	while (strcmp(s->name, p->name) != 0)
		s++;
	a = drawing_arm(p->j, s->experiment);
	n = stack_levels(s, a, level);
	bottom = top + ROW * (double)n;
	pen_begin(p, title, bottom + 78, s->subtitle);
	fputs("$data << EOD\n", p->out);
	for (size_t i = 0; i < n; i++) {
		pen_level_name(a->arm->level[level[i]].name, false, "", name);
		names = fmax(names, 7.6 * (double)gnuplot_width(name));
		most = fmax(most, part_of(s, a, level[i], 0) +
					  part_of(s, a, level[i], 1));
		put_row(p, s, a, level[i], (double)i + 0.5);
	}
	fputs("EOD\n", p->out);
	left = GNUPLOT_MARGIN + names + 12;
	for (size_t i = 0; i < n; i++) {
		double y = top + ROW * ((double)i + 0.5);
		double all =
			part_of(s, a, level[i], 0) + part_of(s, a, level[i], 1);

		pen_level_name(a->arm->level[level[i]].name, false, "", name);
		pen_text(p, left - 12, y, "right", pen_colour(p, a, level[i]),
			 "F13", name);
		stack_words(s, a, level[i], text);
		gnuplot_label(p->out, left + 8 + (right - left) * all / most, y,
			      "left", "INK", "F13", text);
	}
	gnuplot_panel(p->out, left, right, top, bottom);
	gnuplot_axes(p->out, 0, most, (double)n, 0, s->axis);
	fprintf(p->out, "set xtics 0,%.6g\nload 'stack.gp'\n",
		gnuplot_step(most, 8));
	gnuplot_end(p->out);
}
