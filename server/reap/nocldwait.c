#include "server/reap/reap.h"

#include <signal.h>
#include <stddef.h>

/*
 * SA_NOCLDWAIT: the kernel discards a dead child at once, as if SIGCHLD were
 * ignored. But this is a flag of the disposition, and exec resets it: what the
 * children start is not affected.
 * Who: programs that start others and want no status, such as window managers
 * (dwm sets it and ignores the signal as well).
 * Cost: none; but nobody learns how a child ended.
 * Breaks: wait(), system() and pclose(), as with an ignored SIGCHLD. Systems
 * differ on whether a handler is still called; Linux does call it.
 */
static int set_up(struct daemon_stats *stats)
{
	struct sigaction action = {
		.sa_handler = SIG_DFL,
		.sa_flags = SA_NOCLDWAIT,
	};

	(void)stats;
	return sigaction(SIGCHLD, &action, NULL);
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
}

const struct reap reap_nocldwait = {
	.set_up = set_up,
	.in_child = in_child,
};
