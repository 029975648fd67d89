#ifndef LOADGEN_WORKER_H
#define LOADGEN_WORKER_H

/*
 * A worker process: its share of the sessions, on an event loop of its own.
 */

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/options.h"
#include "loadgen/session.h"
#include "loadgen/tally.h"

TAILQ_HEAD(session_queue, session);

struct worker {
	const struct options *o;
	struct control *control;
	struct tally *tally;
	struct event_base *base;
	struct event *tick, *launch, *due;
	struct session *sessions;     /* `share` of them */
	struct session_queue unused;  /* linked by `waiting`, too */
	struct session_queue waiting; /* those with a deadline, earliest first */
	struct due_heap schedule;     /* next message of each held session */
	uint64_t share;		      /* sessions open at once */
	uint64_t quota;		      /* sessions to begin in all */
	uint64_t opening_limit;
	uint64_t opening;	   /* without their first echo */
	uint64_t index;		   /* of this worker */
	uint64_t next_id, id_step; /* sessions are numbered across workers */
	bool holding_back; /* after a failure: begin no more before the tick */
	bool scheduled;	   /* the held sessions have their schedule */
	bool finishing;	   /* the end has come */
	char *tx_buffer, *rx_buffer; /* for one call, BUFFER_BYTES each */
};

enum { BUFFER_BYTES = 64 * 1024 };

/*
 * Runs worker number `index` of `count` to its end. Returns 0, or -1 with
 * errno if it could not start.
 */
int worker_run(const struct options *o, struct board *board, unsigned index,
	       unsigned count);

/* What a session tells its worker. */
void worker_opened(struct worker *w); /* its first echo is in */
void worker_ended(struct worker *w, struct session *s, bool failed);
void worker_progressed(struct worker *w, struct session *s); /* new deadline */
void worker_rests(struct worker *w, struct session *s);	     /* no deadline */

/* Whether a message due then belongs to the steady phase. */
bool worker_in_window(const struct worker *w, uint64_t at_ns);

#endif
