#include "bench/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/children.h"
#include "lib/clock.h"
#include "lib/sock.h"

static int interrupted_by;
static bool sigchld_was_ignored;
static struct spawn *running;  /* those that have not ended */
static struct children spared; /* those that were there before */

static void watched_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGALRM);
}

int spawn_set_up(void)
{
	void (*inherited)(int) = signal(SIGCHLD, SIG_DFL);
	sigset_t set;

	watched_signals(&set);
	sigchld_was_ignored = inherited == SIG_IGN;
	if (inherited == SIG_ERR || signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    signal(SIGXFSZ, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &set, NULL) < 0 ||
	    children_init(&spared) < 0)
		return -1;
	/* Without the kernel's list, spawn_clear() finds no child either. */
	children_read(&spared, getpid());
	return prctl(PR_SET_CHILD_SUBREAPER, 1);
}

bool spawn_sigchld_was_ignored(void)
{
	return sigchld_was_ignored;
}

static int redirect(const char *output)
{
	int null = open("/dev/null", O_RDWR);
	int fd = output ? open(output, O_WRONLY | O_CREAT | O_APPEND, 0644) :
			  null;

	if (null < 0 || fd < 0 || dup2(null, 0) < 0 || dup2(fd, 1) < 0 ||
	    dup2(fd, 2) < 0)
		return -1;
	close(null);
	if (fd != null)
		close(fd);
	return 0;
}

/* The child, up to exec; tells the parent why if there is none. */
static _Noreturn void become(const struct spawn_command *command, pid_t parent,
			     const struct spawn_group *move_to, int error_fd)
{
	sigset_t none;
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < command->keeps; i++)
		fcntl(command->keep[i], F_SETFD, 0);
	if (command->session)
		setsid();
	if ((!command->cpus || sched_setaffinity(0, sizeof(*command->cpus),
						 command->cpus) == 0) &&
	    (!move_to || write(move_to->procs, "0", 1) == 1) &&
	    (!command->limit || write(command->limit, "0", 1) == 1) &&
	    redirect(command->output) == 0 &&
	    (!command->folder || chdir(command->folder) == 0))
		execvp(command->argv[0], (char *const *)command->argv);
	error = errno;
	sock_write_all(error_fd, &error, sizeof(error));
	_exit(127);
}

/* Forks into a group of v2. Returns as fork() does. */
static pid_t fork_into(const struct spawn_group *group)
{
	struct clone_args args = {
		.flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)group->folder,
	};

	if (group->folder < 0) {
		errno = ENOSYS;
		return -1;
	}
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

int spawn_start(struct spawn *s, const struct spawn_command *command)
{
	const struct spawn_group *move_to = NULL;
	pid_t parent = getpid();
	int ends[2], error = 0;
	pid_t pid;

	*s = (struct spawn){ .pid = -1 };
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	pid = command->group ? fork_into(command->group) : fork();
	if (pid < 0 && command->group) {
		/* An older kernel, v1, or a filter that refuses clone3(). */
		move_to = command->group;
		pid = fork();
	}
	if (pid == 0)
		become(command, parent, move_to, ends[1]);
	if (pid < 0)
		error = errno;
	close(ends[1]);
	if (pid > 0)
		sock_read_all(ends[0], &error, sizeof(error));
	close(ends[0]);
	if (!error) {
		*s = (struct spawn){ .pid = pid, .next = running };
		running = s;
		return 0;
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	errno = error;
	return -1;
}

/* Takes it out of the list of those that run. Returns it, or NULL. */
static struct spawn *forget(pid_t pid)
{
	for (struct spawn **at = &running; *at; at = &(*at)->next) {
		struct spawn *s = *at;

		if (s->pid != pid)
			continue;
		*at = s->next;
		return s;
	}
	return NULL;
}

/* Moves the children that are not spared to the front. Returns how many. */
static size_t ours(struct children *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++) {
		size_t k = 0;

		while (k < spared.count && spared.pid[k] != c->pid[i])
			k++;
		if (k == spared.count)
			c->pid[n++] = c->pid[i];
	}
	return n;
}

