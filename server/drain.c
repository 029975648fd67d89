#include "server/drain.h"

#include "lib/clock.h"
#include "server/live.h"
#include "server/log.h"
#include "server/stop.h"

/*
 * The kernel's account, if it can be had: the counters are cheap, but know
 * nothing of a child that was killed.
 */
static uint64_t sessions_left(const struct serve *s)
{
	int running = live_count(s->reap->sessions);
	uint64_t live = daemon_stats_live(s->stats);

	return running >= 0 && (uint64_t)running < live ? (uint64_t)running :
							  live;
}

/*
 * Returns how many are left. Those who die meanwhile are collected, but by the
 * mode that only does it when somebody connects.
 */
static uint64_t wait_for_end(const struct serve *s, uint64_t deadline_ns)
{
	uint64_t left, live, now_ns, look_ns;

	for (;;) {
		now_ns = clock_call_ns(CLOCK_MONOTONIC);
		left = sessions_left(s);
		look_ns = live_next_look_ns(now_ns);
		if (look_ns > deadline_ns)
			look_ns = deadline_ns;
		do {
			live = daemon_stats_live(s->stats);
			if (!live || !left)
				return 0;
			if (now_ns >= deadline_ns || stop_asked_again())
				return left;
			serve_wait(s, live, look_ns);
			now_ns = clock_call_ns(CLOCK_MONOTONIC);
		} while (now_ns < look_ns);
	}
}

void drain(const struct serve *s, uint64_t timeout_ns)
{
	uint64_t left = timeout_ns ? sessions_left(s) : 0;

	if (!left)
		return;
	log_line("draining: %llu sessions have %g s to end; SIGTERM ends "
		 "them at once",
		 (unsigned long long)left,
		 (double)timeout_ns / (double)NS_PER_S);
	left = wait_for_end(s, clock_call_ns(CLOCK_MONOTONIC) + timeout_ns);
	if (left)
		log_line("not drained: %llu sessions are ended",
			 (unsigned long long)left);
	else
		log_line("drained");
}
