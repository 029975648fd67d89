#ifndef BENCH_JUDGE_LISTING_H
#define BENCH_JUDGE_LISTING_H

/* The runs in a folder, each read and judged. */

#include "bench/judge/judge.h"

struct listed {
	char id[256];		    /* as in struct run */
	bool partial;		    /* the folder's name ends in .partial */
	char unreadable[CELLS_WHY]; /* why; "" if it could be read */
	enum run_state state;
	char profile[16], started_utc[RUN_UTC];
	double elapsed_s;
	size_t cells;
	char experiments[256]; /* "churn, leak" */
};

struct listing {
	size_t count;
	struct listed *run; /* owned; newest first, unreadable ones last */
};

/*
 * Every folder in `folder` that holds a run.json or ends in .partial; links
 * are not followed. Returns 0, or -1 with one sentence in why. Release in the
 * first case.
 */
int listing_read(const char *folder, struct listing *l, char why[CELLS_WHY]);
void listing_release(struct listing *l);

#endif
