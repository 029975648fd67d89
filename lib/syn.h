#ifndef LIB_SYN_H
#define LIB_SYN_H

/*
 * When this kernel sends a SYN again that nobody answered. The first time-out
 * is read from a fresh socket, the rest from sysctls: the time-out stays for
 * tcp_syn_linear_timeouts retransmissions (Linux 6.5), then doubles.
 */

#include <stddef.h>
#include <stdint.h>

enum { SYN_MOST = 16 };

/*
 * Seconds from the first SYN to each retransmission. Returns how many; 0: not
 * known.
 */
size_t syn_schedule(double at_s[SYN_MOST]);

/* The same of given figures. */
size_t syn_schedule_of(double first_s, uint64_t linear, uint64_t retries,
		       double at_s[SYN_MOST]);

#endif
