#ifndef BENCH_TELL_HEADLINES_MODES_H
#define BENCH_TELL_HEADLINES_MODES_H

/* The answers that go through the modes; for bench/tell/headlines.c alone. */

#include "bench/tell/headlines.h"

/* Which leave zombies. */
void headline_leaks(const struct load_run *run, const struct judgement *j,
		    char text[FINDING]);

/* Which are faster or slower than the baseline. */
void headline_speed(const struct load_run *run, const struct judgement *j,
		    char text[FINDING]);

#endif
