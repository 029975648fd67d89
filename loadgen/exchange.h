#ifndef LOADGEN_EXCHANGE_H
#define LOADGEN_EXCHANGE_H

/*
 * The messages of a session: sends them, compares every byte that comes back,
 * and times each, one sample a message however the bytes arrive.
 *
 * An echo's latency counts from when its message was due; in the closed model
 * that is when it was sent. The uncorrected figure beside it is what a tool
 * would say that sends only when it has every answer, and times from its own
 * send: messages sent while an echo was outstanding are not in it. So a
 * server's pause is seen once a session, however many messages were due
 * meanwhile (Tene, "How NOT to measure latency", calls this coordinated
 * omission).
 */

#include <stddef.h>
#include <stdint.h>

struct session;

/*
 * Sends the first message if the handshake is complete, or waits until it is.
 */
void exchange_open(struct session *s);

/*
 * A message is due at at_ns: counts it, and sends it at once, or as soon as
 * the socket has room. On a session that has ended it stays unsent.
 */
void exchange_due(struct session *s, uint64_t at_ns);

/* Writes on, as far as the socket takes it. -1: the session has ended. */
int exchange_write(struct session *s);

/* Compares what came at now_ns. The session may end by it. */
void exchange_received(struct session *s, const char *at, size_t bytes,
		       uint64_t now_ns);

#endif
