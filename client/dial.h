#ifndef CLIENT_DIAL_H
#define CLIENT_DIAL_H

#include "lib/sock.h"

enum { DIAL_WHY = 512 };

/*
 * Connects to a server by name or numeric address, trying each address that
 * the name has. *peer is the name of the address that answered.
 * Returns the descriptor (close-on-exec), or -1 with one sentence in why:
 * what failed, where, the reason, what to do.
 */
int dial(const char *host, const char *port, char peer[SOCK_NAME],
	 char why[DIAL_WHY]);

#endif
