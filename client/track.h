#ifndef CLIENT_TRACK_H
#define CLIENT_TRACK_H

/*
 * Messages on their way to an echo server and back: which were sent, and what
 * each echo is. No two are alike, so that an echo identifies its message.
 * Uses no socket and no clock.
 *
 * At all times sent = echoed + lost + wrong + those still awaited.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/hist.h"

enum track_fate {
	TRACK_ECHOED, /* whole, right and in time */
	TRACK_LOST,   /* no echo in time */
	TRACK_WRONG,  /* what came in its place is no message awaited */
	TRACK_LATE    /* the echo of one that is lost already, and stays so */
};

struct track_verdict {
	enum track_fate fate;
	uint64_t message;     /* from 1 */
	uint64_t time_ns;     /* the round trip, if echoed */
	size_t differs_at;    /* first byte that does, from 1, if wrong */
	uint64_t passed_over; /* messages just before it, now lost, as their
				 echoes should have come first */
};

struct track {
	uint64_t sent, echoed, lost, wrong; /* messages */
	uint64_t min_ns;		    /* of the round trips */
	struct hist times;		    /* round trips */

	uint64_t seed;
	size_t bytes; /* of a message */
	uint64_t timeout_ns;
	uint64_t front; /* messages whose turn to be echoed is over */
	uint64_t live;	/* messages that are awaited no longer; >= front */
	uint64_t *sent_ns;
	uint64_t room; /* of sent_ns, a ring */
};

/*
 *   bytes: of a message, 8 or more.
 *   room: how many can be awaited at once.
 * Returns 0, or -1 with errno ENOMEM. track_release() frees what it holds.
 */
int track_init(struct track *t, uint64_t seed, size_t bytes,
	       uint64_t timeout_ns, uint64_t room);
void track_release(struct track *t);

/* Whether fewer are awaited than there is room for. */
bool track_has_room(const struct track *t);

/* The bytes of the message to send next. */
void track_fill(const struct track *t, void *out);

/* That message is sent now. Only if there is room. */
void track_send(struct track *t, uint64_t now_ns);

/* When the oldest that is awaited will be lost; UINT64_MAX if none is. */
uint64_t track_deadline(const struct track *t);

/* Loses one whose time is over. Returns false if there is none. */
bool track_expire(struct track *t, uint64_t now_ns, struct track_verdict *out);

/*
 * Judges the next bytes received, as many as a message has. Call track_expire()
 * first. Only if track_expects().
 */
struct track_verdict track_echo(struct track *t, const void *echo,
				uint64_t now_ns);

/* Whether any more may come of what was sent. */
bool track_expects(const struct track *t);

/* How many are awaited. */
uint64_t track_awaited(const struct track *t);

/* Loses all that are awaited: the connection has ended. */
void track_abandon(struct track *t);

#endif
