#include "loadgen/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "lib/clock.h"

/* Sessions begun before the event loop gets to read answers again. */
enum { LAUNCH_BATCH = 16 };

static const struct timeval tick_interval = { .tv_usec = 5000 };

bool worker_in_window(const struct worker *w, uint64_t at_ns)
{
	return at_ns >= w->control->window_start_ns &&
	       at_ns < w->control->window_end_ns;
}

static bool may_begin(const struct worker *w)
{
	return !w->finishing && !w->holding_back && w->tally->open < w->share &&
	       w->tally->begun < w->quota && w->opening < w->opening_limit &&
	       clock_now_ns() < w->control->window_end_ns;
}

/* A session's end makes room for the next, which begins at once. */
static void begin_one(struct worker *w)
{
	struct session *s;

	if (!may_begin(w))
		return;
	s = TAILQ_FIRST(&w->unused);
	TAILQ_REMOVE(&w->unused, s, waiting);
	w->opening++;
	session_begin(s, w, w->next_id);
	w->next_id += w->id_step;
}

static void on_launch(evutil_socket_t fd, short what, void *arg)
{
	static const struct timeval at_once;
	struct worker *w = arg;

	(void)fd;
	(void)what;
	for (int i = 0; i < LAUNCH_BATCH; i++)
		begin_one(w);
	if (may_begin(w))
		event_add(w->launch, &at_once);
}

void worker_rests(struct worker *w, struct session *s)
{
	if (s->is_waiting)
		TAILQ_REMOVE(&w->waiting, s, waiting);
	s->is_waiting = false;
}

/* All deadlines are equally far off, so the queue stays in their order. */
void worker_progressed(struct worker *w, struct session *s)
{
	worker_rests(w, s);
	s->deadline_ns = clock_now_ns() + w->o->timeout_ns;
	s->is_waiting = true;
	TAILQ_INSERT_TAIL(&w->waiting, s, waiting);
}

void worker_opened(struct worker *w)
{
	w->opening--;
	begin_one(w);
}

/* Looked for at every tick, too: the loop may not run yet when it happens. */
static bool leave_if_done(struct worker *w)
{
	bool done = !w->tally->open &&
		    (w->finishing || w->tally->begun == w->quota);

	if (done)
		event_base_loopbreak(w->base);
	return done;
}

void worker_ended(struct worker *w, struct session *s, bool failed)
{
	struct tally *t = w->tally;
	uint64_t now_ns = clock_now_ns();

	worker_rests(w, s);
	TAILQ_INSERT_HEAD(&w->unused, s, waiting);
	t->open--;
	t->last_end_ns = now_ns;
	if (!s->served) {
		w->opening--;
		t->unserved++;
	}
	if (failed) {
		t->failed++;
		w->holding_back = true;
	} else {
		t->completed++;
		if (worker_in_window(w, now_ns))
			t->completed_in_window++;
	}
	if (!leave_if_done(w))
		begin_one(w);
}

/* --- the schedule of held sessions ---------------------------------------- */

static void arm_due(struct worker *w)
{
	uint64_t now_ns = clock_now_ns();
	uint64_t wait_ns;
	struct timeval wait;

	if (!w->schedule.count)
		return;
	wait_ns = w->schedule.entry[0].at_ns > now_ns ?
			  w->schedule.entry[0].at_ns - now_ns :
			  0;
	wait.tv_sec = (time_t)(wait_ns / NS_PER_S);
	wait.tv_usec = (suseconds_t)(wait_ns % NS_PER_S / NS_PER_US);
	event_add(w->due, &wait);
}

static void push_next(struct worker *w, struct session *s)
{
	uint64_t at_ns =
		w->control->window_start_ns + arrival_take(&s->arrivals);

	if (at_ns < w->control->window_end_ns)
		due_push(&w->schedule, at_ns, s);
}

/*
 * Sends what is due. A session without room keeps its message, which is then
 * sent late and counted from when it was due.
 */
static void on_due(evutil_socket_t fd, short what, void *arg)
{
	static const uint64_t retry_ns = NS_PER_MS / 10;
	struct worker *w = arg;
	uint64_t now_ns = clock_now_ns();

	(void)fd;
	(void)what;
	while (w->schedule.count && w->schedule.entry[0].at_ns <= now_ns) {
		struct due next = due_pop(&w->schedule);
		struct session *s = next.item;

		if (s->late_ns == 0) {
			w->tally->scheduled++;
			s->late_ns = next.at_ns;
		}
		if (s->fd < 0) {
			s->late_ns = 0;
			push_next(w,
				  s); /* it failed: its messages stay unsent */
			continue;
		}
		if (!session_has_room(s)) {
			due_push(&w->schedule, now_ns + retry_ns, s);
			continue;
		}
		next.at_ns = s->late_ns;
		s->late_ns = 0;
		push_next(w, s);
		session_send(s, next.at_ns);
	}
	arm_due(w);
}

