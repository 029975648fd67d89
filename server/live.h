#ifndef SERVER_LIVE_H
#define SERVER_LIVE_H

/*
 * The daemon's sessions that are alive, by the kernel's account: needed where
 * its own count is not enough, as it can't know of a child that was killed if
 * it never waits. A process is one if it runs this program.
 */

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

/*
 * Ends all of them: by SIGTERM; after term_ms by SIGKILL; and after kill_ms
 * more it gives up, as a child that waits for a device may never end.
 * Returns 0 when none is left; or -1 with errno: ETIMEDOUT if some are, else
 * why they could not be listed, to the last.
 */
int live_end(enum live_kind kind, unsigned term_ms, unsigned kill_ms);

#endif
