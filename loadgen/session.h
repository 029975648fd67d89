#ifndef LOADGEN_SESSION_H
#define LOADGEN_SESSION_H

/*
 * One session: a TCP connection from connect to close.
 *
 *	OPENING --connected--> ECHOING --all echoed--> CLOSING --FIN--> end
 *	                        |    ^
 *	             (hold) IDLE+----+ a message is due
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
	SESSION_IDLE,	 /* held, nothing outstanding */
	SESSION_CLOSING, /* our FIN sent, the server's awaited */
};

/* Messages of one session that may await their echo at once. */
enum { SESSION_FLIGHTS = 16 };

/* A message on its way: when it was to be sent, and when it was. */
struct flight {
	uint64_t intended_ns, sent_ns;
};

struct session {
	struct worker *worker;
	struct event event;
	TAILQ_ENTRY(session) waiting; /* by deadline, while it waits */
	bool is_waiting;
	uint64_t deadline_ns;
	uint64_t id;
	enum session_state state;
	bool served;
	int fd;
	uint64_t connect_ns;	 /* connect() was called */
	uint64_t close_ns;	 /* our FIN was sent */
	uint64_t sent, echoed;	 /* whole messages */
	uint64_t tx_key, rx_key; /* of the messages under way */
	size_t tx_offset;	 /* written of message number `sent` */
	size_t rx_offset;	 /* read of message number `echoed` */
	bool tx_busy;		 /* that message is not yet written whole */
	struct flight flight[SESSION_FLIGHTS]; /* ring, by message number */
	struct arrival_stream arrivals;
	uint64_t late_ns; /* due then and not yet sent; 0: none */
};

/*
 * Connects, and sends the first message. The session may end before this
 * returns.
 */
void session_begin(struct session *s, struct worker *w, uint64_t id);

/* Whether another message may be sent now. */
bool session_has_room(const struct session *s);

/* Sends one more message, due at intended_ns; the session has room. */
void session_send(struct session *s, uint64_t intended_ns);

/* No more messages: closes as soon as every echo is in. */
void session_finish(struct session *s);

/* Ends it at once, as a failure of this cause (see tally.h). */
void session_fail(struct session *s, int cause);

#endif
