#include "server/reap/reap.h"

#include <signal.h>

/*
 * SIGCHLD ignored: the kernel discards a dead child at once, and no zombie is
 * ever made (POSIX.1-2001). Nothing runs in the parent.
 * Who: BusyBox httpd; most short examples.
 * Cost: none; but nobody learns how a child ended.
 * Breaks: wait() blocks until every child is gone and then fails, and so do
 * system() and pclose(). The ignored signal is inherited across exec, by
 * programs that never asked for it: so the child undoes it. A child that died
 * before the signal was ignored stays a zombie.
 */
static int set_up(struct daemon_stats *stats)
{
	(void)stats;
	return signal(SIGCHLD, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static void in_child(void)
{
	signal(SIGCHLD, SIG_DFL);
}

const struct reap reap_sig_ign = {
	.set_up = set_up,
	.in_child = in_child,
};
