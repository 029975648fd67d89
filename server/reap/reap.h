#ifndef SERVER_REAP_REAP_H
#define SERVER_REAP_REAP_H

/*
 * Collecting dead children. A child that has exited stays in the process
 * table as a zombie until its parent has taken its status, by a wait call, or
 * has said beforehand that it does not want it. The modes differ in nothing
 * else. Each has a file of its own, which begins with how it works, who uses
 * it, what it costs and what breaks it.
 */

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "lib/daemon_stats.h"

/* What a mode does, and when. A member that is NULL stands for nothing. */
struct reap {
	/*
	 * Once, before the first fork. Sets the disposition of SIGCHLD,
	 * whatever was inherited: an ignored SIGCHLD survives exec. Never NULL.
	 * Returns 0, or -1 with errno, ESRCH if /proc does not show the
	 * sessions that the mode must find there.
	 */
	int (*set_up)(struct daemon_stats *stats);

	/*
	 * In the parent, after every fork. *pid is what fork() returned, -1
	 * included; the mode changes it if another process serves. Returns 0,
	 * or an error number if no child serves after all: the connection is
	 * then dropped.
	 */
	int (*after_fork)(pid_t *pid);

	/*
	 * A descriptor, open after set_up(), that the parent waits for in
	 * addition to its listener, and what it does when it is readable.
	 * on_wake() must not block. It is called again if something is left to
	 * be read.
	 */
	const int *wake_fd;
	void (*on_wake)(void);

	/* The signal mask while the parent waits, if it differs then. */
	const sigset_t *wait_mask;

	/*
	 * In the child, before it serves: undoes what it must not keep. Its
	 * descriptors are closed anyway.
	 */
	void (*in_child)(void);

	/* Once, when every session has ended: collects what is left. */
	void (*tear_down)(void);

	/*
	 * The sessions are children of init, not of the daemon. They are in
	 * its process group, and their names are reap_orphan_name().
	 */
	bool orphans;

	/*
	 * The mode cannot be PID 1. Init inherits the orphans of all others
	 * and must collect them; this mode would leave them as zombies.
	 */
	bool not_as_init;
};

/* The file of each mode defines reap_FILE. The first is the default. */
#define REAP_MODES(X)                          \
	X(reap_sig_ign, "sig-ign")             \
	X(reap_waitpid_once, "waitpid-once")   \
	X(reap_waitpid_loop, "waitpid-loop")   \
	X(reap_none, "none")                   \
	X(reap_nocldwait, "nocldwait")         \
	X(reap_signalfd, "signalfd")           \
	X(reap_self_pipe, "self-pipe")         \
	X(reap_pidfd, "pidfd")                 \
	X(reap_double_fork, "double-fork")     \
	X(reap_reaper_thread, "reaper-thread") \
	X(reap_accept_sweep, "accept-sweep")   \
	X(reap_sigchld_blocked, "sigchld-blocked")

#define X(mode, name) extern const struct reap mode;
REAP_MODES(X)
#undef X

/* In the order of the list; the names end with a NULL. */
extern const struct reap *const reap_modes[];
extern const char *const reap_names[];

/* The name (PR_SET_NAME) of orphans that this process has forked. */
enum { REAP_NAME = 16 };
void reap_orphan_name(char name[REAP_NAME]);

/* Whether the parent waits in ppoll(), for the mode's sake. */
bool reap_polls(const struct reap *r);

/* What ppoll() is to wait for; it ignores an entry with descriptor -1. */
struct pollfd reap_pollfd(const struct reap *r);

/* That descriptor is readable: lets the mode act on it. */
void reap_wake(const struct reap *r, struct daemon_stats *stats);

#endif
