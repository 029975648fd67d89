#ifndef LOADGEN_KNEE_H
#define LOADGEN_KNEE_H

#include "loadgen/options.h"
#include "loadgen/preflight.h"

/*
 * Finds the highest session rate at which the server meets o->goal: runs of
 * o->duration_ns each, a line a run, then the answer. A run counts only if the
 * generator kept to its schedule; a session unserved misses the goal. One with
 * too few samples for the figure is made again for longer.
 * Returns the program's exit status: 0 if found, 1 if no rate meets it or the
 * ends could not be confirmed.
 */
int knee_find(const struct options *o, const struct preflight *p);

/* The seed of a step: far from those of its workers and of other steps. */
uint64_t knee_seed(uint64_t seed, unsigned step);

#endif
