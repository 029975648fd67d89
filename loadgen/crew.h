#ifndef LOADGEN_CREW_H
#define LOADGEN_CREW_H

/*
 * The worker processes, as their parent sees them: starts them, tells them
 * when the steady phase begins and ends, shows progress, and waits for them.
 */

#include "loadgen/options.h"
#include "loadgen/tally.h"

struct crew_outcome {
	int interrupted_by; /* a signal number, or 0 */
	unsigned lost;	    /* workers that did not end in order */
	uint64_t open_ns;   /* until every held session was open; 0: never */
};

/*
 * Runs `workers` workers on the board to their end.
 * Returns 0, or -1 with errno if they could not be started; none is left
 * running then.
 */
int crew_run(const struct options *o, struct board *board, unsigned workers,
	     struct crew_outcome *outcome);

#endif
