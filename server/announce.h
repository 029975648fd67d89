#ifndef SERVER_ANNOUNCE_H
#define SERVER_ANNOUNCE_H

#include "lib/sock.h"
#include "server/options.h"

/*
 * Says that the daemon listens: to who waits for its port, to the log, to the
 * terminal, which it lets go, and to NOTIFY_SOCKET. Warns if others than this
 * machine can reach it. Returns 0, or -1, told.
 */
int announce(const struct options *o, const struct address *bound);

#endif
