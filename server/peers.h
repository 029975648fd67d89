#ifndef SERVER_PEERS_H
#define SERVER_PEERS_H

/*
 * How many sessions each client address has, for --max-per-address. Each
 * session has a place in a table of shared memory, which it leaves when it
 * ends. Of IPv6, addresses with the same first 64 bits count as one: a host
 * usually has all of these to choose from.
 */

#include <stdint.h>
#include <sys/types.h>

#include "lib/parse.h"

struct peer;

/* Before the first fork. Returns 0, or -1 with errno. */
int peers_set_up(uint64_t most_per_address);

/*
 * Takes a place for a session that is to be forked. Returns NULL if that
 * address has all its sessions, or the table is full. Sessions that were
 * killed are looked for first: they did not leave their places.
 */
struct peer *peers_admit(const struct address *client);

/* In the parent, once the session has a process ID. NULL is ignored. */
void peers_note(struct peer *place, pid_t pid);

/* The session ends, or was never forked. NULL is ignored. */
void peers_leave(struct peer *place);

#endif
