#include "server/live.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "lib/children.h"
#include "lib/clock.h"
#include "server/group.h"

#define PAUSE_NS (5 * NS_PER_MS)

/*
 * Whether the list names the same children as it did a moment ago. It may omit
 * living ones when others leave it while it is read, and is then not the same.
 */
static bool is_steady(const struct children *before)
{
	struct children now;
	bool same;

	if (children_init(&now) < 0)
		return false;
	same = children_read(&now, getpid()) == 0 &&
	       now.count == before->count &&
	       !memcmp(now.pid, before->pid, now.count * sizeof(now.pid[0]));
	children_release(&now);
	return same;
}

/*
 * How many are alive; and sends them the signal (0: none). *sure: that the list
 * had them all.
 */
static int signal_live(enum live_kind kind, struct children *c,
		       int signal_number, bool *sure)
{
	int count = 0;

	*sure = true;
	if (kind == LIVE_GROUP)
		return group_signal(signal_number);
	if (children_read(c, getpid()) < 0)
		return -1;
	for (size_t i = 0; i < c->count; i++) {
		if (!children_is_running(c->pid[i]))
			continue;
		count++;
		if (signal_number)
			kill(c->pid[i], signal_number);
	}
	*sure = is_steady(c);
	return count;
}

int live_count(enum live_kind kind)
{
	struct children c;
	bool sure;
	int count;

	if (children_init(&c) < 0)
		return -1;
	count = signal_live(kind, &c, 0, &sure);
	if (!sure) {
		errno = EAGAIN;
		count = -1;
	}
	children_release(&c);
	return count;
}

int live_end(enum live_kind kind, unsigned term_ms, unsigned kill_ms)
{
	uint64_t now_ns = clock_call_ns(CLOCK_MONOTONIC);
	uint64_t kill_ns = now_ns + term_ms * NS_PER_MS;
	uint64_t give_up_ns = kill_ns + kill_ms * NS_PER_MS;
	struct children c;
	bool sure;
	int left;

	if (children_init(&c) < 0)
		return -1;
	while ((left = signal_live(kind, &c,
				   now_ns < kill_ns ? SIGTERM : SIGKILL,
				   &sure)) >= 0) {
		if (left == 0 && sure)
			break;
		if (now_ns >= give_up_ns) {
			errno = ETIMEDOUT;
			left = -1;
			break;
		}
		/* Their deaths interrupt the sleep, which is to be whole. */
		while (clock_sleep_until(now_ns + PAUSE_NS) < 0)
			;
		now_ns = clock_call_ns(CLOCK_MONOTONIC);
	}
	children_release(&c);
	return left;
}
