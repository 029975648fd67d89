#include "server/live.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "lib/children.h"
#include "lib/clock.h"

#define PAUSE_NS (5 * NS_PER_MS)

/* As live_count(); and sends them the signal (0: none). */
static int signal_live(struct children *c, int signal_number)
{
	int count = 0;

	if (children_read(c, getpid()) < 0)
		return -1;
	for (size_t i = 0; i < c->count; i++) {
		if (!children_is_running(c->pid[i]))
			continue;
		count++;
		if (signal_number)
			kill(c->pid[i], signal_number);
	}
	return count;
}

int live_count(void)
{
	struct children c;
	int count;

	if (children_init(&c) < 0)
		return -1;
	count = signal_live(&c, 0);
	children_release(&c);
	return count;
}

int live_end(unsigned term_ms, unsigned kill_ms)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t kill_ns = now_ns + term_ms * NS_PER_MS;
	uint64_t give_up_ns = kill_ns + kill_ms * NS_PER_MS;
	struct children c;
	int left;

	if (children_init(&c) < 0)
		return -1;
	/* Again until none is left: the list may omit some when others exit. */
	while ((left = signal_live(&c, now_ns < kill_ns ? SIGTERM : SIGKILL)) >
	       0) {
		if (now_ns >= give_up_ns) {
			errno = ETIMEDOUT;
			left = -1;
			break;
		}
		/* Their deaths interrupt the sleep, which is to be whole. */
		while (clock_sleep_until(now_ns + PAUSE_NS) < 0)
			;
		now_ns = clock_now_ns();
	}
	children_release(&c);
	return left;
}
