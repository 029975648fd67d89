#ifndef LOADGEN_WORKER_H
#define LOADGEN_WORKER_H

/*
 * A worker process: its share of the sessions, on an event loop of its own. It
 * alone knows the loop. It acts on what the layers below tell, each of which
 * knows only those below itself:
 *
 *	launch     may a session begin?
 *	session    one connection, from connect to close
 *	exchange   its messages: sends, compares, times
 *	timetable  what is due next?
 */

#include "loadgen/options.h"
#include "loadgen/tally.h"

/*
 * Runs worker number `index` of `count` to its end. Returns 0, or -1 if it
 * could not start or go on: its tally has the errno.
 */
int worker_run(const struct options *o, struct board *board, unsigned index,
	       unsigned count);

#endif
