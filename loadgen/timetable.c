#include "loadgen/timetable.h"

#include "lib/clock.h"
#include "loadgen/exchange.h"
#include "loadgen/launch.h"
#include "loadgen/worker.h"

/* Handed out at a time: when all is late, answers must be read, too. */
enum { BATCH = 64 };

bool timetable_is_near(const struct worker *w, uint64_t now_ns)
{
	return w->timetable.count &&
	       w->timetable.entry[0].at_ns < now_ns + WORKER_AWAKE_NS;
}

/* Sets the timer that wakes the loop. With --spin, it never sleeps. */
static void set_timer(struct worker *w, uint64_t now_ns)
{
	uint64_t wait_ns;
	struct timeval wait;

	if (w->o->spin || !w->timetable.count || timetable_is_near(w, now_ns))
		return;
	wait_ns = w->timetable.entry[0].at_ns - WORKER_AWAKE_NS - now_ns;
	wait.tv_sec = (time_t)(wait_ns / NS_PER_S);
	wait.tv_usec = (suseconds_t)(wait_ns % NS_PER_S / NS_PER_US);
	event_add(w->due, &wait);
}

static void push(struct worker *w, uint64_t at_ns, struct session *s)
{
	struct due d = { .at_ns = at_ns, .id = s ? s->id : 0, .item = s };

	if (at_ns < w->control->window_end_ns && due_push(&w->timetable, d) < 0)
		w->control->give_up = 1; /* no memory: no honest schedule */
}

static void push_message(struct worker *w, struct session *s)
{
	push(w, s->schedule_ns + arrival_take(&s->due_at, &w->message_law), s);
}

static void push_session(struct worker *w)
{
	uint64_t left = w->quota - w->tally->due;

	if (left)
		push(w,
		     w->control->start_ns +
			     arrival_take(&w->session_due, &w->session_law),
		     NULL);
}

/* A slot may hold another session by now, unless sessions are held. */
static bool is_current(const struct worker *w, const struct due *d)
{
	const struct session *s = d->item;

	return s->id == d->id && (s->fd >= 0 || w->o->hold);
}

static void hand_out(struct worker *w, const struct due *d, uint64_t now_ns)
{
	struct session *s = d->item;

	if (!s) {
		launch_due(w, d->at_ns, now_ns);
		push_session(w);
		return;
	}
	if (!is_current(w, d))
		return;
	/* The end may hand out what was never to come due. */
	if (worker_in_window(w, d->at_ns) && now_ns >= d->at_ns)
		hist_record(&w->tally->send_lag, now_ns - d->at_ns);
	if (w->o->hold || s->due + 1 < w->o->messages)
		push_message(w, s);
	exchange_due(s, d->at_ns);
}

void timetable_run(struct worker *w)
{
	uint64_t now_ns = clock_now_ns();

	for (int i = 0; i < BATCH && w->timetable.count &&
			w->timetable.entry[0].at_ns <= now_ns;
	     i++) {
		struct due d = due_pop(&w->timetable);

		hand_out(w, &d, now_ns);
		now_ns = clock_now_ns();
	}
	set_timer(w, now_ns);
}

/* The loop runs the timetable whenever it has been woken. */
static void on_due(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

void timetable_start(struct session *s, uint64_t start_ns)
{
	struct worker *w = s->worker;

	s->schedule_ns = start_ns;
	arrival_init(&s->due_at, &w->message_law,
		     rng_mix(w->o->seed ^ rng_mix(s->id + 1)));
	s->sent_at = s->echoed_at = s->due_at;
	push_message(w, s);
	set_timer(w, clock_now_ns());
}

void timetable_start_held(struct worker *w)
{
	w->scheduled = true;
	for (uint64_t i = 0; w->message_law.mean_gap_ns > 0 && i < w->share;
	     i++)
		if (w->sessions[i].worker)
			timetable_start(&w->sessions[i],
					w->control->schedule_ns);
}

void timetable_end(struct worker *w, uint64_t end_ns)
{
	event_del(w->due);
	while (w->timetable.count && w->timetable.entry[0].at_ns < end_ns) {
		struct due d = due_pop(&w->timetable);

		hand_out(w, &d, clock_now_ns());
	}
	event_del(w->due);
	w->timetable.count = 0;
}

int timetable_set_up(struct worker *w)
{
	if (w->o->message_rate > 0)
		w->message_law = (struct arrival_law){
			.mean_gap_ns = 1e9 / w->o->message_rate,
			.poisson = w->o->arrivals == ARRIVALS_POISSON,
		};
	w->due = event_new(w->base, -1, 0, on_due, w);
	if (!w->due || due_init(&w->timetable, w->share + 1) < 0)
		return -1;
	if (w->o->session_rate > 0) {
		push_session(w);
		set_timer(w, clock_now_ns());
	}
	return 0;
}

void timetable_tear_down(struct worker *w)
{
	if (w->due)
		event_free(w->due);
	due_release(&w->timetable);
}
