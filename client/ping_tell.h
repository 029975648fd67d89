#ifndef CLIENT_PING_TELL_H
#define CLIENT_PING_TELL_H

/*
 * What ping prints on standard output, each time at once. Both return 0, or -1
 * with errno if it cannot be written.
 */

#include "client/peer.h"
#include "client/track.h"

/* A line on one message, and one on those it has passed over. */
int ping_tell(const struct track_verdict *v, const struct peer *p,
	      size_t size_bytes);

/* The summary. */
int ping_tell_all(const struct track *t, const struct peer *p);

#endif
