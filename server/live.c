#include "server/live.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "lib/children.h"
#include "lib/clock.h"
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
		/*
		 * Not every child is a session: the starter's may have become
		 * ours by its exec, or that of somebody who died (as PID 1 we
		 * inherit them); and a shell may have put others into the
		 * group, those of a pipeline. They run other programs.
		 */
		if (!children_is_running(c.pid[i], name))
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

uint64_t live_next_look_ns(uint64_t began_ns, bool told)
{
	uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);

	return now_ns + (told ? LIVE_LOOK_NS : 0) + 10 * (now_ns - began_ns);
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
