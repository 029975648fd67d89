#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdint.h>

#include "lib/daemon_stats.h"

enum { SESSION_BUFFER_BYTES = 16 * 1024 };

/*
 * The child's whole life: keeps only its connection, echoes until the client
 * has closed or has been idle for idle_timeout_ns (0: for ever), and exits.
 *   forked_ns: when the parent called fork().
 *   buffer: of SESSION_BUFFER_BYTES, for what is read.
 */
_Noreturn void session_serve(int fd, uint64_t forked_ns,
			     uint64_t idle_timeout_ns,
			     struct daemon_stats *stats, char *buffer);

#endif
