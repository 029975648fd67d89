#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <signal.h>
#include <stdint.h>

#include "lib/daemon_stats.h"

/* What a child writes to: its own, once it has been forked. */
struct session_memory {
	volatile sig_atomic_t counted; /* its exit, see stop_note_at() */
	char buffer[16 * 1024];	       /* for what is read */
};

/* A child ends: counts that, and wakes the parent if it waits for it. */
void session_count_exit(struct daemon_stats *stats);

/*
 * The child's whole life: keeps only its connection, echoes until the client
 * has closed or has been idle for idle_timeout_ns (0: for ever), and exits.
 *   forked_ns: when the parent called fork().
 */
_Noreturn void session_serve(int fd, uint64_t forked_ns,
			     uint64_t idle_timeout_ns,
			     struct daemon_stats *stats,
			     struct session_memory *memory);

#endif
