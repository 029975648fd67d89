#include "loadgen/deadline.h"

#include <errno.h>

#include "loadgen/worker.h"

void deadline_clear(struct session *s)
{
	if (s->is_waiting)
		TAILQ_REMOVE(&s->worker->waiting, s, waiting);
	s->is_waiting = false;
}

void deadline_move(struct session *s, uint64_t now_ns)
{
	deadline_clear(s);
	s->deadline_ns = now_ns + s->worker->o->timeout_ns;
	s->is_waiting = true;
	TAILQ_INSERT_TAIL(&s->worker->waiting, s, waiting);
}

void deadline_check(struct worker *w, uint64_t now_ns)
{
	struct session *s;

	while ((s = TAILQ_FIRST(&w->waiting)) && s->deadline_ns <= now_ns)
		session_fail(s, ETIMEDOUT);
}
