#ifndef SERVER_LIVE_H
#define SERVER_LIVE_H

/*
 * The daemon's sessions that are alive, by the kernel's account: needed where
 * its own count is not enough, as it can't know of a child that was killed if
 * it never waits. A process is one if it runs this program.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/clock.h"

/* Where the kernel lists them. */
enum live_kind {
	LIVE_CHILDREN, /* among the daemon's children */
	LIVE_GROUP,    /* in its process group, see server/group.h */
};

/*
 * How many are alive, the zombies not among them; or -1 with errno, EAGAIN if
 * it can't be told, as children come to their end right now.
 */
int live_count(enum live_kind kind);

/* From one look to the next, and longer if a look takes long. */
#define LIVE_LOOK_NS (100 * NS_PER_MS)

/*
 * When to look again, so that it takes a tenth of the time at most.
 *   began_ns: of the look that ends now (CLOCK_MONOTONIC);
 *   told: whether it could tell; if not, the next one need not wait as long.
 */
uint64_t live_next_look_ns(uint64_t began_ns, bool told);

/*
 * Ends all of them: by SIGTERM; after term_ms by SIGKILL; and after kill_ms
 * more it gives up, as a child that waits for a device may never end.
 * Returns 0 when none is left; or -1 with errno: ETIMEDOUT if some are, else
 * why they could not be listed, to the last.
 */
int live_end(enum live_kind kind, unsigned term_ms, unsigned kill_ms);

#endif
