#ifndef BENCH_TELL_HEADLINES_H
#define BENCH_TELL_HEADLINES_H

/*
 * A run in ten seconds: how far to trust it, and short answers to the
 * questions that it was made for. The findings have the details.
 */

#include "bench/judge/judge.h"
#include "bench/tell/findings.h"

enum { HEADLINES = 4, QUESTION = 160 };

struct headlines {
	char trust[FINDING]; /* one sentence */
	size_t n;
	struct headline {
		char question[QUESTION];
		char answer[FINDING];
	} list[HEADLINES];
};

/* Who leaks, who is slower or faster, the noise, what is in doubt. */
void headlines_make(const struct load_run *run, const struct judgement *j,
		    struct headlines *h);

#endif
