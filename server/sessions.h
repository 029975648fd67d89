#ifndef SERVER_SESSIONS_H
#define SERVER_SESSIONS_H

/*
 * The daemon's living sessions: found, counted, waited for, ended.
 *
 * They are counted in two ways. Each session adds one to a shared counter when
 * it exits (daemon_stats_live()). That is cheap, but a session that is killed
 * or crashes never adds; "killed" here means dead without having counted. So
 * the daemon also keeps the process IDs that it forked, and asks the kernel
 * about each. That is exact, but slow. Other children, such as those of a shell
 * that became the daemon by exec, are no sessions.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/daemon_stats.h"
#include "server/reap/reap.h"

/*
 * Before all others. Both remain the caller's, and must stay. Returns 0, or -1
 * with errno ENOMEM.
 */
int sessions_set_up(struct daemon_stats *stats, const struct reap *reap);

/* A session that has just been forked. */
void sessions_add(pid_t pid);

/* Whether the kernel knows it as a session of ours that is no zombie. */
bool sessions_is_live(pid_t pid);

/* Asks the kernel how many live, and forgets the dead. */
uint64_t sessions_count(void);

/*
 * Waits until fewer than `most` (0: no limit) are alive, or a signal asks to
 * stop. Dead children are collected meanwhile, as the reap mode does it, and
 * killed ones are counted as such.
 */
void sessions_wait_for_room(uint64_t most);

/*
 * Lets the sessions come to their end: returns when none is left, after
 * timeout_ns (0: at once), or when stop_times() exceeds `orders`. Logs how it
 * went.
 */
void sessions_drain(uint64_t timeout_ns, int orders);

/*
 * Ends all sessions: by SIGTERM; after term_ms by SIGKILL; after kill_ms more
 * it gives up, as a process that waits for a device may never end. Signals go
 * by pidfd, so that no other process can get them; without a free descriptor
 * they are tried again.
 * Returns 0, or -1 with errno ETIMEDOUT if some are left.
 */
int sessions_end(unsigned term_ms, unsigned kill_ms);

#endif
