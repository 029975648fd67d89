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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/load.h"

struct exchange {
	const struct load *load;
	int fd;
	uint64_t session; /* whose */

	/*
	 * Messages so far: that were to be sent (the first one from the start
	 * on), written whole, read whole.
	 */
	uint64_t due, sent, echoed;
	/* When each was due, by a cursor for each of these; see timetable.h. */
	struct arrival_stream due_at, sent_at, echoed_at;
	uint64_t schedule_ns;	 /* which these count from */
	uint64_t lone;		 /* the last sent with no echo outstanding, */
	uint64_t lone_ns;	 /* and when */
	uint64_t tx_key, rx_key; /* of the messages under way */
	size_t tx_offset;	 /* written of message number `sent` */
	size_t rx_offset;	 /* read of message number `echoed` */
	bool tx_busy;		 /* that message is not yet written whole */
};

/* From start_ns on, messages are due on a schedule of the session's own. */
void exchange_schedule(struct exchange *x, uint64_t start_ns);

/* When the next one is due. */
uint64_t exchange_next_ns(struct exchange *x);

/* One more message is to be sent, now, or since due_ns by the schedule. */
void exchange_due(struct exchange *x, uint64_t due_ns);

/* The first write has shown that the connection is there. */
void exchange_opened(struct exchange *x);

/*
 * Writes what is to be sent, as far as the socket takes it.
 * Returns 0 if that was all, or -1 with errno: EAGAIN if there is more.
 */
int exchange_write(struct exchange *x);

/*
 * Compares what came at at_ns, and times the echoes that it completes.
 * Returns 0, or -1 if it is not what was sent.
 */
int exchange_received(struct exchange *x, const char *bytes, size_t count,
		      uint64_t at_ns);

/* Whether an echo is outstanding, or a message is still to be written. */
static inline bool exchange_is_busy(const struct exchange *x)
{
	return x->echoed < x->due;
}

#endif
