#ifndef BENCH_SPAWN_H
#define BENCH_SPAWN_H

/*
 * The processes that this one starts. It is their subreaper (prctl(2)): what
 * a daemon detaches, and what a dead parent leaves, becomes its child, so that
 * nothing can be left behind. And each is told by the kernel if this one dies.
 */

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Becomes the subreaper, blocks the signals that spawn_wait() looks for, sets
 * SIGCHLD to its default, whatever was inherited, and ignores SIGXFSZ, for what
 * is started too: a file that may not grow is an error like a full disk.
 * Children that are there already, from before exec, are left alone from then
 * on.
 * Returns 0, or -1 with errno.
 */
int spawn_set_up(void);

/* Whether SIGCHLD was ignored before spawn_set_up(), by whoever started us. */
bool spawn_sigchld_was_ignored(void);

enum { SPAWN_KILL_S = 10 };

/* A child. Must stay where it is until it has ended. */
struct spawn {
	pid_t pid;
	bool ended;
	int status; /* as of waitpid(2), once ended */
	struct spawn *next;
};

/*
 * A control group, by open descriptors. To be born in it (v2 alone, clone3(2))
 * takes no time; to move there costs a grace period of RCU, some 10 ms.
 */
struct spawn_group {
	int folder; /* of v2, or -1 */
	int procs;  /* its cgroup.procs, for writing */
};

struct spawn_command {
	const char *const *argv; /* NULL-terminated; searched in PATH */
	const char *output; /* file for stdout and stderr; NULL: /dev/null */
	const int *keep;    /* descriptors to hand on, in addition to 0 to 2 */
	int keeps;
	const char *folder;		 /* its working directory; NULL: ours */
	const struct spawn_group *group; /* that it joins; NULL: ours */
	int limit; /* cgroup.procs of one more group that it joins; 0: none */
	const cpu_set_t *cpus; /* that it may use; NULL: those we may */
	bool session;	       /* in one of its own, as a daemon is */
};

/*
 * Starts a command that dies by SIGKILL when this process does. Returns 0, or
 * -1 with the errno of fork, of sched_setaffinity or of exec.
 */
int spawn_start(struct spawn *s, const struct spawn_command *command);

/*
 * Waits until the child has ended, the time has come, or a signal asks this
 * process to stop. Also collects orphans that have become ours.
 * Returns 1 if it has ended, else 0; see spawn_interrupted().
 */
int spawn_wait(struct spawn *s, uint64_t until_ns);

/* The signal that asked this process to stop (SIGINT, ...), or 0. */
int spawn_interrupted(void);

/*
 * Has SIGALRM ask this process to stop, at a time of clock_now_ns(), or at once
 * if that has passed; 0: never. Returns 0, or -1 with errno.
 */
int spawn_alarm(uint64_t at_ns);

/*
 * From now on a signal ends this process: for what is printed last, as a write
 * to a pipe that nobody reads would wait for ever.
 */
void spawn_heed_signals(void);

/* Forgets that signal: for what is still to be done after it. */
void spawn_resume(void);

/* The signal that has ended it, or 0. */
int spawn_killed_by(const struct spawn *s);

/* Whether it ended by itself with status 0. */
bool spawn_succeeded(const struct spawn *s);

/*
 * Ends it: by the signal, then by SIGKILL after patience_ns. Returns as soon as
 * it has ended. One that can't be killed (D state) is given up after
 * SPAWN_KILL_S more: s->ended is then false.
 */
void spawn_stop(struct spawn *s, int signal_number, uint64_t patience_ns);

/*
 * Collects every child that is left, orphans included, and kills those that
 * have not ended after patience_ns. Returns how many are there even so, after
 * SPAWN_KILL_S more.
 */
size_t spawn_clear(uint64_t patience_ns);

#endif
