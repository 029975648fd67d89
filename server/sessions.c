#include "server/live.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/proc_stat.h"

#define PAUSE_NS (5 * NS_PER_MS)

/* No kernel has more processes (PID_MAX_LIMIT). */
enum { MOST = 4 << 20, FEW = 1024 };

static struct forks *latest;
static pid_t forked[MOST]; /* before; the dead, too, until room is short */
static size_t count, room = FEW;

void live_set_up(struct forks *forks)
{
	latest = forks;
}

void live_name(char name[LIVE_NAME])
{
	snprintf(name, LIVE_NAME, "echod %d", (int)getpid());
}

static bool is_live_child(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       info.si_pid == 0;
}

static bool is_live_orphan(pid_t pid)
{
	char name[LIVE_NAME];
	struct proc_stat s;

	live_name(name);
	/* X: gone but for its entry, which is being taken away. */
	return getpgid(pid) == getpgrp() &&
	       proc_stat_read(&s, "/proc", pid) == 0 &&
	       strcmp(s.name, name) == 0 && s.fields[0] != 'Z' &&
	       s.fields[0] != 'X';
}

/* Sends the signal (0: none) if it is alive. Returns whether it is. */
static bool signal_one(bool is_live(pid_t), pid_t pid, int signal_number)
{
	int fd = signal_number ? pidfd_open(pid, 0) : -1;
	/* After that, so that the descriptor is that process's. */
	bool live = is_live(pid);

	if (fd >= 0) {
		if (live)
			pidfd_send_signal(fd, signal_number, NULL, 0);
		close(fd);
	}
	return live;
}

static void take_latest(void)
{
	memcpy(forked + count, latest->pid, latest->count * sizeof(forked[0]));
	count += latest->count;
	latest->count = 0;
}

/* Signals those that live, and keeps no others. Returns how many they are. */
static size_t signal_list(pid_t pid[], size_t n, int signal_number)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (signal_one(is_live_child, pid[i], signal_number))
			pid[left++] = pid[i];
	return left;
}

static int signal_children(int signal_number)
{
	latest->count = signal_list(latest->pid, latest->count, signal_number);
	count = signal_list(forked, count, signal_number);
	return (int)(latest->count + count);
}

static int signal_orphans(int signal_number)
{
	const struct dirent *entry;
	DIR *proc = opendir("/proc");
	int found = 0;

	if (!proc)
		return -1;
	while ((entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);

		if (pid > 0)
			found += signal_one(is_live_orphan, pid, signal_number);
	}
	closedir(proc);
	return found;
}

/* Returns how many there are, or -1 with errno. */
static int signal_live(enum live_kind kind, int signal_number)
{
	return kind == LIVE_CHILDREN ? signal_children(signal_number) :
				       signal_orphans(signal_number);
}

void live_add(pid_t pid)
{
	latest->pid[latest->count++] = pid;
	if (latest->count < FORKS_MOST)
		return;
	latest->count = signal_list(latest->pid, latest->count, 0);
	if (latest->count < FORKS_MOST / 2)
		return;
	take_latest();
	if (count < room)
		return;
	count = signal_list(forked, count, 0);
	room = count < MOST / 2 ? 2 * count + FEW : MOST - FEW;
}

int live_count(enum live_kind kind)
{
	return signal_live(kind, 0);
}

uint64_t live_next_look_ns(uint64_t began_ns)
{
	uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);

	return now_ns + LIVE_LOOK_NS + 100 * (now_ns - began_ns);
}

int live_end(enum live_kind kind, unsigned term_ms, unsigned kill_ms)
{
	uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);
	uint64_t kill_ns = now_ns + term_ms * NS_PER_MS;
	uint64_t give_up_ns = kill_ns + kill_ms * NS_PER_MS;
	int left;

	for (;;) {
		left = signal_live(kind, now_ns < kill_ns ? SIGTERM : SIGKILL);
		if (left == 0)
			return 0;
		if (now_ns >= give_up_ns) {
			if (left > 0)
				errno = ETIMEDOUT;
			return -1;
		}
		/* Their deaths interrupt the sleep, which is to be whole. */
		while (clock_sleep_until(now_ns + PAUSE_NS) < 0)
			;
		now_ns = clock_call_ns(CLOCK_MONOTONIC);
	}
}
