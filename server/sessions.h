#ifndef SERVER_LIVE_H
#define SERVER_LIVE_H

/*
 * The daemon's sessions that are alive, by the kernel's account: needed where
 * its own count is not enough, as it can't know of a child that was killed if
 * it never waits. Other children, such as those that became the daemon's own
 * by its exec, are no sessions.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/clock.h"
#include "lib/daemon_stats.h"

/* Where they are found. */
enum live_kind {
	LIVE_CHILDREN, /* live_add() was called with each: no /proc needed */
	LIVE_ORPHANS,  /* in /proc, by live_name() and process group */
};

/* Before the first live_add(), which writes there; it remains the caller's. */
void live_set_up(struct forks *forks);

/* A child that has just been forked. */
void live_add(pid_t pid);

/*
 * The name (PR_SET_NAME) that a session has if it is no child of the daemon's:
 * it has the daemon's ID in it. For the daemon to call, which has a process
 * group of its own.
 */
enum { LIVE_NAME = 16 };
void live_name(char name[LIVE_NAME]);

/* How many are alive, the zombies not among them; or -1 with errno. */
int live_count(enum live_kind kind);

/* From one look to the next, and longer if a look takes long. */
#define LIVE_LOOK_NS (100 * NS_PER_MS)

/*
 * When to look again, so that it takes a hundredth of the time at most.
 *   began_ns: of the look that ends now (CLOCK_MONOTONIC).
 */
uint64_t live_next_look_ns(uint64_t began_ns);

/*
 * Ends all of them: by SIGTERM; after term_ms by SIGKILL; and after kill_ms
 * more it gives up, as a child that waits for a device may never end. Each is
 * sent signals by a pidfd, so that nobody else gets them; without a free
 * descriptor it is tried again.
 * Returns 0 when none is left; or -1 with errno: ETIMEDOUT if some are, else
 * why they could not be listed, to the last.
 */
int live_end(enum live_kind kind, unsigned term_ms, unsigned kill_ms);

#endif
