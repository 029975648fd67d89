#include "server/reap/reap.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/proc_stat.h"

static struct daemon_stats *counters;
static char name[REAP_NAME];

/*
 * The child forks once more and exits; the grandchild serves. The parent waits
 * for the child at once. The grandchild is an orphan, which init, or the
 * nearest subreaper (prctl(2)), inherits and collects.
 * Who: programs that start others and forget them: GLib's g_spawn_async();
 * Stevens' APUE, section 8.6.
 * Cost: two forks and a wait a session, while other clients wait.
 * Breaks: nobody here can tell who serves: sessions are no children, and are
 * found in /proc, by their name and process group, when they are to be ended.
 * So the daemon has a group to itself, and a shell without job control can't
 * send it ^C; and without /proc, or with hidepid=2 (proc(5)) and another user,
 * it does not start. Under an init that does not wait, as in many containers,
 * every session leaves a zombie after all; as PID 1 it would itself be that
 * init, and does not start.
 */
static bool sees_its_children(void)
{
	struct proc_stat s;
	pid_t pid = _Fork();
	bool sees;

	if (pid == 0)
		for (;;)
			pause();
	if (pid < 0)
		return false;
	sees = proc_stat_read(&s, "/proc", pid) == 0;
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return sees;
}

static int set_up(struct daemon_stats *stats)
{
	counters = stats;
	reap_orphan_name(name);
	/* A starter's, which exec keeps, would make it inherit them, too. */
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR ||
	    prctl(PR_SET_CHILD_SUBREAPER, 0) < 0)
		return -1;
	if (!sees_its_children()) {
		errno = ESRCH;
		return -1;
	}
	return getpgrp() == getpid() ? 0 : setpgid(0, 0);
}

/* Returns in the grandchild alone. */
static void in_child(void)
{
	pid_t pid = _Fork();

	if (pid > 0)
		counters->orphan = pid;
	if (pid != 0)
		_exit(pid < 0 ? errno : 0);
	prctl(PR_SET_NAME, name);
	/* A terminal's: for the daemon to decide on, who is not our parent. */
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

static int after_fork(pid_t *pid)
{
	int status;

	if (*pid < 0)
		return 0;
	while (waitpid(*pid, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	counters->reaped++;
	*pid = counters->orphan;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 0;
}

const struct reap reap_double_fork = {
	.set_up = set_up,
	.after_fork = after_fork,
	.in_child = in_child,
	.orphans = true,
	.not_as_init = true,
};
