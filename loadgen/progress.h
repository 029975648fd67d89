#ifndef LOADGEN_PROGRESS_H
#define LOADGEN_PROGRESS_H

/* How far the run is, on stderr: a line redrawn on a terminal, else plain. */

#include "loadgen/options.h"
#include "loadgen/tally.h"

/*
 * The phase of a run at a time: "opening" (until all held sessions are open),
 * "ramp", "warm-up", "steady", and "drain", when nothing more is due.
 *   *left_ns: until it ends; UINT64_MAX: not known.
 */
const char *phase_at(const struct control *c, const struct options *o,
		     uint64_t now_ns, uint64_t *left_ns);

/* Call as often as liked: it writes when a new line is due. */
void progress_show(const struct control *control, const struct options *o,
		   const struct tally *sum, uint64_t now_ns);

/* Removes the line from a terminal. */
void progress_end(void);

#endif
