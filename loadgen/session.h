#ifndef LOADGEN_SESSION_H
#define LOADGEN_SESSION_H

/*
 * One session: a TCP connection from connect to close.
 *
 *	OPENING --connected--> ECHOING --all echoed--> CLOSING --FIN--> end
 *	                        |    ^
 *	         (nothing due) IDLE--+ a message is due
 *
 * Reads and writes go straight to the socket; what the event loop is told
 * changes only when a write would block, and once a session at either end.
 */

#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "loadgen/schedule.h"

struct worker;

enum session_state {
	SESSION_OPENING, /* connect() called, handshake not known complete */
	SESSION_ECHOING, /* an answer is outstanding */
	SESSION_IDLE,	 /* nothing is, and nothing is due */
	SESSION_CLOSING, /* our FIN sent, the server's awaited */
};

struct session {
	struct worker *worker;
	struct event event;
	TAILQ_ENTRY(session) waiting; /* see deadline.h; or unused */
	bool is_waiting;
	uint64_t deadline_ns;
	uint64_t id;
	enum session_state state;
	bool served;
	bool steady; /* its latencies as a session count */
	int fd;
	uint64_t due_ns;       /* when it was to begin */
	uint64_t connect_ns;   /* connect() was called */
	uint64_t connected_ns; /* the handshake was seen complete */
	uint64_t close_ns;     /* our FIN was sent */

	/*
	 * Messages so far: that were to be sent (the first one from the start
	 * on), written whole, read whole.
	 */
	uint64_t due, sent, echoed;
	/* When each was due, by a cursor for each of these; see schedule.h. */
	struct arrival_stream due_at, sent_at, echoed_at;
	uint64_t schedule_ns;	 /* which these count from */
	uint64_t sent_ns;	 /* the last message was */
	uint64_t lone;		 /* the last sent with no echo outstanding, */
	uint64_t lone_ns;	 /* and when; see exchange.h */
	uint64_t tx_key, rx_key; /* of the messages under way */
	size_t tx_offset;	 /* written of message number `sent` */
	size_t rx_offset;	 /* read of message number `echoed` */
	bool tx_busy;		 /* that message is not yet written whole */
};

/*
 * Connects, and sends the first message. The session may end before this
 * returns.
 *   due_ns: when it was to begin.
 */
void session_begin(struct session *s, struct worker *w, uint64_t id,
		   uint64_t due_ns);

/* Nothing more is due: closes if nothing is outstanding. */
void session_finish(struct session *s);

/* Ends it at once, as a failure of this cause (see tally.h). */
void session_fail(struct session *s, int cause);

/* Tells the event loop what to wait for. Returns 0, or -1. */
int session_wait(struct session *s, short what);

/* Sends our FIN. Returns 0, or -1 if the session has ended by that. */
int session_close(struct session *s, uint64_t now_ns);

#endif
