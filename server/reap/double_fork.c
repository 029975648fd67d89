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
 * Cost: two forks and one wait per session, while other clients wait.
 * Breaks: sessions are no children, so no wait call says whether they live.
 * The child that exits leaves their process ID in shared memory; the daemon
 * then recognises them in /proc, by name and process group. So the daemon has
 * a group of its own, and a shell without job control cannot send it ^C. It
 * does not start without /proc, or with hidepid=2 (proc(5)) and another user.
 * Under an init that does not wait, as in many containers, every session
 * leaves a zombie after all. As PID 1 the daemon would be that init.
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
	/* Exec keeps this flag; with it the daemon would inherit its orphans. */
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
	/* A terminal sends these to the whole group: the daemon decides. */
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
