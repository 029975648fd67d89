#include "client/ping.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "client/interrupt.h"
#include "client/ping_tell.h"
#include "client/track.h"
#include "client/wait.h"
#include "lib/clock.h"

struct ping {
	struct peer *peer;
	const struct ping_plan *plan;
	struct track track;
	int interrupt_fd;
	uint64_t start_ns, due_ns;
	size_t size;
	char *out;	/* the message sent last */
	size_t handed;	/* bytes of it that the kernel has taken */
	char *in;	/* room for two */
	size_t in_held; /* bytes, of echoes that are not whole */
};

static bool all_sent(const struct ping *g)
{
	return g->plan->count && g->track.sent == g->plan->count;
}

static bool may_send(const struct ping *g)
{
	return !all_sent(g) && g->handed == g->size &&
	       track_has_room(&g->track);
}

static enum end tell(const struct ping *g, const struct track_verdict *v)
{
	return ping_tell(v, g->peer, g->size) < 0 ? END_NO_OUTPUT : END_DONE;
}

static enum end expire(struct ping *g, uint64_t now_ns)
{
	enum end end = END_DONE;
	struct track_verdict v;

	while (end == END_DONE && track_expire(&g->track, now_ns, &v))
		end = tell(g, &v);
	/* The stream is stuck in a message: no other can follow. */
	if (end == END_DONE && g->handed < g->size && !track_awaited(&g->track))
		return END_SILENT;
	return end;
}

static enum end hand_over(struct ping *g)
{
	ssize_t n = peer_send(g->peer, g->out + g->handed, g->size - g->handed);

	if (n < 0)
		return END_LOST;
	g->handed += (size_t)n;
	return END_DONE;
}

static enum end send_if_due(struct ping *g)
{
	uint64_t now_ns;

	if (!may_send(g) || clock_now_ns() < g->due_ns)
		return END_DONE;
	track_fill(&g->track, g->out);
	g->handed = 0;
	now_ns = clock_now_ns();
	track_send(&g->track, now_ns);
	/* Sends whose time has passed are skipped, not sent in a burst. */
	g->due_ns = wait_beat(g->start_ns, g->plan->interval_ns, now_ns);
	return hand_over(g);
}

static enum end judge_echoes(struct ping *g, uint64_t now_ns)
{
	enum end end = expire(g, now_ns);
	size_t from = 0;

	for (; end == END_DONE && g->in_held - from >= g->size &&
	       track_expects(&g->track);
	     from += g->size) {
		struct track_verdict v =
			track_echo(&g->track, g->in + from, now_ns);

		end = tell(g, &v);
	}
	g->in_held -= from;
	memmove(g->in, g->in + from, g->in_held);
	/* Every message is decided, yet more bytes came. */
	if (end == END_DONE && g->in_held && !track_expects(&g->track))
		return END_UNASKED;
	return end;
}

static enum end receive(struct ping *g)
{
	ssize_t n = peer_receive(g->peer, g->in + g->in_held,
				 2 * g->size - g->in_held);

	if (n < 0)
		return END_LOST;
	if (g->peer->ended)
		return END_CLOSED;
	g->in_held += (size_t)n;
	return judge_echoes(g, clock_now_ns());
}

/* Waits for the next event, and handles it. */
static enum end turn(struct ping *g)
{
	struct pollfd wait[] = {
		{ .fd = g->peer->fd,
		  .events = g->handed < g->size ? POLLIN | POLLOUT : POLLIN },
		{ .fd = g->interrupt_fd, .events = POLLIN },
	};
	uint64_t until_ns = track_deadline(&g->track);
	enum end end = END_DONE;

	if (may_send(g) && g->due_ns < until_ns)
		until_ns = g->due_ns;
	if (wait_ready(wait, 2, until_ns) < 0)
		return END_LOST;
	if (wait[1].revents)
		return END_STOPPED;
	if (wait[0].revents & POLLOUT)
		end = hand_over(g);
	if (end == END_DONE && wait[0].revents & ~POLLOUT)
		end = receive(g);
	return end;
}

static enum end send_and_hear(struct ping *g)
{
	g->start_ns = g->due_ns = clock_now_ns();
	for (;;) {
		enum end end = expire(g, clock_now_ns());

		if (end == END_DONE)
			end = send_if_due(g);
		if (end != END_DONE)
			return end;
		if (all_sent(g) && !track_awaited(&g->track))
			return END_DONE;
		end = turn(g);
		if (end != END_DONE)
			return end;
	}
}

/* Prints the summary. Returns how the run ended, END_MISSED if echoes failed. */
static enum end sum_up(struct ping *g, enum end end)
{
	int saved = errno;

	if (end == END_STOPPED && !g->plan->count)
		end = END_DONE;
	else if (end != END_STOPPED)
		track_abandon(&g->track);
	if (end != END_NO_OUTPUT && ping_tell_all(&g->track, g->peer) < 0)
		return END_NO_OUTPUT;
	errno = saved;
	if (end == END_DONE && g->track.lost + g->track.wrong)
		return END_MISSED;
	return end;
}

enum end ping(struct peer *p, const struct ping_plan *plan)
{
	size_t size = (size_t)plan->size_bytes;
	struct ping g = {
		.peer = p,
		.plan = plan,
		.interrupt_fd = interrupt_watch(),
		.size = size,
		.handed = size,
		.out = malloc(size),
		.in = malloc(2 * size),
	};
	/* One is sent in an interval, and none is awaited for longer. */
	uint64_t room = p->timeout_ns / plan->interval_ns + 2;
	enum end end = END_UNREADY;
	uint64_t seed;

	if (g.interrupt_fd >= 0 && g.out && g.in &&
	    getrandom(&seed, sizeof(seed), 0) == sizeof(seed) &&
	    track_init(&g.track, seed, size, p->timeout_ns, room) == 0)
		end = sum_up(&g, send_and_hear(&g));
	track_release(&g.track);
	free(g.in);
	free(g.out);
	return end;
}
