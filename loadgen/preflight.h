#ifndef LOADGEN_PREFLIGHT_H
#define LOADGEN_PREFLIGHT_H

#include "loadgen/options.h"

enum { PREFLIGHT_WHY = 256 };

/*
 * Looks at this machine's limits before anything is opened, and raises the
 * soft limit of open files to the hard one.
 * Returns the number of workers to use; or 0 with, in why, the limit, its
 * value, the need and what to do.
 */
unsigned preflight(const struct options *o, char why[PREFLIGHT_WHY]);

#endif
