#include "loadgen/worker.h"

#include <dirent.h>
#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/clock.h"
#include "loadgen/alarm.h"
#include "loadgen/beside.h"
#include "loadgen/launch.h"
#include "loadgen/session.h"

#define TICK_NS (5 * NS_PER_MS)
/* A tick so much too late means that this process did not run. */
#define STALL_NS (20 * NS_PER_MS)

/* So long at most without a look at the sockets. */
#define LOOK_NS NS_PER_MS

enum {
	LAUNCH_BATCH = 16, /* sessions begun before answers are read again */
	DUE_BATCH = 64,	   /* the same, of what is due */
};

/* A place for a session, and what the loop has to know of it. */
struct slot {
	struct worker *worker;
	struct session session;
	struct event event;
	TAILQ_ENTRY(slot) link; /* of those unused, or those that wait */
	bool waits;
	uint64_t deadline_ns;
};

TAILQ_HEAD(slots, slot);

struct worker {
	struct load load;
	struct control *control;
	struct launch launch;
	struct due_heap timetable; /* item: a slot; NULL: a session is due */
	struct tally *tally;
	struct event_base *base;
	struct event *tick, *more;
	struct alarm alarm;
	uint64_t ticked_ns, ticked_cpu_ns;
	struct slot *slot; /* launch.share of them */
	struct beside beside;
	struct slots unused;
	struct slots waiting; /* by deadline: all are equally far off */
	bool started;	      /* the first session is in the timetable */
	bool scheduled;	      /* the held sessions have their schedule */
	bool done;
	uint64_t cpu_mark_ns;	 /* CPU used when the window began, */
	uint64_t cpu_mark_at_ns; /* or soon after; 0: not yet */
};

static bool is_open_model(const struct options *o)
{
	return o->message_rate > 0 || o->session_rate > 0;
}

/* --- the end --------------------------------------------------------------- */

static void end_timetable(struct worker *w, uint64_t end_ns);

static void leave(struct worker *w)
{
	w->done = true;
	event_base_loopbreak(w->base);
}

static bool leave_if_done(struct worker *w)
{
	bool done = !w->tally->open &&
		    (w->load.finishing || launch_is_done(&w->launch));

	if (!done)
		return false;
	/* All held sessions died: the rest of their schedule stays unsent. */
	if (!w->load.finishing)
		end_timetable(w, w->control->window_end_ns);
	leave(w);
	return true;
}

/* --- what a session tells -------------------------------------------------- */

static void on_ready(evutil_socket_t fd, short what, void *arg);

/* Tells the event loop what to wait for. Returns 0, or -1 with errno. */
static int wait_for(struct worker *w, struct slot *t, short what)
{
	if (event_initialized(&t->event)) {
		if (event_get_events(&t->event) == (what | EV_PERSIST))
			return 0;
		event_del(&t->event);
	}
	event_assign(&t->event, w->base, t->session.x.fd, what | EV_PERSIST,
		     on_ready, t);
	return event_add(&t->event, NULL);
}

static void stop_waiting(struct worker *w, struct slot *t)
{
	if (t->waits)
		TAILQ_REMOVE(&w->waiting, t, link);
	t->waits = false;
}

/* The session has made progress: its time starts anew. */
static void move_deadline(struct worker *w, struct slot *t)
{
	uint64_t deadline_ns = t->session.progress_ns + w->load.o->timeout_ns;

	if (t->waits && t->deadline_ns == deadline_ns)
		return;
	stop_waiting(w, t);
	t->deadline_ns = deadline_ns;
	t->waits = true;
	TAILQ_INSERT_TAIL(&w->waiting, t, link);
}

static void end_slot(struct worker *w, struct slot *t)
{
	const struct session *s = &t->session;

	if (event_initialized(&t->event))
		event_del(&t->event);
	t->event = (struct event){ 0 };
	stop_waiting(w, t);
	session_release(&t->session);
	TAILQ_INSERT_HEAD(&w->unused, t, link);
	launch_ended(&w->launch, s->served, s->cause, s->connect_ns,
		     clock_now_ns());
}

