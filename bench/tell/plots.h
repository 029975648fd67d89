#ifndef BENCH_TELL_PLOTS_H
#define BENCH_TELL_PLOTS_H

/*
 * A run's pictures under <run>/plots/: for each NAME.svg, NAME.png, and the
 * tables NAME*.tsv that they are drawn from.
 */

#include "bench/judge/judge.h"
#include "bench/tell/titles.h"

enum { PLOTS = 10, PLOTS_NAME = LOAD_NAME + 32, PLOTS_WHY = 512 };

struct plots {
	size_t n; /* those that the data allow */
	struct plot {
		char name[PLOTS_NAME];
		const char *kind;  /* of picture, as "Forest plot" */
		char title[TITLE]; /* states the finding */
		char subtitle[TITLE];
		bool page; /* for report.html alone, without its titles */
	} list[PLOTS];
};

/* "kernel ..., CPU, cores, hypervisor", as far as env.json says. */
void plots_machine(const struct load_run *run, char text[TITLE]);

/*
 * Draws every picture that the data allow, into the folder that the run was
 * read from. Returns 0, or -1 with one sentence in why; *made then holds those
 * drawn before.
 */
int plots_draw(const struct load_run *run, const struct judgement *j,
	       const char *scripts_dir, struct plots *made,
	       char why[PLOTS_WHY]);

#endif
