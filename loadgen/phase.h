#ifndef LOADGEN_PHASE_H
#define LOADGEN_PHASE_H

#include "loadgen/options.h"
#include "loadgen/tally.h"

/*
 * The phase of a run at a time: "opening" (until all held sessions are open),
 * "ramp", "warm-up", "steady", and "drain", when nothing more is due.
 *   *left_ns: until it ends; UINT64_MAX: not known.
 */
const char *phase_at(const struct control *c, const struct options *o,
		     uint64_t now_ns, uint64_t *left_ns);

#endif