/* Acts on what a session tells. */
static void act(struct worker *w, struct slot *t, enum outcome outcome)
{
	struct session *s = &t->session;
	short what = (short)((session_wants_bytes(s) ? EV_READ : 0) |
			     (session_wants_room(s) ? EV_WRITE : 0));

	if (outcome != ENDED && wait_for(w, t, what) < 0)
		outcome = session_fail(s, errno);
	if (outcome == ENDED)
		end_slot(w, t);
	else if (session_waits(s))
		move_deadline(w, t);
	else
		stop_waiting(w, t);
}

/* --- launching ------------------------------------------------------------- */

static void push(struct worker *w, uint64_t at_ns, struct slot *t)
{
	struct due d = { .at_ns = at_ns,
			 .id = t ? t->session.x.session : 0,
			 .item = t };

	if (at_ns < w->control->window_end_ns && due_push(&w->timetable, d) < 0)
		w->control->give_up = 1; /* no memory: no honest schedule */
}

/* A session's messages: from start_ns on. */
static void schedule(struct worker *w, struct slot *t, uint64_t start_ns)
{
	exchange_schedule(&t->session.x, start_ns);
	push(w, exchange_next_ns(&t->session.x), t);
}

/* Returns whether it might do one more: there was room, or one failed. */
static bool begin_one(struct worker *w)
{
	const struct options *o = w->load.o;
	uint64_t now_ns = clock_now_ns(), id, due_ns;
	enum outcome outcome;
	struct slot *t;

	if (!launch_may(&w->launch, now_ns))
		return false;
	t = TAILQ_FIRST(&w->unused);
	TAILQ_REMOVE(&w->unused, t, link);
	id = launch_begin(&w->launch, now_ns, &due_ns);
	outcome = session_begin(&t->session, &w->load, id, due_ns);
	if (outcome != ENDED && !o->hold && o->message_rate > 0 &&
	    o->messages > 1)
		schedule(w, t, due_ns);
	act(w, t, outcome);
	return true;
}

/* Begins what may begin, some now and the rest from the event loop. */
static void begin_more(struct worker *w, int most)
{
	static const struct timeval at_once;
	bool more = true;

	for (int i = 0; more && i < most; i++)
		more = begin_one(w);
	if (more && launch_may(&w->launch, clock_now_ns()))
		event_add(w->more, &at_once);
}

static void on_more(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	begin_more(arg, LAUNCH_BATCH);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct slot *t = arg;
	struct worker *w = t->worker;
	enum outcome outcome =
		session_ready(&t->session, what & EV_READ, what & EV_WRITE);

	(void)fd;
	act(w, t, outcome);
	if (outcome != WAITING && !leave_if_done(w))
		begin_more(w, 1);
}

/* --- what is due ----------------------------------------------------------- */

static void push_session(struct worker *w)
{
	uint64_t at_ns;

	if (launch_next(&w->launch, &at_ns))
		push(w, at_ns, NULL);
}

static void start(struct worker *w)
{
	if (w->started || w->control->load_ns == UINT64_MAX)
		return;
	w->started = true;
	if (w->load.o->session_rate > 0)
		push_session(w);
}

static void hand_out_message(struct worker *w, const struct due *d,
			     uint64_t now_ns)
{
	const struct options *o = w->load.o;
	struct slot *t = d->item;
	struct session *s = &t->session;
	bool over = s->state == SESSION_UNUSED;

	/* A place may hold another session by now, unless sessions are held. */
	if (s->x.session != d->id || (over && !o->hold))
		return;
	/* The end may hand out what was never to come due. */
	if (load_in_window(&w->load, d->at_ns) && now_ns >= d->at_ns)
		hist_record(&w->tally->send_lag, now_ns - d->at_ns);
	if (o->hold || s->x.due + 1 < o->messages)
		push(w, exchange_next_ns(&s->x), t);
	if (over)
		session_due(s, d->at_ns);
	else
		act(w, t, session_due(s, d->at_ns));
}

static void hand_out(struct worker *w, const struct due *d, uint64_t now_ns)
{
	if (d->item) {
		hand_out_message(w, d, now_ns);
		return;
	}
	launch_due(&w->launch, d->at_ns, now_ns);
	push_session(w);
	begin_one(w);
}

static void hand_out_due(struct worker *w)
{
	struct due d;

	for (int i = 0; i < DUE_BATCH; i++) {
		uint64_t now_ns = clock_now_ns();

		if (!due_take(&w->timetable, now_ns, &d))
			return;
		hand_out(w, &d, now_ns);
	}
}