/* Everything that has ended: ours, and the orphans that became ours. */
static void collect(void)
{
	struct spawn *s;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		s = forget(pid);
		if (s) {
			s->ended = true;
			s->status = status;
		}
		/* Its number may be given to another. */
		for (size_t i = 0; i < spared.count; i++)
			if (spared.pid[i] == pid)
				spared.pid[i] = spared.pid[--spared.count];
	}
}

/*
 * Waits until the child has ended or the time has come; a signal that asks
 * this process to stop is noted, and ends the wait where `heeded`.
 */
static void await(struct spawn *s, uint64_t until_ns, bool heeded)
{
	sigset_t set;

	watched_signals(&set);
	collect();
	while (!s->ended && !(heeded && interrupted_by)) {
		uint64_t now_ns = clock_now_ns();
		uint64_t left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
		struct timespec left = {
			.tv_sec = (time_t)(left_ns / NS_PER_S),
			.tv_nsec = (long)(left_ns % NS_PER_S),
		};
		int got = sigtimedwait(&set, NULL, &left);

		if (got > 0 && got != SIGCHLD)
			interrupted_by = got;
		collect();
		if (got < 0 && errno == EAGAIN)
			break;
	}
}

int spawn_wait(struct spawn *s, uint64_t until_ns)
{
	await(s, until_ns, true);
	return s->ended;
}

int spawn_interrupted(void)
{
	static const struct timespec no_time;
	sigset_t set;
	int got;

	watched_signals(&set);
	sigdelset(&set, SIGCHLD);
	while (!interrupted_by &&
	       (got = sigtimedwait(&set, NULL, &no_time)) > 0)
		interrupted_by = got;
	return interrupted_by;
}

int spawn_alarm(uint64_t at_ns)
{
	uint64_t now_ns = clock_now_ns();
	/* A timer of 0 would be none. */
	uint64_t left_ns = at_ns > now_ns + NS_PER_US ? at_ns - now_ns :
							NS_PER_US;
	struct itimerval timer = { 0 };

	if (at_ns)
		timer.it_value = (struct timeval){
			.tv_sec = (time_t)(left_ns / NS_PER_S),
			.tv_usec =
				(suseconds_t)(left_ns % NS_PER_S / NS_PER_US),
		};
	return setitimer(ITIMER_REAL, &timer, NULL);
}

void spawn_heed_signals(void)
{
	sigset_t set;

	watched_signals(&set);
	sigdelset(&set, SIGCHLD);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void spawn_resume(void)
{
	interrupted_by = 0;
}

int spawn_killed_by(const struct spawn *s)
{
	return s->ended && WIFSIGNALED(s->status) ? WTERMSIG(s->status) : 0;
}

bool spawn_succeeded(const struct spawn *s)
{
	return s->ended && WIFEXITED(s->status) && WEXITSTATUS(s->status) == 0;
}

void spawn_stop(struct spawn *s, int signal_number, uint64_t patience_ns)
{
	if (s->pid <= 0 || s->ended)
		return;
	kill(s->pid, signal_number);
	await(s, clock_now_ns() + patience_ns, false);
	if (s->ended)
		return;
	kill(s->pid, SIGKILL);
	await(s, clock_now_ns() + SPAWN_KILL_S * NS_PER_S, false);
	if (!s->ended)
		forget(s->pid);
}

size_t spawn_clear(uint64_t patience_ns)
{
	uint64_t kill_ns = clock_now_ns() + patience_ns, now_ns;
	uint64_t give_up_ns = kill_ns + SPAWN_KILL_S * NS_PER_S;
	struct children c;
	size_t left = 0;

	if (children_init(&c) < 0)
		return 0;
	/* What is killed may leave orphans of its own: until none is left. */
	for (collect(); children_read(&c, getpid()) == 0; collect()) {
		left = ours(&c);
		now_ns = clock_now_ns();
		if (!left || now_ns >= give_up_ns)
			break;
		for (size_t i = 0; now_ns >= kill_ns && i < left; i++)
			kill(c.pid[i], SIGKILL);
		clock_sleep_until(now_ns + NS_PER_MS);
	}
	children_release(&c);
	return left;
}
