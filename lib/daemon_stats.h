#ifndef LIB_DAEMON_STATS_H
#define LIB_DAEMON_STATS_H

/*
 * What a forking daemon counts about itself, in memory that its children
 * write too and that others may map and read while it runs.
 */

#include <stdint.h>
#include <sys/types.h>

#include "lib/hist.h"
#include "lib/shm.h"

/*
 * The one list of counters: name, meaning. It makes the structure, the
 * columns of the results and their description.
 */
#define DAEMON_COUNTERS(X)                                                \
	X(accepted, "connections accepted")                               \
	X(accept_failures, "accept() failed, out of descriptors or "      \
			   "memory")                                      \
	X(refused, "connections closed, as their address has its most "   \
		   "sessions")                                            \
	X(forked, "children forked")                                      \
	X(fork_failures, "fork() failed; the connection was dropped")     \
	X(children_started, "children that ran their first instruction")  \
	X(children_exited, "children that reached their _exit()")         \
	X(children_killed, "children found dead that had not exited by "  \
			   "themselves")                                  \
	X(reaped, "children collected by a wait call")                    \
	X(sigchld_calls, "calls of the SIGCHLD handler")                  \
	X(wakeups, "wake-ups of the daemon's loop by its reap mode, not " \
		   "by a connection")                                     \
	X(live_max, "most children alive at once")

/*
 * The children that were forked last, for the parent alone. Here, as a page of
 * shared memory is not copied when the parent writes to it after a fork, and
 * its page table is not copied by a fork: that takes 4 us a session. At the
 * end, so that what a child writes begins in the page of the counters.
 */
enum { FORKS_MOST = 4096 };
struct forks {
	uint64_t count;
	pid_t pid[FORKS_MOST];
};

struct daemon_stats {
	struct shm_header header;
#define X(name, meaning) _Alignas(64) _Atomic uint64_t name;
	DAEMON_COUNTERS(X)
#undef X
	/*
	 * A futex: 1 while the parent sleeps until children_exited changes.
	 * The child that changes it then sets this to 0 and wakes the parent.
	 */
	_Atomic uint32_t awaited;
	/* Reap mode double-fork: the last session, by the child that ends. */
	_Atomic pid_t orphan;
	/*
	 * Before fork() to the child. Begins in the page of the counters: of
	 * shared memory a child inherits no page table, and takes a page fault
	 * for each page that it writes.
	 */
	struct hist child_start;
	_Alignas(4096) struct hist fork; /* before fork() to after it, parent */
	struct forks forks;
};

#define DAEMON_STATS_HEADER                                          \
	((struct shm_header){ .magic = UINT64_C(0x736b726f66646563), \
			      .version = 4,                          \
			      .bytes = sizeof(struct daemon_stats) })

_Static_assert(sizeof(struct daemon_stats) < 128 * 1024, "the counters must "
							 "stay small: every "
							 "child faults them "
							 "in");

/* Children alive now: forked, and neither exited nor found dead. */
static inline uint64_t daemon_stats_live(const struct daemon_stats *s)
{
	uint64_t gone = s->children_exited + s->children_killed;
	uint64_t forked = s->forked;

	return forked > gone ? forked - gone : 0;
}

#endif
