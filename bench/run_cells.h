#ifndef BENCH_RUN_CELLS_H
#define BENCH_RUN_CELLS_H

/* A run under way, and what measures its cells. For run.c alone. */

#include "bench/measure/conduct.h"
#include "bench/measure/progress.h"
#include "bench/measure/store.h"
#include "bench/run.h"

struct run {
	const struct config *config;
	const struct run_programs *programs;
	struct store store;
	struct plan plan;
	enum conduct_past *past; /* of each cell; NULL: a new run */
	struct run_end end;
	struct progress progress;
	unsigned daemons; /* the next one's number */
};

/* Measures cells, stores them and shows how far it is; its context is *r. */
struct executor run_executor(struct run *r);

#endif
