#include <math.h>
#include <string.h>

#include "bench/mode.h"
#include "bench/tell/labels.h"
#include "bench/tell/plot.h"
#include "bench/tell/words.h"

#define NAME "verdicts"

/* Ratios beyond are shown as arrows. */
#define FARTHEST 6.0

enum shape { POINT, INTERVAL, OFF_RIGHT, OFF_LEFT };

static const char *verdict_words(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_SAME:
		return "=  same";
	case VERDICT_BETTER:
		return "▲  better";
	case VERDICT_WORSE:
		return "▼  worse";
	case VERDICT_CLOSE:
		return "?  too close to call";
	default:
		return verdict_name(verdict);
	}
}

static bool shown(const struct load_run *run, const struct judge_effect *e)
{
	return e->slot > 0 && !run->slots[e->slot].again && e->has_ratio &&
	       metric_is_primary(e->metric,
				 run->experiments[e->experiment].name);
}

static void put_row(const struct load_run *run, const struct judge_effect *e,
		    double y, FILE *out)
{
	struct mode look = mode_look(run->slots[e->slot].mode);
	double low = e->has_interval ? e->low : e->ratio;
	double high = e->has_interval ? e->high : e->ratio;
	enum shape shape = e->ratio > FARTHEST	   ? OFF_RIGHT :
			   e->ratio < 1 / FARTHEST ? OFF_LEFT :
			   e->has_interval	   ? INTERVAL :
						     POINT;
	char effect[WORDS], label[LABEL];

	fprintf(out, "%g\t%.6g\t%.6g\t%.6g\t%d\t%u\t%u\t%s\t%s\t%s\n", y,
		e->ratio, fmax(low, 1 / FARTHEST), fmin(high, FARTHEST), shape,
		plot_rgb(look.rgb), plot_rgb(look.text),
		label_brief(run, e->slot, label), words_effect(e, effect),
		verdict_words(e->verdict));
}

static void widen(double *from, double *to, double value)
{
	value = fmin(fmax(value, 1 / FARTHEST), FARTHEST);
	*from = fmin(*from, value / 1.06);
	*to = fmax(*to, value * 1.06);
}

/* One metric's rows from y on, a unit each. */
static void put_group(const struct load_run *run,
		      const struct judge_effect *first, double y, FILE *rows,
		      double *from, double *to)
{
	unsigned n = 0;

	for (size_t s = 0; s < run->n_slots; s++) {
		const struct judge_effect *e = &first[s];

		if (!shown(run, e))
			continue;
		put_row(run, e, y + n++, rows);
		widen(from, to, e->ratio);
		widen(from, to, e->has_interval ? e->low : e->ratio);
		widen(from, to, e->has_interval ? e->high : e->ratio);
	}
}

/* All rows, a unit between metrics. Returns the units used. */
static unsigned put_rows(const struct plot_job *job, FILE *rows, FILE *groups,
			 double *from, double *to)
{
	const struct load_run *run = job->run;
	unsigned top = 0;

	for (size_t i = 0; i < job->j->n_effects; i += run->n_slots) {
		const struct judge_effect *first = &job->j->effects[i];
		const struct metric *m = &metrics[first->metric];
		double margin = fmax(first[1].margin, JUDGE_SAME);
		unsigned n = 0, height;

		for (size_t s = 0; s < run->n_slots; s++)
			n += shown(run, &first[s]);
		if (!n)
			continue;
		/* two lines of words stand beside a single row, too */
		height = n == 1 ? 3 : n + 1;
		put_group(run, first, top + (height - n + 1) / 2.0, rows, from,
			  to);
		widen(from, to, margin);
		widen(from, to, 1 / margin);
		fprintf(groups, "%u\t%u\t%s\t%s, %s is better\t%.6g\t%.6g\n",
			top, top + height, m->title,
			run->experiments[first->experiment].name,
			m->better == BETTER_HIGHER ? "higher" : "lower",
			1 / margin, margin);
		top += height;
	}
	return top;
}

static void put_subtitle(const struct plot_job *job, char subtitle[TITLE])
{
	const struct load_run *run = job->run;
	bool intervals = false, again = run->slots[run->n_slots - 1].again;
	size_t least = SIZE_MAX, most = 0;
	char rounds[WORDS];

	for (size_t i = 0; i < job->j->n_effects; i++) {
		const struct judge_effect *e = &job->j->effects[i];

		if (!shown(run, e))
			continue;
		intervals |= e->has_interval;
		least = e->n < least ? e->n : least;
		most = e->n > most ? e->n : most;
	}
	words_add(subtitle, TITLE, "Ratio to %s%s, %s paired round%s.",
		  mode_look(run->baseline).label,
		  intervals ? " with 95 % confidence interval" : "",
		  words_range((double)least, (double)most, rounds),
		  most == 1 ? "" : "s");
	words_add(subtitle, TITLE, "%s Dark band: 3 %%.",
		  intervals ? "" : " An interval needs 6.");
	if (intervals && again)
		words_add(subtitle, TITLE,
			  " Grey: as far as the baseline against itself "
			  "reaches.");
}

int plot_verdicts(const struct plot_job *job)
{
	const struct load_run *run = job->run;
	struct plot_text text = { .script = "forest.gp",
				  .name = NAME,
				  .kind = "Forest plot",
				  .args = { NULL, NULL, "whole" } };
	struct mode base = mode_look(run->baseline);
	double from = 0.93, to = 1.07;
	struct file rows, groups;
	char range[96];
	unsigned height;
	bool any = false;

	for (size_t i = 0; i < job->j->n_effects; i++)
		any |= shown(run, &job->j->effects[i]);
	if (!any)
		return 0;
	if (plot_open(job, NAME, "", &rows) < 0)
		return -1;
	if (plot_open(job, NAME, "-groups", &groups) < 0) {
		file_abort(&rows);
		return -1;
	}
	height = put_rows(job, rows.out, groups.out, &from, &to);
	if (plot_commit(job, &rows) < 0) {
		file_abort(&groups);
		return -1;
	}
	if (plot_commit(job, &groups) < 0)
		return -1;
	title_verdicts(run, job->j, text.title);
	put_subtitle(job, text.subtitle);
	snprintf(range, sizeof(range), "%.6g %.6g %u %g", from, to, height,
		 JUDGE_SAME);
	text.args[0] = range;
	text.args[1] = base.label;
	if (plot_draw(job, &text) < 0)
		return -1;
	text.name = NAME "-page";
	text.args[2] = "page";
	text.page = true;
	return plot_draw(job, &text);
}
