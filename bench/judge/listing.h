#ifndef BENCH_JUDGE_LISTING_H
#define BENCH_JUDGE_LISTING_H

/* The stored runs of a folder, by their run.json alone. */

#include "bench/judge/load.h"

struct listing_run {
	char folder[NAME_MAX + 1];
	bool partial;	    /* its folder ends in .partial */
	const char *status; /* as stored: "VALID", "RUNNING"; "-" if unknown */
	char why[LOAD_WHY]; /* it can't be read; "" if it can */
	struct load_run head;
};

struct listing {
	size_t n;
	struct listing_run *list; /* newest first, unreadable ones last */
};

/*
 * Every folder in `dir` that holds a run.json or ends in .partial; links are
 * not followed. Returns 0, or -1 with one sentence in why. Release with
 * listing_release() in either case.
 */
int listing_read(const char *dir, struct listing *l, char why[LOAD_WHY]);
void listing_release(struct listing *l);

#endif
