#include "client/track.h"

#include <stdlib.h>

#include "lib/payload.h"

int track_init(struct track *t, uint64_t seed, size_t bytes,
	       uint64_t timeout_ns, uint64_t room)
{
	*t = (struct track){
		.seed = seed,
		.bytes = bytes,
		.timeout_ns = timeout_ns,
		.room = room,
	};
	t->sent_ns = calloc(room, sizeof(*t->sent_ns));
	return t->sent_ns ? 0 : -1;
}

void track_release(struct track *t)
{
	free(t->sent_ns);
}

static uint64_t key_of(const struct track *t, uint64_t i)
{
	return payload_key(t->seed, 0, i);
}

bool track_has_room(const struct track *t)
{
	return track_awaited(t) < t->room;
}

void track_fill(const struct track *t, void *out)
{
	payload_fill(key_of(t, t->sent), 0, out, t->bytes);
}

void track_send(struct track *t, uint64_t now_ns)
{
	t->sent_ns[t->sent % t->room] = now_ns;
	t->sent++;
}

uint64_t track_deadline(const struct track *t)
{
	return t->live < t->sent ?
		       t->sent_ns[t->live % t->room] + t->timeout_ns :
		       UINT64_MAX;
}

bool track_expire(struct track *t, uint64_t now_ns, struct track_verdict *out)
{
	if (now_ns < track_deadline(t) || !track_awaited(t))
		return false;
	t->lost++;
	t->live++;
	*out = (struct track_verdict){ TRACK_LOST, .message = t->live };
	return true;
}

/* The first byte, from 0, in which it is not message i. */
static size_t first_difference(const struct track *t, uint64_t i,
			       const char *echo)
{
	size_t at = 0;

	while (at < t->bytes && payload_matches(key_of(t, i), at, echo + at, 1))
		at++;
	return at;
}

static void count_echo(struct track *t, uint64_t time_ns)
{
	if (!t->echoed || time_ns < t->min_ns)
		t->min_ns = time_ns;
	t->echoed++;
	hist_record(&t->times, time_ns);
}

struct track_verdict track_echo(struct track *t, const void *echo,
				uint64_t now_ns)
{
	struct track_verdict v = { .fate = TRACK_ECHOED };
	uint64_t i = t->front;

	while (i < t->sent && !payload_matches(key_of(t, i), 0, echo, t->bytes))
		i++;
	if (i == t->sent) {
		i = t->front;
		v.fate = TRACK_WRONG;
		v.differs_at = first_difference(t, i, echo) + 1;
		t->wrong++;
		if (i < t->live)
			t->lost--;
	} else if (i < t->live) {
		v.fate = TRACK_LATE;
	} else {
		v.passed_over = i - t->live;
		t->lost += v.passed_over;
		v.time_ns = now_ns - t->sent_ns[i % t->room];
		count_echo(t, v.time_ns);
	}
	t->front = i + 1;
	if (t->live < t->front)
		t->live = t->front;
	v.message = t->front;
	return v;
}

bool track_expects(const struct track *t)
{
	return t->front < t->sent;
}

uint64_t track_awaited(const struct track *t)
{
	return t->sent - t->live;
}

void track_abandon(struct track *t)
{
	t->lost += track_awaited(t);
	t->live = t->sent;
}
