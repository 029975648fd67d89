#ifndef LOADGEN_SESSION_H
#define LOADGEN_SESSION_H

/*
 * One session: a TCP connection from connect to close.
 *
 *	OPENING --connected--> ECHOING --all echoed--> CLOSING --FIN--> OVER
 *	                        |    ^
 *	         (nothing due) IDLE--+ a message is due
 *
 * It never waits. Every function tells what the session is doing then; its
 * caller waits for what session_wants() says, and releases one that has ended.
 */

#include <stdbool.h>
#include <stdint.h>

#include "loadgen/exchange.h"
#include "loadgen/load.h"

enum session_state {
	SESSION_UNUSED,	 /* or over */
	SESSION_OPENING, /* connect() called, handshake not known complete */
	SESSION_ECHOING, /* an answer is outstanding */
	SESSION_IDLE,	 /* nothing is, and nothing is due */
	SESSION_CLOSING, /* our FIN sent, the server's awaited */
	SESSION_OVER,	 /* for its caller to release */
};

struct session {
	struct exchange x;
	enum session_state state;
	bool served;
	bool steady;	      /* its latencies as a session count */
	bool blocked;	      /* a write waits for room */
	int cause;	      /* that it ended by: 0: in order; see tally.h */
	uint64_t due_ns;      /* when it was to begin */
	uint64_t connect_ns;  /* connect() was called */
	uint64_t close_ns;    /* our FIN was sent */
	uint64_t progress_ns; /* the server, or we, did something last */
};

/*
 * Connects, and sends the first message.
 *   due_ns: when it was to begin.
 */
enum outcome session_begin(struct session *s, const struct load *l, uint64_t id,
			   uint64_t due_ns);

/* The socket is ready for what was wanted. */
enum outcome session_ready(struct session *s, bool readable, bool writable);

/* A message is due. On a session that has ended it stays unsent. */
enum outcome session_due(struct session *s, uint64_t at_ns);

/* Nothing more is due: closes if nothing is outstanding. */
enum outcome session_finish(struct session *s);

/* Ends it at once, as a failure of this cause. */
enum outcome session_fail(struct session *s, int cause);

/* Closes the socket of one that has ended. */
void session_release(struct session *s);

/* What to wait for. */
static inline bool session_wants_room(const struct session *s)
{
	return s->state == SESSION_OPENING || s->blocked;
}

static inline bool session_wants_bytes(const struct session *s)
{
	return s->state != SESSION_OPENING;
}

/* Whether it waits for the server. */
static inline bool session_waits(const struct session *s)
{
	return s->state == SESSION_OPENING || s->state == SESSION_ECHOING ||
	       s->state == SESSION_CLOSING;
}

#endif
