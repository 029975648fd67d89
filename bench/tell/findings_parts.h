#ifndef BENCH_TELL_FINDINGS_PARTS_H
#define BENCH_TELL_FINDINGS_PARTS_H

/* What the findings share; for bench/tell/findings*.c alone. */

#include "bench/tell/findings.h"

enum { FINDING_NAME = LOAD_NAME + 8 };

/* The next one's text, empty. */
char *finding_next(struct findings *f);

/* A slot in quotes: one mode is called none. */
const char *finding_name(const struct load_run *run, size_t slot,
			 char out[FINDING_NAME]);

/* Who left zombies in an experiment, who none, and what signals coalesced. */
void findings_zombies(const struct load_run *run, const struct judgement *j,
		      size_t experiment, struct findings *f);

/* Noise, drift, the machine, outliers, suspect cells. */
void findings_trust(const struct load_run *run, const struct judgement *j,
		    struct findings *f);

#endif
