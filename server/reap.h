#ifndef SERVER_REAP_H
#define SERVER_REAP_H

/*
 * Collecting dead children. A child that has exited stays in the process
 * table as a zombie until its parent has taken its status, by a wait call, or
 * has said beforehand that it does not care. The modes differ in nothing else,
 * and each has a file of its own.
 */

#include "lib/daemon_stats.h"

struct reap {
	/*
	 * Called once, before the first fork. Sets SIGCHLD's disposition,
	 * whatever was inherited: an ignored SIGCHLD survives exec.
	 * Returns 0, or -1 with errno.
	 */
	int (*set_up)(struct daemon_stats *stats);
};

/* Every mode: its structure and its name. The first is the default. */
#define REAP_MODES(X)                        \
	X(reap_sig_ign, "sig-ign")           \
	X(reap_waitpid_once, "waitpid-once") \
	X(reap_waitpid_loop, "waitpid-loop") \
	X(reap_none, "none")

#define X(mode, name) extern const struct reap mode;
REAP_MODES(X)
#undef X

/* In the order of the list; the names end with a NULL. */
extern const struct reap *const reap_modes[];
extern const char *const reap_names[];

#endif
