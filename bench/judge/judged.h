#ifndef BENCH_JUDGE_JUDGED_H
#define BENCH_JUDGE_JUDGED_H

/* A stored run and what it shows. Large: keep it off the stack. */

#include "bench/judge/judge.h"

struct judged {
	struct load_run run;
	struct judgement j;
};

/*
 * Loads and judges the run in folder `dir`. Returns 0, or -1 with one sentence
 * in why. Release with judged_release() in either case.
 */
int judged_load(const char *dir, struct judged *out, char why[LOAD_WHY]);
void judged_release(struct judged *out);

#endif
