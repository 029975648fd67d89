#ifndef SERVER_DRAIN_H
#define SERVER_DRAIN_H

#include <stdint.h>

#include "server/serve.h"

/*
 * Lets the sessions that are left come to their end, when nothing is accepted
 * any more: returns when none is left, after timeout_ns (0: at once), or as
 * soon as the daemon is told to stop once more. Tells the log.
 */
void drain(const struct serve *s, uint64_t timeout_ns);

#endif
