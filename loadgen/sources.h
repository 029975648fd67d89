#ifndef LOADGEN_SOURCES_H
#define LOADGEN_SOURCES_H

/*
 * A pool of source addresses. A connection is told from others by both ends'
 * addresses and ports, so each source address brings a whole range of local
 * ports towards the same server.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/parse.h"

enum { SOURCES_MOST = 65536 };

/* Addresses that follow one another, from the first; its port is 0. */
struct sources {
	struct address first;
	uint64_t count; /* 0: none, the kernel picks the address */
};

/*
 * "A-B", or "A" alone: numeric addresses of one family, B not before A, equal
 * but for the last 32 bits, SOURCES_MOST of them at most.
 * Returns 0; or -1 with, in why, what is wrong and what would be right, and
 * *out unchanged.
 */
int sources_parse(const char *text, struct sources *out, char why[PARSE_WHY]);

/*
 * The pool for a server on IPv4 loopback: 127.1.0.1 upwards. All of
 * 127.0.0.0/8 is this machine's without set-up; 127.0.0.0/16 is left to
 * servers.
 */
struct sources sources_loopback(uint64_t count);

/* Address number i, counted from 0 and again from the first after the last. */
void sources_at(const struct sources *s, uint64_t i, struct address *out);

/*
 * Binds a TCP socket to address number i, and leaves the port to connect(),
 * which can share it between servers: a port that bind() picks is taken from
 * all. Returns 0, or -1 with errno (EADDRNOTAVAIL: not this machine's).
 */
int sources_bind(int fd, const struct sources *s, uint64_t i);

/* Whether an address is this machine's: one that a socket can be bound to. */
bool sources_is_local(const struct address *a);

#endif
