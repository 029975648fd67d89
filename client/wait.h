#ifndef CLIENT_WAIT_H
#define CLIENT_WAIT_H

#include <poll.h>
#include <stdint.h>

#define WAIT_FOREVER UINT64_MAX

/*
 * poll(2) until clock_now_ns() reaches deadline_ns, or WAIT_FOREVER. Signals
 * do not end it. Returns how many are ready, 0 at the deadline, or -1.
 */
int wait_ready(struct pollfd fds[], nfds_t count, uint64_t deadline_ns);

/* When a time that began at from_ns is over. */
uint64_t wait_deadline(uint64_t from_ns, uint64_t time_ns);

/* The first beat after now_ns, of those every interval_ns from start_ns on. */
uint64_t wait_beat(uint64_t start_ns, uint64_t interval_ns, uint64_t now_ns);

#endif
