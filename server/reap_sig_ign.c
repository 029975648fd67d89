#include "server/reap.h"

#include <signal.h>

/*
 * SIGCHLD ignored: the kernel discards a dead child at once, and no zombie is
 * ever made (POSIX.1-2001). Nothing runs in the parent. The price: no exit
 * status, wait() blocks until every child is gone, and a program started by
 * exec inherits the ignored signal.
 */
static int set_up(struct daemon_stats *stats)
{
	(void)stats;
	return signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0;
}

const struct reap reap_sig_ign = { .set_up = set_up };
