#ifndef LOADGEN_CREW_H
#define LOADGEN_CREW_H

/*
 * The worker processes, as their parent sees them: starts them, tells them
 * when the steady phase begins and ends, shows progress, and waits for them.
 */

#include <stdbool.h>

#include "loadgen/interval.h"
#include "loadgen/options.h"
#include "loadgen/tally.h"

enum gave_up_why {
	GAVE_UP_NOT,
	GAVE_UP_SIGNAL,
	GAVE_UP_DEAD,	/* nothing was served for a time-out */
	GAVE_UP_HANG,	/* no worker moved */
	GAVE_UP_MEMORY, /* for the schedule */
};

struct crew_outcome {
	double start_unix_s; /* when it began, seconds since 1970 */
	int interrupted_by;  /* a signal number, or 0 */
	unsigned lost;	     /* workers that did not end in order */
	uint64_t stalls;     /* looks of the parent that came late, in the */
	uint64_t stalled_ns; /* window, and by so much in all */
	uint64_t open_ns;    /* until every held session was open; 0: never */
	uint64_t gave_up_ns; /* when workers were told to end; 0: never */
	enum gave_up_why gave_up_why;
};

/*
 * Blocks the signals that end a run, but for those the caller's caller has
 * ignored. They stay blocked: crew_run() takes them, and one that comes later
 * must not lose the report.
 */
void crew_block_signals(void);

/*
 * Takes that back: from now on they end the program. A write to a pipe that
 * nobody reads would wait for ever.
 */
void crew_heed_signals(void);

/*
 * Runs `workers` workers on the board to their end.
 * Returns 0, or -1 with errno if they could not be started; none is left
 * running then.
 */
int crew_run(const struct options *o, struct board *board, unsigned workers,
	     struct interval *interval, struct crew_outcome *outcome);

#endif
