#ifndef BENCH_TELL_PLOT_H
#define BENCH_TELL_PLOT_H

/* What the pictures share; for bench/tell/plot_*.c and plots.c alone. */

#include "bench/tell/gnuplot.h"
#include "bench/tell/plots.h"
#include "lib/file.h"

struct plot_job {
	const struct load_run *run;
	const struct judgement *j;
	const char *scripts_dir;
	const char *footer;
	struct plots *made;
	char *why;
};

struct plot_text {
	const char *script;
	const char *name;
	const char *kind; /* as in struct plot */
	char title[TITLE];
	char subtitle[TITLE];
	const char *args[3]; /* to the script, the unused ones NULL */
	bool page;	     /* as in struct plot */
};

/* A table to be drawn, NAME<suffix>.tsv. Returns 0, or -1 with why. */
int plot_open(const struct plot_job *job, const char *name, const char *suffix,
	      struct file *f);
int plot_commit(const struct plot_job *job, struct file *f);

/* Draws, and lists the picture. Returns 0, or -1 with why. */
int plot_draw(const struct plot_job *job, const struct plot_text *text);

/* "#0072b2" as gnuplot's number for it. */
unsigned plot_rgb(const char *rgb);

/* The pictures. Each returns 0, also for want of data, or -1 with why. */
int plot_verdicts(const struct plot_job *job);
int plot_zombies(const struct plot_job *job, size_t experiment);
int plot_latency(const struct plot_job *job, size_t experiment,
		 enum load_hist hist, enum metric_id metric, const char *what);

#endif