/* Counts what had come due by the end, sent or not. */
static void end_schedule(struct worker *w)
{
	uint64_t length_ns =
		w->control->window_end_ns - w->control->window_start_ns;

	event_del(w->due);
	for (size_t i = 0; i < w->schedule.count; i++) {
		struct session *s = w->schedule.entry[i].item;

		w->tally->scheduled += s->late_ns == 0;
		while (arrival_take(&s->arrivals) < length_ns)
			w->tally->scheduled++;
	}
	w->schedule.count = 0;
}

static void start_schedule(struct worker *w)
{
	w->scheduled = true;
	if (w->o->message_rate <= 0)
		return;
	for (uint64_t i = 0; i < w->share; i++) {
		struct session *s = &w->sessions[i];

		arrival_init(
			&s->arrivals,
			w->o->seed ^ rng_mix(w->index + i * w->id_step + 1),
			w->o->message_rate, w->o->arrivals == ARRIVALS_POISSON);
		push_next(w, s);
	}
	arm_due(w);
}

/* --- the clock of the run -------------------------------------------------- */

static void finish(struct worker *w)
{
	w->finishing = true;
	end_schedule(w);
	for (uint64_t i = 0; i < w->share; i++)
		if (w->sessions[i].fd >= 0 && w->sessions[i].worker)
			session_finish(&w->sessions[i]);
}

static void give_up(struct worker *w)
{
	w->finishing = true;
	for (uint64_t i = 0; i < w->share; i++)
		if (w->sessions[i].fd >= 0 && w->sessions[i].worker)
			session_fail(&w->sessions[i], FAILED_UNFINISHED);
	event_base_loopbreak(w->base);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	uint64_t now_ns = clock_now_ns();
	struct session *s;

	(void)fd;
	(void)what;
	if (w->control->give_up) {
		give_up(w);
		return;
	}
	while ((s = TAILQ_FIRST(&w->waiting)) && s->deadline_ns <= now_ns)
		session_fail(s, ETIMEDOUT);
	if (w->o->hold && !w->scheduled &&
	    w->control->window_start_ns != UINT64_MAX)
		start_schedule(w);
	if (now_ns >= w->control->window_end_ns && !w->finishing)
		finish(w);
	w->holding_back = false;
	if (!leave_if_done(w))
		on_launch(-1, 0, w);
}

/* --- set-up ---------------------------------------------------------------- */

/* Share number `index` of `total` things among `count`. */
static uint64_t share_of(uint64_t total, unsigned index, unsigned count)
{
	return total / count + (index < total % count);
}

static int set_up(struct worker *w)
{
	struct event_config *config = event_config_new();
	int flags = EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV;

	if (!config)
		return -1;
	/* Held sessions send on time to tens of microseconds, by a timerfd. */
	if (w->o->message_rate > 0)
		flags |= EVENT_BASE_FLAG_PRECISE_TIMER;
	event_config_set_flag(config, flags);
	w->base = event_base_new_with_config(config);
	event_config_free(config);
	w->tx_buffer = malloc(BUFFER_BYTES);
	w->rx_buffer = malloc(BUFFER_BYTES);
	w->sessions = calloc(w->share, sizeof(w->sessions[0]));
	if (!w->base || !w->tx_buffer || !w->rx_buffer || !w->sessions ||
	    due_init(&w->schedule, w->share) < 0)
		return -1;
	for (uint64_t i = 0; i < w->share; i++) {
		w->sessions[i].fd = -1;
		TAILQ_INSERT_TAIL(&w->unused, &w->sessions[i], waiting);
	}
	w->tick = event_new(w->base, -1, EV_PERSIST, on_tick, w);
	w->launch = event_new(w->base, -1, 0, on_launch, w);
	w->due = event_new(w->base, -1, 0, on_due, w);
	if (!w->tick || !w->launch || !w->due)
		return -1;
	return event_add(w->tick, &tick_interval);
}

static void tear_down(struct worker *w)
{
	struct rusage usage;

	if (w->tick)
		event_free(w->tick);
	if (w->launch)
		event_free(w->launch);
	if (w->due)
		event_free(w->due);
	if (w->base)
		event_base_free(w->base);
	due_release(&w->schedule);
	free(w->sessions);
	free(w->tx_buffer);
	free(w->rx_buffer);
	getrusage(RUSAGE_SELF, &usage);
	w->tally->memory_kib = (uint64_t)usage.ru_maxrss;
	w->tally->cpu_ns = clock_cpu_ns();
}

int worker_run(const struct options *o, struct board *board, unsigned index,
	       unsigned count)
{
	struct worker w = {
		.o = o,
		.control = &board->control,
		.tally = &board->worker[index],
		.share = share_of(o->concurrency, index, count),
		.quota = o->sessions ? share_of(o->sessions, index, count) :
				       UINT64_MAX,
		.opening_limit = share_of(o->opening, index, count),
		.index = index,
		.next_id = index,
		.id_step = count,
	};
	int rc;

	if (!w.opening_limit)
		w.opening_limit = 1;
	TAILQ_INIT(&w.unused);
	TAILQ_INIT(&w.waiting);
	rc = set_up(&w);
	if (rc == 0) {
		on_launch(-1, 0, &w);
		rc = event_base_dispatch(w.base) < 0 ? -1 : 0;
	}
	tear_down(&w);
	return rc;
}
