#include "server/reap/reap.h"

#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/wait.h>

/* Not more: fork would have to copy what is touched of it. */
enum { STACK_BYTES = 64 * 1024 };

static struct daemon_stats *counters;
static sem_t forked; /* since the thread last had no child to wait for */
static _Atomic bool ending;
static pthread_t thread;

/*
 * A thread that sleeps in waitpid(). Without a child that call fails at once:
 * the thread then waits for the semaphore, which is raised at every fork. The
 * semaphore does not count children: some may be ours by exec, not by fork.
 * Who: Java (its "process reaper" threads), Python's asyncio before pidfd.
 * Cost: two switches to the thread per session. And forking itself costs more
 * in a process of two threads: the kernel must tell the other thread's CPU that
 * the pages are now shared; and fork() (not _Fork()) takes the locks of malloc
 * and stdio first.
 * Breaks: the child is a copy of the forking thread alone. Locks that other
 * threads held stay locked in it, so until it execs or exits it may only make
 * async-signal-safe calls. Signals that the thread does not block may be
 * handled in it, and then do not interrupt the loop. As PID 1 the daemon would
 * leave orphans of others as zombies while it has no child of its own.
 */
static void *collect_each(void *unused)
{
	while (!ending) {
		if (sem_wait(&forked) < 0)
			continue;
		while (sem_trywait(&forked) == 0)
			;
		while (waitpid(-1, NULL, 0) > 0)
			counters->reaped++;
	}
	return unused;
}

/* Returns 0, or an error number, as the calls of pthread do. */
static int start_thread(void)
{
	pthread_attr_t attributes;
	int error = pthread_attr_init(&attributes);

	if (error)
		return error;
	error = pthread_attr_setstacksize(&attributes, STACK_BYTES);
	if (!error)
		error = pthread_create(&thread, &attributes, collect_each,
				       NULL);
	pthread_attr_destroy(&attributes);
	return error;
}

static int set_up(struct daemon_stats *stats)
{
	sigset_t all, before;
	int error;

	counters = stats;
	if (signal(SIGCHLD, SIG_DFL) == SIG_ERR || sem_init(&forked, 0, 0) < 0)
		return -1;
	/* A thread begins with the mask of the one that creates it. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = start_thread();
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return error ? -1 : 0;
}

static int after_fork(pid_t *pid)
{
	if (*pid > 0)
		sem_post(&forked);
	return 0;
}

/*
 * Collects the dead itself. If no child is left, waitpid() fails in the thread
 * too, which then ends. Children that still live are no sessions, or SIGKILL
 * did not end them: these are not waited for.
 */
static void tear_down(void)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		counters->reaped++;
	ending = true;
	sem_post(&forked);
	if (pid < 0)
		pthread_join(thread, NULL);
}

const struct reap reap_reaper_thread = {
	.set_up = set_up,
	.after_fork = after_fork,
	.tear_down = tear_down,
	.not_as_init = true,
};
