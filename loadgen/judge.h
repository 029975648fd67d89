#ifndef LOADGEN_JUDGE_H
#define LOADGEN_JUDGE_H

/*
 * Whether a run's figures can be trusted, by the run's own evidence. Invalid:
 * they are not those of the load asked for, or something failed. Suspect: they
 * may be more of the generator or the machine than of the server. Every reason
 * says what to do.
 */

#include "loadgen/result.h"

struct run;

void judge(const struct run *r, struct verdict *v);

#endif
