#ifndef BENCH_TELL_FIGURES_H
#define BENCH_TELL_FIGURES_H

/*
 * The pictures of a run, drawn by gnuplot. The title of a picture is the
 * sentence of the answers that it shows, where there is one.
 */

#include "bench/judge/judge.h"
#include "bench/tell/answers.h"

enum { FIGURES_MOST = 24, FIGURES_WHY = 512 };

struct figure {
	const char *name;	/* of its files: "verdicts" */
	const char *experiment; /* that it belongs to; "": to the whole run */
	char title[240];	/* also drawn in it */
	char alt[1200];		/* what a reader who can't see it should know */
};

struct figures {
	size_t count;
	struct figure figure[FIGURES_MOST];
};

/*
 * Which pictures the run has data for: verdicts, zombies, cpu, floor, counts,
 * latency, one of each experiment with curves, backlog, exhaust, servers,
 * cells. Texts are plain UTF-8 of one line; names in them are as the user gave
 * them, so a page has to escape them.
 */
void figures_choose(const struct judged *j, const struct answers *answers,
		    struct figures *f);

/*
 * Draws those into `folder`/plots: NAME.svg and NAME.png. They
 * appear when all are complete. Needs spawn_set_up().
 * Returns 0, or -1 with one sentence in why: gnuplot is missing, fails, or
 * hangs (see FIGURES_PATIENCE_S), or a signal asks this process to stop.
 */
enum { FIGURES_PATIENCE_S = 60 };
int figures_draw(const struct judged *j, const struct figures *f,
		 const char *folder, char why[FIGURES_WHY]);

#endif
