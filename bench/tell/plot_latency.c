#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/mode.h"
#include "bench/tell/labels.h"
#include "bench/tell/plot.h"
#include "bench/tell/words.h"

enum {
	STEPS = 240,
	PLOT_PX = 430,	/* of the axis, in scripts/latency.gp */
	LABEL_PX = 19,	/* that a label needs */
	DASH_TYPES = 5, /* that gnuplot tells apart */
	DASHES = 96 + 4 * LOAD_SLOTS,
};

struct curve {
	size_t experiment, slot;
	enum load_hist which;
	struct hist *all; /* of all rounds */
	uint64_t count;
	double band_to; /* where its smallest round has 10 samples left */
	double label_y; /* share of the axis, from below */
};

struct axes {
	double x_to; /* -log10(1 - p) */
	double us_from, us_to;
};

/*
 * The value below which a share p of the samples lie, without regard to how
 * many lie beyond; microseconds.
 */
static double value_at(const struct hist *h, uint64_t count, double p)
{
	uint64_t rank = (uint64_t)ceil(p * (double)count), seen = 0;

	if (rank < 1)
		rank = 1;
	for (size_t i = 0; i < HIST_BUCKETS; i++) {
		seen += h->bucket[i];
		if (seen >= rank)
			return fmin((double)hist_upper_ns(i),
				    (double)h->max_ns) /
			       1e3;
	}
	return (double)h->max_ns / 1e3;
}

static double share_at(const struct axes *a, int step)
{
	return 1 - pow(10, -a->x_to * step / STEPS);
}

/* As far as 10 of so many samples lie beyond. */
static double known_to(uint64_t count)
{
	return log10((double)count / HIST_MIN_BEYOND);
}

/* All rounds' samples of each mode. Returns how many modes have any. */
static size_t merge(const struct plot_job *job, size_t experiment,
		    enum load_hist which, struct curve curves[LOAD_SLOTS])
{
	const struct load_run *run = job->run;
	size_t n = 0;

	for (size_t s = 0; s < run->n_slots; s++) {
		struct curve *c = &curves[n];

		if (run->slots[s].again)
			continue;
		*c = (struct curve){ .experiment = experiment,
				     .slot = s,
				     .which = which,
				     .band_to = INFINITY };
		for (size_t i = 0; i < run->n_cells; i++) {
			const struct load_cell *cell = &run->cells[i];

			if (cell->experiment != experiment || cell->slot != s ||
			    !load_usable(cell) || !cell->hist[which])
				continue;
			if (!c->all)
				c->all = calloc(1, sizeof(*c->all));
			if (c->all)
				hist_merge(c->all, cell->hist[which]);
			c->band_to =
				fmin(c->band_to,
				     known_to(hist_count(cell->hist[which])));
		}
		c->count = c->all ? hist_count(c->all) : 0;
		n += c->count > HIST_MIN_BEYOND;
		if (c->count <= HIST_MIN_BEYOND)
			free(c->all);
	}
	return n;
}

/* The rounds' smallest and largest value at a share. */
static void band_at(const struct load_run *run, const struct curve *c, double p,
		    double *least, double *most)
{
	*least = INFINITY;
	*most = 0;
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *cell = &run->cells[i];
		const struct hist *h = cell->hist[c->which];
		double us;

		if (cell->experiment != c->experiment || !h ||
		    cell->slot != c->slot || !load_usable(cell))
			continue;
		us = value_at(h, hist_count(h), p);
		*least = fmin(*least, us);
		*most = fmax(*most, us);
	}
}

/* All lines end where the mode with the fewest samples has 10 left. */
static struct axes choose_axes(const struct load_run *run,
			       const struct curve curves[], size_t n)
{
	struct axes a = { .us_from = INFINITY };
	uint64_t fewest = UINT64_MAX;
	double least, most;

	for (size_t i = 0; i < n; i++)
		fewest = curves[i].count < fewest ? curves[i].count : fewest;
	a.x_to = known_to(fewest);
	for (size_t i = 0; i < n; i++) {
		const struct curve *c = &curves[i];

		a.us_from = fmin(a.us_from, value_at(c->all, c->count, 0.001));
		a.us_to = fmax(a.us_to,
			       value_at(c->all, c->count, share_at(&a, STEPS)));
		band_at(run, c, 1 - pow(10, -fmin(c->band_to, a.x_to)), &least,
			&most);
		a.us_to = fmax(a.us_to, most);
	}
	a.us_from = fmax(a.us_from, 1e-3) / 1.15;
	a.us_to = fmax(a.us_to, a.us_from) * 1.3;
	return a;
}

static void put_curve(const struct load_run *run, const struct curve *c,
		      const struct axes *a, FILE *out)
{
	for (int step = 0; step <= STEPS; step++) {
		double p = share_at(a, step), x = a->x_to * step / STEPS;
		double least = NAN, most = NAN;

		if (x <= c->band_to)
			band_at(run, c, p, &least, &most);
		fprintf(out, "%.5g\t%.6g\t%.6g\t%.6g\n", x,
			fmax(value_at(c->all, c->count, p), a->us_from),
			isnan(least) ? least : fmax(least, a->us_from), most);
	}
	fputs("\n\n", out);
}

