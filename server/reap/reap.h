#ifndef SERVER_REAP_H
#define SERVER_REAP_H

/*
 * Collecting dead children. A child that has exited stays in the process
 * table as a zombie until its parent has taken its status, by a wait call, or
 * has said beforehand that it does not care. The modes differ in nothing else,
 * and each has a file of its own that begins with how it works, who uses it,
 * what it costs and what breaks it.
 */

#include <signal.h>
#include <sys/types.h>

#include "lib/daemon_stats.h"
#include "server/live.h"

/* What a mode does, and when. A member that is NULL stands for nothing. */
struct reap {
	/*
	 * Once, before the first fork. Sets SIGCHLD's disposition, whatever
	 * was inherited: an ignored SIGCHLD survives exec. Never NULL.
	 * Returns 0, or -1 with errno: ECHILD if it would get children back
	 * that it means to leave to an init, ESRCH if /proc does not show it
	 * the sessions that it would have to find there.
	 */
	int (*set_up)(struct daemon_stats *stats);

	/*
	 * In the parent, after every fork. It gets what fork() returned, -1
	 * included, and returns 0, or the error for which no child serves
	 * after all: the connection is then dropped.
	 */
	int (*after_fork)(pid_t pid);

	/*
	 * A descriptor, open after set_up(), that the parent waits for beside
	 * its listener; and what it does when it is readable. It must not
	 * block, and is called again if it has left something to be read.
	 */
	const int *wake_fd;
	void (*on_wake)(void);

	/* The signal mask while the parent waits, if it has another then. */
	const sigset_t *wait_mask;

	/*
	 * In the child, before it serves: undoes what it must not keep. Its
	 * descriptors are closed anyway.
	 */
	void (*in_child)(void);

	/* Once, when every session has ended: collects what is left. */
	void (*tear_down)(void);

	/* How its sessions are found among the kernel's processes. */
	enum live_kind sessions;
};

/* Every mode: its structure and its name. The first is the default. */
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

#endif