/* The held sessions' messages: from control->schedule_ns on. */
static void schedule_held(struct worker *w)
{
	w->scheduled = true;
	for (uint64_t i = 0;
	     w->load.message_law.mean_gap_ns > 0 && i < w->launch.share; i++)
		if (w->slot[i].session.x.load)
			schedule(w, &w->slot[i], w->control->schedule_ns);
}

/* Hands out, late, what had come due by the end, and nothing more. */
static void end_timetable(struct worker *w, uint64_t end_ns)
{
	struct due d;

	while (due_take(&w->timetable, end_ns - 1, &d))
		hand_out(w, &d, clock_now_ns());
	w->timetable.count = 0;
}

/* --- the tick -------------------------------------------------------------- */

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
	end_timetable(w, end_ns);
	w->load.finishing = true;
	for (uint64_t i = 0; i < w->launch.share; i++)
		if (w->slot[i].session.state != SESSION_UNUSED)
			act(w, &w->slot[i],
			    session_finish(&w->slot[i].session));
}

static void give_up(struct worker *w, uint64_t now_ns)
{
	if (!w->load.finishing)
		finish(w, now_ns);
	for (uint64_t i = 0; i < w->launch.share; i++) {
		struct slot *t = &w->slot[i];

		if (t->session.state != SESSION_UNUSED)
			act(w, t, session_fail(&t->session, FAILED_UNFINISHED));
	}
	leave(w);
}

/* Fails those whose time has come. */
static void check_deadlines(struct worker *w, uint64_t now_ns)
{
	struct slot *t;

	while ((t = TAILQ_FIRST(&w->waiting)) && t->deadline_ns <= now_ns)
		act(w, t, session_fail(&t->session, ETIMEDOUT));
}

/*
 * Whether this process did not run for longer than a tick should take. What it
 * computed meanwhile is no stall.
 */
static bool note_stall(struct worker *w, uint64_t now_ns)
{
	uint64_t cpu_ns = clock_cpu_ns();
	uint64_t due_ns = w->ticked_ns + TICK_NS + (cpu_ns - w->ticked_cpu_ns);
	bool stalled = now_ns > due_ns + STALL_NS;
	uint64_t counts_ns =
		stalled ? control_overlap_ns(w->control, due_ns, now_ns) : 0;

	tally_add(&w->tally->stalls, counts_ns > 0);
	tally_add(&w->tally->stalled_ns, counts_ns);
	w->ticked_ns = now_ns;
	w->ticked_cpu_ns = cpu_ns;
	return stalled;
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	const struct control *control = w->control;
	uint64_t now_ns = clock_now_ns();

	(void)fd;
	(void)what;
	tally_add(&w->tally->ticks, 1);
	if (control->give_up) {
		give_up(w, now_ns);
		return;
	}
	load_compare_clocks(&w->load);
	/* After a stop of its own, a worker first reads what came meanwhile. */
	if (!note_stall(w, now_ns))
		check_deadlines(w, now_ns);
	mark_cpu(w, now_ns);
	start(w);
	if (!w->scheduled && control->schedule_ns != UINT64_MAX)
		schedule_held(w);
	if (!w->load.finishing && now_ns >= control->window_end_ns)
		finish(w, control->window_end_ns);
	launch_tick(&w->launch);
	if (!leave_if_done(w))
		begin_more(w, LAUNCH_BATCH);
}

/* --- the loop -------------------------------------------------------------- */

/*
 * Whether answers may lie in their sockets for a while: the kernel has stamped
 * them, and no send waits for them. To be woken for each costs more than all
 * the rest of a message.
 */
static bool answers_can_wait(const struct options *o)
{
	return o->message_rate > 0 && o->address.storage.ss_family != AF_UNIX;
}