static int by_height(const void *a, const void *b)
{
	double x = (*(struct curve *const *)a)->label_y;
	double y = (*(struct curve *const *)b)->label_y;

	return (x > y) - (x < y);
}

/*
 * Each label stands at its line's end, and those too near to each other are
 * pushed apart: first up, then all down from the top.
 */
static void place_labels(struct curve curves[], size_t n, const struct axes *a)
{
	struct curve *order[LOAD_SLOTS];
	double need = (double)LABEL_PX / PLOT_PX, above = 1 - need / 2;

	for (size_t i = 0; i < n; i++) {
		double us = value_at(curves[i].all, curves[i].count,
				     share_at(a, STEPS));

		curves[i].label_y =
			log(us / a->us_from) / log(a->us_to / a->us_from);
		order[i] = &curves[i];
	}
	qsort(order, n, sizeof(order[0]), by_height);
	for (size_t i = 1; i < n; i++) {
		double crowd = order[i - 1]->label_y + need - order[i]->label_y;

		if (crowd > 0) {
			order[i]->label_y += crowd;
			for (size_t k = i + 1; k-- > 0;)
				order[k]->label_y -= crowd / 2;
		}
	}
	for (size_t i = n; i-- > 0; above = order[i]->label_y - need)
		order[i]->label_y = fmin(order[i]->label_y, above);
}

static int put_tables(const struct plot_job *job, const char *name,
		      const struct curve curves[], size_t n,
		      const struct axes *a)
{
	struct file lines, labels;

	if (plot_open(job, name, "", &lines) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		put_curve(job->run, &curves[i], a, lines.out);
	if (plot_commit(job, &lines) < 0 ||
	    plot_open(job, name, "-labels", &labels) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		size_t slot = curves[i].slot;
		struct mode look = mode_look(job->run->slots[slot].mode);
		char label[LABEL];

		fprintf(labels.out, "%.6g\t%s\t%u\n",
			a->us_from *
				pow(a->us_to / a->us_from, curves[i].label_y),
			label_full(job->run, slot, label), plot_rgb(look.text));
	}
	return plot_commit(job, &labels);
}

static void put_subtitle(const struct plot_job *job, size_t experiment,
			 const struct curve curves[], size_t n,
			 const char *what, char subtitle[TITLE])
{
	uint64_t least = UINT64_MAX, most = 0;
	char low[WORDS], high[WORDS];

	for (size_t i = 0; i < n; i++) {
		least = curves[i].count < least ? curves[i].count : least;
		most = curves[i].count > most ? curves[i].count : most;
	}
	words_count((double)least, low);
	words_count((double)most, high);
	words_add(subtitle, TITLE,
		  "%s, %s%s%s %s a mode. Line: all rounds merged. Band: the "
		  "rounds' range. Each ends where 10 samples are left.",
		  job->run->experiments[experiment].name, low,
		  least < most ? " to " : "", least < most ? high : "", what);
}

/* Lines of one colour differ by their dashes: the first has none. */
static void put_dashes(const struct load_run *run, const struct curve curves[],
		       size_t n, char text[DASHES])
{
	for (size_t i = 0; i < n; i++) {
		const char *rgb =
			mode_look(run->slots[curves[i].slot].mode).rgb;
		int before = 0;

		for (size_t k = 0; k < i; k++) {
			const char *mode = run->slots[curves[k].slot].mode;

			before += strcmp(mode_look(mode).rgb, rgb) == 0;
		}
		words_add(text, DASHES, " %d", 1 + before % DASH_TYPES);
	}
}

int plot_latency(const struct plot_job *job, size_t experiment,
		 enum load_hist hist, enum metric_id metric, const char *what)
{
	struct curve curves[LOAD_SLOTS];
	size_t n = merge(job, experiment, hist, curves);
	char name[PLOTS_NAME], range[DASHES], colours[LOAD_SLOTS * 10] = "";
	struct plot_text text = { .script = "latency.gp",
				  .name = name,
				  .kind = "Latency by percentile",
				  .args = { range, colours, what } };
	struct axes a;
	int rc = -1;

	if (!n)
		return 0;
	a = choose_axes(job->run, curves, n);
	place_labels(curves, n, &a);
	snprintf(name, sizeof(name), "%s-%s", load_hist_names[hist],
		 job->run->experiments[experiment].name);
	if (put_tables(job, name, curves, n, &a) < 0)
		goto out;
	for (size_t i = 0; i < n; i++)
		words_add(colours, sizeof(colours), "%s ",
			  mode_look(job->run->slots[curves[i].slot].mode).rgb);
	title_metric(job->run, job->j, experiment, metric, text.title);
	put_subtitle(job, experiment, curves, n, what, text.subtitle);
	snprintf(range, sizeof(range), "%zu %.6g %.6g %.6g", n, a.x_to,
		 a.us_from, a.us_to);
	put_dashes(job->run, curves, n, range);
	rc = plot_draw(job, &text);
out:
	for (size_t i = 0; i < n; i++)
		free(curves[i].all);
	return rc;
}
