#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/mode.h"
#include "bench/tell/labels.h"
#include "bench/tell/plot.h"
#include "bench/tell/words.h"

/* Some intervals of the sampler. */
#define GAP_S 0.21

/* With more panels, the other modes' lines would fill each. */
enum { BEHIND = 6 };

static const struct load_cell *drawable(const struct load_run *run,
					size_t experiment, size_t slot,
					unsigned round)
{
	const struct load_cell *c = load_find(run, experiment, slot, round);

	return c && c->timeline.n ? c : NULL;
}

struct candidate {
	unsigned round;
	size_t cells;
	double left;
};

static int by_left(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->cells != y->cells)
		return x->cells < y->cells ? -1 : 1;
	return (x->left > y->left) - (x->left < y->left);
}

/*
 * The round that stands for all: of those with the most modes, the one in the
 * middle by zombies left. 0 if there is none.
 */
static unsigned choose_round(const struct load_run *run, size_t experiment)
{
	size_t n = 0, first;
	struct candidate *all = calloc(run->n_cells + 1, sizeof(*all));
	unsigned chosen = 0;

	if (!all)
		return 0;
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		double left = c->value[METRIC_ZOMBIES_LEFT];

		if (c->experiment != experiment || !load_usable(c) ||
		    run->slots[c->slot].again || !c->timeline.n)
			continue;
		if (!n || all[n - 1].round != c->round)
			all[n++] = (struct candidate){ .round = c->round };
		all[n - 1].cells++;
		all[n - 1].left += isnan(left) ? 0 : left;
	}
	if (n) {
		qsort(all, n, sizeof(*all), by_left);
		for (first = n - 1;
		     first && all[first - 1].cells == all[n - 1].cells;)
			first--;
		chosen = all[first + (n - 1 - first) / 2].round;
	}
	free(all);
	return chosen;
}

/* A change that nobody saw happen is not drawn: no line leads to it. */
static bool is_gap(const struct load_timeline *t, size_t i)
{
	return t->t_s[i] - t->t_s[i - 1] > GAP_S &&
	       (t->zombies[i] < t->zombies[i - 1] ||
		t->zombies[i] > t->zombies[i - 1]);
}

static void put_panel(const struct load_run *run, const struct load_cell *c,
		      FILE *lines, FILE *panels)
{
	const struct load_timeline *t = &c->timeline;
	struct mode look = mode_look(run->slots[c->slot].mode);
	char peak[WORDS], left[WORDS], label[LABEL];

	for (size_t i = 0; i < t->n; i++) {
		if (i && is_gap(t, i))
			fputc('\n', lines);
		fprintf(lines, "%.6g\t%.0f\n", t->t_s[i], t->zombies[i]);
	}
	fputs("\n\n", lines);
	words_count(c->value[METRIC_ZOMBIES_PEAK], peak);
	words_count(c->value[METRIC_ZOMBIES_LEFT], left);
	fprintf(panels, "%s\t%u\t%.6g\t%.6g\tpeak %s, left at the end %s\n",
		label_full(run, c->slot, label), plot_rgb(look.text),
		c->load_start_s, c->load_end_s, peak, left);
}

struct extent {
	size_t panels;
	double t_s, zombies;
	char colours[LOAD_SLOTS * 10];
};

static void put_panels(const struct plot_job *job, size_t experiment,
		       unsigned round, FILE *lines, FILE *panels,
		       struct extent *x)
{
	const struct load_run *run = job->run;

	for (size_t s = 0; s < run->n_slots; s++) {
		const struct load_cell *c = drawable(run, experiment, s, round);

		if (!c || run->slots[s].again)
			continue;
		put_panel(run, c, lines, panels);
		x->panels++;
		x->t_s = fmax(x->t_s, c->timeline.t_s[c->timeline.n - 1]);
		for (size_t i = 0; i < c->timeline.n; i++)
			x->zombies = fmax(x->zombies, c->timeline.zombies[i]);
		words_add(x->colours, sizeof(x->colours), "%s ",
			  mode_look(run->slots[s].mode).rgb);
	}
}

static int put_tables(const struct plot_job *job, const char *name,
		      size_t experiment, unsigned round, struct extent *x)
{
	struct file lines, panels;

	if (plot_open(job, name, "", &lines) < 0)
		return -1;
	if (plot_open(job, name, "-panels", &panels) < 0) {
		file_abort(&lines);
		return -1;
	}
	put_panels(job, experiment, round, lines.out, panels.out, x);
	if (plot_commit(job, &lines) < 0) {
		file_abort(&panels);
		return -1;
	}
	return plot_commit(job, &panels);
}

int plot_zombies(const struct plot_job *job, size_t experiment)
{
	const struct load_run *run = job->run;
	struct extent x = { .zombies = 9 };
	unsigned round = choose_round(run, experiment);
	bool behind;
	char name[PLOTS_NAME], range[96];
	struct plot_text text = { .script = "zombies.gp",
				  .name = name,
				  .kind = "Zombies over time",
				  .args = { range, x.colours } };

	if (!round)
		return 0;
	snprintf(name, sizeof(name), "zombies-%s",
		 run->experiments[experiment].name);
	if (put_tables(job, name, experiment, round, &x) < 0)
		return -1;
	behind = x.panels > 1 && x.panels <= BEHIND;
	title_zombies(run, job->j, experiment, text.title);
	words_add(text.subtitle, TITLE,
		  "Zombie children of the daemon in %s, round %u of %ju. Dots: "
		  "samples; %sshaded: under load.",
		  run->experiments[experiment].name, round,
		  (uintmax_t)run->rounds,
		  behind ? "grey lines: the other modes; " : "");
	snprintf(range, sizeof(range), "%zu %.6g %.0f %d", x.panels,
		 x.t_s > 0 ? x.t_s : 1, x.zombies, behind);
	return plot_draw(job, &text);
}
