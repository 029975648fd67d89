#ifndef SERVER_TUNING_H
#define SERVER_TUNING_H

/*
 * Micro-tuning. The protocol needs none of this: take any of these away and
 * the daemon does the same, some microseconds slower. docs/FLOOR.md has what
 * was measured. What all but the last save is page faults: after a fork, the
 * first write to each private page copies that page, in whoever writes.
 *
 * 1. fork:      tuning_fork() runs no handlers of libc. These would write to
 *               five pages, which the child would have to copy.
 * 2. clock:     tuning_now_ns() is a system call. The cheaper way through the
 *               vDSO maps pages that every fork must then copy.
 * 3. buffer:    the buffer for what is read lies in the frame of serve(), in
 *               the page of the stack that fork() returns to. The child writes
 *               to that page anyway.
 * 4. list:      the parent's list of what it forked lies in shared memory
 *               (struct forks in lib/daemon_stats.h), which is not copied when
 *               the parent writes to it after a fork.
 *               What is seldom needed of it is a mapping of its own. Large
 *               static data would part the program's data from the counters,
 *               and each fork would have one more page table to copy.
 * 5. counters:  what the child writes of the counters lies in one page
 *               (lib/daemon_stats.h), and this page next to the program's data,
 *               where there is a page table already (lib/shm.c).
 * 6. segment:  echod is linked statically, with code and constants in one
 *               segment (STATIC in the Makefile): fork() has fewer mappings to
 *               copy.
 */

#include <stdint.h>
#include <unistd.h>

#include "lib/clock.h"

/*
 * As fork(), but libc's locks are not reset in the child. No thread of the
 * daemon holds one, so that a child may write to the log, too.
 */
static inline pid_t tuning_fork(void)
{
	return _Fork();
}

/* CLOCK_MONOTONIC, as clock_now_ns(). */
static inline uint64_t tuning_now_ns(void)
{
	return clock_call_ns(CLOCK_MONOTONIC);
}

#endif
