#ifndef CLIENT_RAW_H
#define CLIENT_RAW_H

#include "client/peer.h"

/*
 * Bytes as they are: standard input to the server, and what the server sends
 * to standard output, both at once. Neither can hold up the other, unless the
 * server itself reads on only when its answers are taken. At the end of input
 * our half of the connection is ended, and the server's is awaited.
 */
enum end raw(struct peer *p);

#endif
