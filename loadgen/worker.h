#ifndef LOADGEN_WORKER_H
#define LOADGEN_WORKER_H

/*
 * A worker process: its share of the sessions, on an event loop of its own.
 *
 *	launch     begins sessions: as others end, or when they are due
 *	timetable  tells sessions when a message is due
 *	session    one connection, from connect to close
 *	exchange   its messages: sends, compares, times
 *	deadline   ends those that make no progress
 */

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/deadline.h"
#include "loadgen/options.h"
#include "loadgen/schedule.h"
#include "loadgen/session.h"
#include "loadgen/tally.h"

struct worker {
	const struct options *o;
	struct control *control;
	struct tally *tally;
	struct event_base *base;
	struct event *tick;
	uint64_t ticked_ns;
	struct session *sessions; /* `share` of them */
	uint64_t share;		  /* sessions open at once */
	uint64_t index;		  /* of this worker */
	uint64_t count;		  /* of all workers */
	bool finishing;		  /* the end has come */

	/* launch */
	struct event *launch;
	struct session_queue unused;
	uint64_t quota;	  /* sessions to begin in all */
	uint64_t opening; /* without their first echo */
	uint64_t opening_limit;
	bool holding_back; /* after a failure: no more before the tick */
	struct arrival_law session_law;
	struct arrival_stream session_due, session_begun;
	uint64_t level_ns; /* until when open_area_ns is summed */

	/* timetable */
	struct event *due;
	struct due_heap timetable;
	struct arrival_law message_law;
	bool scheduled;	  /* the held sessions have their schedule */
	uint64_t sent_ns; /* when a message last was */

	struct session_queue waiting; /* see deadline */
	char *tx_buffer, *rx_buffer;  /* for one call, BUFFER_BYTES each */
	uint64_t cpu_mark_ns;	      /* CPU used when the window began, */
	uint64_t cpu_mark_at_ns;      /* or soon after; 0: not yet */
};

/*
 * In the open model a worker wakes so long before something is due, and stays
 * awake so long for an answer after it has sent: to wake from sleep takes
 * tens of microseconds, which are the machine's and not the server's.
 */
#define WORKER_AWAKE_NS (40 * NS_PER_US)

enum { BUFFER_BYTES = 64 * 1024 };

/*
 * Runs worker number `index` of `count` to its end. Returns 0, or -1 with
 * errno if it could not start.
 */
int worker_run(const struct options *o, struct board *board, unsigned index,
	       unsigned count);

/* A session has ended: ends the loop if it was the last. Says whether. */
bool worker_leave_if_done(struct worker *w);

/* Whether something due then belongs to the steady phase. */
static inline bool worker_in_window(const struct worker *w, uint64_t at_ns)
{
	return at_ns >= w->control->window_start_ns &&
	       at_ns < w->control->window_end_ns;
}

#endif
