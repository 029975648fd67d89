#ifndef SERVER_SESSIONS_H
#define SERVER_SESSIONS_H

/*
 * The daemon's living sessions: found, counted, waited for, ended.
 *
 * There are two accounts. Sessions count themselves out in shared memory when
 * they end (daemon_stats_live()); that is cheap, but a session that was killed
 * does not. So the daemon also keeps a list of what it forked, and asks the
 * kernel which of these still live. Other children, such as those of a shell
 * that became the daemon by exec, are no sessions.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "lib/daemon_stats.h"
#include "server/reap/reap.h"

/* Before all others. Both remain the caller's, and must stay. */
void sessions_set_up(struct daemon_stats *stats, const struct reap *reap);

/* A session that has just been forked. */
void sessions_add(pid_t pid);

/* Whether the kernel knows it as a session of ours that is no zombie. */
bool sessions_is_live(pid_t pid);

/* How many are alive, by the kernel's account. */
uint64_t sessions_count(void);

/*
 * Waits until fewer than `most` (0: no limit) are alive, or a signal asks to
 * stop. Dead children are collected meanwhile, as the reap mode does it, and
 * killed ones are counted as such.
 */
void sessions_wait_for_room(uint64_t most);

/*
 * Lets the sessions come to their end: returns when none is left, after
 * timeout_ns (0: at once), or when stop_times() exceeds `told`. Logs how it
 * went.
 */
void sessions_drain(uint64_t timeout_ns, int told);

/*
 * Ends all sessions: by SIGTERM; after term_ms by SIGKILL; after kill_ms more
 * it gives up, as a process that waits for a device may never end. Signals go
 * by pidfd, so that no other process can get them; without a free descriptor
 * they are tried again.
 * Returns 0, or -1 with errno ETIMEDOUT if some are left.
 */
int sessions_end(unsigned term_ms, unsigned kill_ms);

#endif
