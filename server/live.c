#include "server/live.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/children.h"
#include "lib/clock.h"
#include "lib/proc_stat.h"
#include "server/group.h"

#define PAUSE_NS (5 * NS_PER_MS)

enum { NAME_BYTES = 16 };

static int list(enum live_kind kind, struct children *c)
{
	return kind == LIVE_GROUP ? group_read(c) : children_read(c, getpid());
}

/*
 * Whether the list names the same as it did a moment ago. It may omit living
 * ones when others leave it while it is read, and is then not the same.
 */
static bool is_steady(enum live_kind kind, const struct children *before,
		      struct children *now)
{
	return list(kind, now) == 0 && now->count == before->count &&
	       !memcmp(now->pid, before->pid, now->count * sizeof(now->pid[0]));
}

/*
 * Not every child is a session: the starter's may have become ours by its exec,
 * or that of somebody who died (as PID 1 we inherit them); and a shell may have
 * put others into the group, those of a pipeline. They run other programs.
 */
static bool is_session(pid_t pid, const char *name)
{
	struct proc_stat s;

	/* Hidden (hidepid, see proc(5)), or no descriptor is left to look. */
	if (proc_stat_read(&s, "/proc", pid) < 0)
		return kill(pid, 0) == 0;
	/* X: gone but for its entry, which is being taken away. */
	return s.fields[0] != 'Z' && s.fields[0] != 'X' &&
	       strcmp(s.name, name) == 0;
}

/*
 * Sends them the signal (0: none). Returns how many there are, or -1 with errno
 * if there may be more: EAGAIN, or why they can't be listed.
 */
static int signal_live(enum live_kind kind, int signal_number)
{
	struct children c = { 0 }, again = { 0 };
	char name[NAME_BYTES] = "";
	int count = -1, saved;
	bool sure;

	if (children_init(&c) < 0 || children_init(&again) < 0 ||
	    list(kind, &c) < 0)
		goto out;
	/* At once, while little can have changed. */
	sure = is_steady(kind, &c, &again);
	prctl(PR_GET_NAME, name);
	count = 0;
	for (size_t i = 0; i < c.count; i++) {
		if (!is_session(c.pid[i], name))
			continue;
		count++;
		if (signal_number)
			kill(c.pid[i], signal_number);
	}
	if (!sure) {
		errno = EAGAIN;
		count = -1;
	}
out:
	saved = errno;
	children_release(&c);
	children_release(&again);
	errno = saved;
	return count;
}

int live_count(enum live_kind kind)
{
	return signal_live(kind, 0);
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
