#ifndef LOADGEN_BACKLOG_H
#define LOADGEN_BACKLOG_H

#include "lib/parse.h"

/*
 * Connections that the accept queue of the listener at this address and port
 * is to hold (what ss shows as Send-Q of LISTEN): the kernel is asked for the
 * socket that a connection would reach, which may listen at a wildcard
 * address. Of several that share the port by SO_REUSEPORT, it is any one.
 * Returns -1 if nothing listens there in this network namespace, or if it
 * can't be told.
 */
int backlog_of(const struct address *to);

#endif
