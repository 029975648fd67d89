#ifndef CLIENT_RAW_H
#define CLIENT_RAW_H

#include "client/peer.h"

/*
 * Copies standard input to the server, and what the server sends to standard
 * output, both at once. Neither blocks the other, unless the server stops
 * reading until its answers are read. At the end of input it closes our half
 * of the connection, and waits for the server to close the other.
 */
enum end raw(struct peer *p);

#endif
