#ifndef BENCH_TELL_H
#define BENCH_TELL_H

/*
 * The forms in which a judged run is told. Each writes to the stream that it
 * is given and returns 0, or -1 with errno; none flushes.
 */

#include <stdio.h>

#include "bench/findings.h"
#include "bench/judge.h"
#include "bench/plots.h"

struct tell {
	const struct load_run *run;
	const struct judgement *j;
	const struct findings *findings;
	const struct plots *plots;
};

#endif
