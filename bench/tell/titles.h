#ifndef BENCH_TELL_TITLES_H
#define BENCH_TELL_TITLES_H

/*
 * The pictures' titles: each states the finding that the picture shows, from
 * the data, whatever the data are. Modes bear their labels here.
 */

#include "bench/judge/judge.h"

enum { TITLE = 400 };

/* Verdicts over all primary metrics. */
void title_verdicts(const struct load_run *run, const struct judgement *j,
		    char title[TITLE]);

/*
 * What the verdicts of one mode come to, as "worse on 2, the same on 3 of 5";
 * empty if it has none.
 */
void title_mode(const struct load_run *run, const struct judgement *j,
		size_t slot, char text[TITLE]);

/* Who leaks in an experiment. */
void title_zombies(const struct load_run *run, const struct judgement *j,
		   size_t experiment, char title[TITLE]);

/* How the modes compare in one metric. */
void title_metric(const struct load_run *run, const struct judgement *j,
		  size_t experiment, enum metric_id metric, char title[TITLE]);

#endif
