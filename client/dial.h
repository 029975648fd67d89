#ifndef CLIENT_DIAL_H
#define CLIENT_DIAL_H

#include "client/peer.h"

enum { DIAL_WHY = 512 };

/*
 * Connects to a server by name or numeric address, trying in turn each address
 * that the name has in p->family, for p->timeout_ns at most each. Fills the
 * rest of *p. Returns 0, or -1 with one sentence in why on the last address
 * tried: what failed, where, the reason, what to do. The caller closes p->fd.
 */
int dial(const char *host, const char *port, struct peer *p,
	 char why[DIAL_WHY]);

#endif
