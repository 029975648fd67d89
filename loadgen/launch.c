#include "loadgen/launch.h"

#include "lib/clock.h"
#include "loadgen/worker.h"

/* Sessions begun before the event loop gets to read answers again. */
enum { LAUNCH_BATCH = 16 };

void launch_sum_level(struct worker *w, uint64_t now_ns)
{
	uint64_t from_ns = w->control->window_start_ns;
	uint64_t to_ns = w->control->window_end_ns;

	if (from_ns < w->level_ns)
		from_ns = w->level_ns;
	if (to_ns > now_ns)
		to_ns = now_ns;
	if (to_ns > from_ns)
		w->tally->open_area_ns += w->tally->open * (to_ns - from_ns);
	w->level_ns = now_ns;
}

/* Sessions that may be open now: fewer while the ramp lasts. */
static uint64_t room_now(const struct worker *w, uint64_t now_ns)
{
	uint64_t since_ns = now_ns - w->control->start_ns;

	if (since_ns >= w->o->ramp_ns)
		return w->share;
	return (uint64_t)((double)w->share * (double)since_ns /
			  (double)w->o->ramp_ns) +
	       1;
}

static bool is_wanted(const struct worker *w, uint64_t now_ns)
{
	if (w->o->session_rate > 0)
		return w->tally->begun < w->tally->due;
	return !w->holding_back && now_ns < w->control->window_end_ns;
}

static bool may_begin(const struct worker *w, uint64_t now_ns)
{
	return !w->finishing && is_wanted(w, now_ns) &&
	       w->tally->begun < w->quota &&
	       w->tally->open < room_now(w, now_ns) &&
	       w->opening < w->opening_limit;
}

static void begin_one(struct worker *w)
{
	struct tally *t = w->tally;
	uint64_t now_ns = clock_now_ns();
	uint64_t due_ns = now_ns;
	struct session *s;

	if (!may_begin(w, now_ns))
		return;
	if (w->o->session_rate > 0)
		due_ns = w->control->start_ns +
			 arrival_take(&w->session_begun, &w->session_law);
	launch_sum_level(w, now_ns);
	s = TAILQ_FIRST(&w->unused);
	TAILQ_REMOVE(&w->unused, s, waiting);
	w->opening++;
	t->begun++;
	t->open++;
	session_begin(s, w, w->index + (t->begun - 1) * w->count, due_ns);
}

static void begin_soon(struct worker *w)
{
	static const struct timeval at_once;

	if (may_begin(w, clock_now_ns()))
		event_add(w->launch, &at_once);
}

void launch_more(struct worker *w)
{
	for (int i = 0; i < LAUNCH_BATCH; i++)
		begin_one(w);
	begin_soon(w);
}

static void on_launch(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	launch_more(arg);
}

void launch_due(struct worker *w, uint64_t at_ns, uint64_t now_ns)
{
	w->tally->due++;
	if (worker_in_window(w, at_ns)) {
		w->tally->due_in_window++;
		hist_record(&w->tally->send_lag, now_ns - at_ns);
	}
	begin_one(w);
}

void launch_opened(struct worker *w)
{
	w->opening--;
	begin_one(w);
}

void launch_ended(struct worker *w, struct session *s, bool failed,
		  uint64_t now_ns)
{
	struct tally *t = w->tally;

	launch_sum_level(w, now_ns);
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
		if (worker_in_window(w, now_ns)) {
			t->completed_in_window++;
			t->lifetime_ns += now_ns - s->connect_ns;
		}
	}
	if (worker_leave_if_done(w))
		return;
	if (failed)
		begin_soon(w); /* it may fail at once, within this very call */
	else
		begin_one(w);
}

bool launch_is_done(const struct worker *w)
{
	return w->tally->begun == w->quota;
}

int launch_set_up(struct worker *w)
{
	uint64_t seed = rng_mix(w->o->seed + w->index);

	TAILQ_INIT(&w->unused);
	for (uint64_t i = 0; i < w->share; i++) {
		w->sessions[i].fd = -1;
		TAILQ_INSERT_TAIL(&w->unused, &w->sessions[i], waiting);
	}
	if (w->o->session_rate > 0) {
		w->session_law = (struct arrival_law){
			.mean_gap_ns =
				1e9 * (double)w->count / w->o->session_rate,
			.poisson = w->o->arrivals == ARRIVALS_POISSON,
		};
		arrival_init(&w->session_due, &w->session_law, seed);
		w->session_begun = w->session_due;
	}
	w->launch = event_new(w->base, -1, 0, on_launch, w);
	return w->launch ? 0 : -1;
}

void launch_tear_down(struct worker *w)
{
	if (w->launch)
		event_free(w->launch);
}