/* On a schedule: from shortly before something is due, the clock is read. */
static int loop_on_time(struct worker *w)
{
	bool patient = answers_can_wait(w->load.o);
	uint64_t looked_ns = 0, now_ns, next_ns;
	int rc = 0;

	while (rc >= 0 && !w->done) {
		hand_out_due(w);
		now_ns = clock_now_ns();
		next_ns = due_next_ns(&w->timetable);
		if (w->load.o->spin || now_ns > looked_ns + LOOK_NS) {
			rc = event_base_loop(w->base, EVLOOP_NONBLOCK);
		} else if (next_ns <= now_ns + w->alarm.early_ns) {
			continue;
		} else if (patient && next_ns < now_ns + LOOK_NS) {
			alarm_sleep(&w->alarm, next_ns);
			rc = event_base_loop(w->base, EVLOOP_NONBLOCK);
		} else {
			if (next_ns != UINT64_MAX)
				alarm_set(&w->alarm, next_ns);
			rc = event_base_loop(w->base, EVLOOP_ONCE);
		}
		looked_ns = clock_now_ns();
	}
	return rc < 0 ? -1 : 0;
}

static int loop(struct worker *w)
{
	int flags = w->load.o->spin ? EVLOOP_NONBLOCK : 0, rc = 0;

	if (is_open_model(w->load.o))
		return loop_on_time(w);
	while (rc >= 0 && !w->done)
		rc = event_base_loop(w->base, flags);
	return rc < 0 ? -1 : 0;
}

/* --- set-up ---------------------------------------------------------------- */

/* libevent prints its failures. We get them as errno, and the report says so. */
static void say_nothing(int severity, const char *message)
{
	(void)severity;
	(void)message;
}

static int set_up_loop(struct worker *w)
{
	static const struct timeval tick = { .tv_usec = TICK_NS / NS_PER_US };
	struct event_config *config = event_config_new();

	if (!config)
		return -1;
	event_set_log_callback(say_nothing);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK |
					      EVENT_BASE_FLAG_IGNORE_ENV);
	w->base = event_base_new_with_config(config);
	event_config_free(config);
	if (!w->base)
		return -1;
	w->tick = event_new(w->base, -1, EV_PERSIST, on_tick, w);
	w->more = event_new(w->base, -1, 0, on_more, w);
	if (!w->tick || !w->more || event_add(w->tick, &tick) < 0)
		return -1;
	return is_open_model(w->load.o) ? alarm_set_up(&w->alarm, w->base) : 0;
}

static int set_up(struct worker *w, struct board *board)
{
	TAILQ_INIT(&w->waiting);
	TAILQ_INIT(&w->unused);
	w->slot = calloc(w->launch.share, sizeof(w->slot[0]));
	if (!w->slot || load_set_up(&w->load, board) < 0 ||
	    due_init(&w->timetable, w->launch.share + 1) < 0 ||
	    set_up_loop(w) < 0 ||
	    beside_set_up(&w->beside, &w->launch, w->base) < 0)
		return -1;
	for (uint64_t i = 0; i < w->launch.share; i++) {
		w->slot[i].worker = w;
		w->slot[i].session.x.fd = -1;
		TAILQ_INSERT_TAIL(&w->unused, &w->slot[i], link);
	}
	w->ticked_ns = clock_now_ns();
	w->ticked_cpu_ns = clock_cpu_ns();
	return 0;
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
	beside_tear_down(&w->beside);
	alarm_tear_down(&w->alarm);
	if (w->tick)
		event_free(w->tick);
	if (w->more)
		event_free(w->more);
	if (w->base)
		event_base_free(w->base);
	due_release(&w->timetable);
	free(w->slot);
	load_tear_down(&w->load);
}

int worker_run(const struct options *o, struct board *board, unsigned index,
	       unsigned count)
{
	struct worker w = {
		.load = { .o = o,
			  .tally = &board->worker[index],
			  .stamper = -1 },
		.control = &board->control,
		.tally = &board->worker[index],
		.alarm.timer = -1,
	};
	int before = count_descriptors();
	struct rusage usage;
	int rc;

	launch_init(&w.launch, &w.load, index, count);
	rc = set_up(&w, board);
	if (rc == 0) {
		start(&w);
		beside_begin(&w.beside);
		begin_more(&w, LAUNCH_BATCH);
		rc = loop(&w);
		sum_cpu(&w, clock_now_ns());
		launch_sum_level(&w.launch, clock_now_ns());
	}
	if (rc < 0)
		w.tally->no_start = errno;
	tear_down(&w);
	getrusage(RUSAGE_SELF, &usage);
	w.tally->memory_kib = (uint64_t)usage.ru_maxrss;
	w.tally->cpu_ns = clock_cpu_ns();
	w.tally->descriptors = (uint64_t)(count_descriptors() - before);
	return rc;
}
