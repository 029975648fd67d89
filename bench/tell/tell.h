#ifndef BENCH_TELL_TELL_H
#define BENCH_TELL_TELL_H

/*
 * The forms in which a judged run is told. Each writes to the stream that it
 * is given and returns 0, or -1 with errno; none flushes.
 */

#include <stdio.h>

#include "bench/judge/judge.h"
#include "bench/tell/findings.h"
#include "bench/tell/plots.h"

struct tell {
	const struct load_run *run;
	const struct judgement *j;
	const struct findings *findings;
	const struct plots *plots;
};

#endif
