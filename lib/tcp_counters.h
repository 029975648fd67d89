#ifndef LIB_TCP_COUNTERS_H
#define LIB_TCP_COUNTERS_H

/*
 * What the kernel counts of TCP when connections are lost or late, from
 * /proc/net/netstat. They are of the whole network namespace: every program
 * in it counts, at both ends of a connection.
 */

#include <stdint.h>
#include <stdio.h>

/* The one list of counters: field, the kernel's name. */
#define TCP_COUNTERS(X)                                                        \
	X(listen_overflows, "ListenOverflows") /* of an accept queue */        \
	X(listen_drops, "ListenDrops")	    /* those, and for other reasons */ \
	X(syn_retransmits, "TCPSynRetrans") /* of SYN or SYN-ACK */            \
	X(timeouts, "TCPTimeouts")	    /* of the retransmission timer */  \
	X(syn_queue_cookies, "TCPReqQFullDoCookies") /* full: cookie sent */   \
	X(syn_queue_drops, "TCPReqQFullDrop")	     /* full: SYN dropped */

/* Since the namespace was made, or a rise; -1: unknown. */
struct tcp_counters {
#define X(field, name) int64_t field;
	TCP_COUNTERS(X)
#undef X
};

/* What this kernel doesn't count is unknown, and all if there is no file. */
void tcp_counters_read(struct tcp_counters *c);

/* The same from an open file; a line that is cut short counts for nothing. */
void tcp_counters_parse(FILE *in, struct tcp_counters *c);

/* What rose from one reading to a later one. */
struct tcp_counters tcp_counters_rise(const struct tcp_counters *before,
				      const struct tcp_counters *after);

#endif
