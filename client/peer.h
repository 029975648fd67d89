#ifndef CLIENT_PEER_H
#define CLIENT_PEER_H

/* The server at the other end of a connection. dial() fills it. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "client/end.h"
#include "lib/sock.h"

struct peer {
	int fd; /* does not block */
	char name[SOCK_NAME];
	int family;	     /* AF_INET or AF_INET6, or AF_UNSPEC for either */
	uint64_t timeout_ns; /* for what it owes us, or WAIT_FOREVER */
	uint64_t sent, came; /* bytes */
	bool ended;	     /* it has ended its half of the connection */
};

/*
 * Sends or receives what can be without waiting. Returns the bytes, 0 if there
 * is nothing to do now or, receiving, at the end (see peer.ended); or -1 with
 * errno.
 */
ssize_t peer_send(struct peer *p, const void *buf, size_t bytes);
ssize_t peer_receive(struct peer *p, void *buf, size_t bytes);

/* No more is sent: the server finds the end when it has read all. */
void peer_end_sending(struct peer *p);

/*
 * Sends bytes and receives as many in return, within peer.timeout_ns. Returns
 * END_DONE if all came, END_CLOSED, END_LOST or END_SILENT.
 */
enum end peer_exchange(struct peer *p, const void *out, void *in, size_t bytes);

#endif
