#include "loadgen/worker.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "lib/clock.h"
#include "loadgen/launch.h"
#include "loadgen/timetable.h"

static const struct timeval tick_interval = { .tv_usec = 5000 };
/* A tick so late means that this process did not run. */
#define STOPPED_NS (50 * NS_PER_MS)

/* Looked for at every tick, too: the loop may not run yet when it happens. */
bool worker_leave_if_done(struct worker *w)
{
	bool done = !w->tally->open && (w->finishing || launch_is_done(w));

	if (!done)
		return false;
	/* All held sessions died: the rest of their schedule stays unsent. */
	if (!w->finishing)
		timetable_end(w, w->control->window_end_ns);
	event_base_loopbreak(w->base);
	return true;
}

/* CPU use is that of the window, to within a tick at either end. */
static void mark_cpu(struct worker *w, uint64_t now_ns)
{
	if (w->cpu_mark_at_ns || now_ns < w->control->window_start_ns)
		return;
	w->cpu_mark_ns = clock_cpu_ns();
	w->cpu_mark_at_ns = now_ns;
}

static void sum_cpu(struct worker *w, uint64_t now_ns)
{
	if (!w->cpu_mark_at_ns || w->tally->cpu_span_ns)
		return;
	w->tally->cpu_window_ns = clock_cpu_ns() - w->cpu_mark_ns;
	w->tally->cpu_span_ns = now_ns - w->cpu_mark_at_ns;
}

/* Nothing more is due from end_ns on. */
static void finish(struct worker *w, uint64_t end_ns)
{
	sum_cpu(w, clock_now_ns());
	timetable_end(w, end_ns);
	w->finishing = true;
	for (uint64_t i = 0; i < w->share; i++)
		if (w->sessions[i].fd >= 0)
			session_finish(&w->sessions[i]);
}

static void give_up(struct worker *w, uint64_t now_ns)
{
	if (!w->finishing)
		finish(w, now_ns);
	for (uint64_t i = 0; i < w->share; i++)
		if (w->sessions[i].fd >= 0)
			session_fail(&w->sessions[i], FAILED_UNFINISHED);
	event_base_loopbreak(w->base);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	const struct control *control = w->control;
	uint64_t now_ns = clock_now_ns();

	(void)fd;
	(void)what;
	w->tally->ticks++;
	if (control->give_up) {
		give_up(w, now_ns);
		return;
	}
	/* After a stop of its own, a worker first reads what came meanwhile. */
	if (now_ns - w->ticked_ns < STOPPED_NS)
		deadline_check(w, now_ns);
	w->ticked_ns = now_ns;
	mark_cpu(w, now_ns);
	if (!w->scheduled && control->schedule_ns != UINT64_MAX)
		timetable_start_held(w);
	if (!w->finishing && now_ns >= control->window_end_ns)
		finish(w, control->window_end_ns);
	w->holding_back = false;
	if (!worker_leave_if_done(w))
		launch_more(w);
}

/* Share number `index` of `total` things among `count`. */
static uint64_t share_of(uint64_t total, unsigned index, unsigned count)
{
	return total / count + (index < total % count);
}

static struct event_base *new_base(const struct options *o)
{
	int flags = EVENT_BASE_FLAG_NOLOCK | EVENT_BASE_FLAG_IGNORE_ENV;
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (!config)
		return NULL;
	/* What is due is handed out on time by a timerfd. */
	if ((o->message_rate > 0 || o->session_rate > 0) && !o->spin)
		flags |= EVENT_BASE_FLAG_PRECISE_TIMER;
	event_config_set_flag(config, flags);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

static int set_up(struct worker *w)
{
	TAILQ_INIT(&w->waiting);
	w->base = new_base(w->o);
	w->tx_buffer = malloc(BUFFER_BYTES);
	w->rx_buffer = malloc(BUFFER_BYTES);
	w->sessions = calloc(w->share, sizeof(w->sessions[0]));
	if (!w->base || !w->tx_buffer || !w->rx_buffer || !w->sessions ||
	    launch_set_up(w) < 0 || timetable_set_up(w) < 0)
		return -1;
	w->tick = event_new(w->base, -1, EV_PERSIST, on_tick, w);
	return w->tick ? event_add(w->tick, &tick_interval) : -1;
}

/* Descriptors open in this process, the one that looks included; -1. */
static int count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = -2; /* . and .. */

	if (!dir)
		return -1;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static void tear_down(struct worker *w)
{
	if (w->tick)
		event_free(w->tick);
	launch_tear_down(w);
	timetable_tear_down(w);
	if (w->base)
		event_base_free(w->base);
	free(w->sessions);
	free(w->tx_buffer);
	free(w->rx_buffer);
}

/* Whether the loop is to look again at once rather than to sleep. */
static bool stays_awake(const struct worker *w)
{
	uint64_t now_ns;

	if (w->o->spin)
		return true;
	now_ns = clock_now_ns();
	return timetable_is_near(w, now_ns) ||
	       (w->tally->sent > w->tally->echoed &&
		now_ns < w->sent_ns + WORKER_AWAKE_NS);
}

static int loop(struct worker *w)
{
	int rc = 0;

	if (w->o->message_rate <= 0 && w->o->session_rate <= 0)
		return event_base_dispatch(w->base) < 0 ? -1 : 0;
	while (rc >= 0 && !event_base_got_break(w->base)) {
		timetable_run(w);
		rc = event_base_loop(w->base, stays_awake(w) ? EVLOOP_NONBLOCK :
							       EVLOOP_ONCE);
	}
	return rc < 0 ? -1 : 0;
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
		.count = count,
	};
	int before = count_descriptors();
	struct rusage usage;
	int rc;

	rc = set_up(&w);
	if (rc == 0) {
		launch_more(&w);
		rc = loop(&w);
		sum_cpu(&w, clock_now_ns());
		launch_sum_level(&w, clock_now_ns());
	}
	tear_down(&w);
	getrusage(RUSAGE_SELF, &usage);
	w.tally->memory_kib = (uint64_t)usage.ru_maxrss;
	w.tally->cpu_ns = clock_cpu_ns();
	w.tally->descriptors = (uint64_t)(count_descriptors() - before);
	return rc;
}
