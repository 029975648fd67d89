#include "loadgen/run.h"

#include <errno.h>
#include <time.h>

#include "lib/clock.h"
#include "lib/quota.h"

double run_worker_cpu_pct(const struct run *r, unsigned worker)
{
	const struct tally *t = &r->board->worker[worker];

	if (!t->cpu_span_ns)
		return -1;
	return 100.0 * (double)t->cpu_window_ns / (double)t->cpu_span_ns;
}

double run_busiest_pct(const struct run *r)
{
	double most = -1;

	for (unsigned i = 0; i < r->workers; i++)
		if (run_worker_cpu_pct(r, i) > most)
			most = run_worker_cpu_pct(r, i);
	return most;
}

double run_cpu_us_per(const struct run *r, uint64_t events)
{
	const struct tally *t = r->result.sum;

	return events && t->cpu_span_ns ?
		       (double)t->cpu_window_ns / 1e3 / (double)events :
		       -1;
}

uint64_t run_stalls(const struct run *r)
{
	return r->result.sum->stalls + r->outcome.stalls;
}

double run_stalled_s(const struct run *r)
{
	double worker_ns = (double)r->result.sum->stalled_ns / r->workers;
	double parent_ns = (double)r->outcome.stalled_ns;

	return (worker_ns > parent_ns ? worker_ns : parent_ns) / 1e9;
}

/* When the figures' time ended: with the window, or earlier with the run. */
static uint64_t window_end_ns(const struct run *r)
{
	const struct control *c = &r->board->control;
	uint64_t end_ns = c->window_end_ns;

	if (r->outcome.gave_up_ns && r->outcome.gave_up_ns < end_ns)
		end_ns = r->outcome.gave_up_ns;
	/* All sessions may have been done before. */
	if ((end_ns == UINT64_MAX || r->o->sessions) &&
	    r->result.sum->last_end_ns < end_ns)
		end_ns = r->result.sum->last_end_ns;
	return end_ns;
}

static void compute_window(struct run *r)
{
	const struct control *c = &r->board->control;
	uint64_t end_ns = window_end_ns(r);
	double unix_s = r->outcome.start_unix_s;

	if (c->window_start_ns == UINT64_MAX || end_ns <= c->window_start_ns)
		return;
	r->window_s = (double)(end_ns - c->window_start_ns) / 1e9;
	r->result.steady_start_unix_s =
		unix_s + (double)(c->window_start_ns - c->start_ns) / 1e9;
	r->result.steady_end_unix_s =
		r->result.steady_start_unix_s + r->window_s;
}

static void compute_rates(struct run *r)
{
	const struct tally *t = r->result.sum;

	if (r->window_s <= 0)
		return;
	if (!r->o->hold)
		r->result.sessions_per_s =
			(double)t->completed_in_window / r->window_s;
	r->result.messages_per_s = (double)t->echoed_in_window / r->window_s;
	r->mean_open = (double)t->open_area_ns / 1e9 / r->window_s;
	if (!r->o->hold && t->completed_in_window)
		r->rate_times_time = (double)t->lifetime_ns / 1e9 / r->window_s;
	if (r->o->session_rate > 0) {
		r->offered_per_s = (double)t->due_in_window / r->window_s;
		r->achieved_per_s = r->result.sessions_per_s;
		r->mean_time_s = (double)t->lifetime_ns / 1e9 /
				 (double)t->completed_in_window;
	} else if (r->o->message_rate > 0 && r->o->hold) {
		/* Even if all of them died, all of the schedule was due. */
		double due_s = r->outcome.gave_up_ns ?
				       r->window_s :
				       (double)r->o->duration_ns / 1e9;

		r->offered_per_s = (double)t->steady / due_s;
		r->achieved_per_s = r->result.messages_per_s;
		r->mean_time_s = hist_mean_ns(&t->echo) / 1e9;
	}
}

/* Sessions that were to be served. */
static uint64_t requested(const struct run *r)
{
	const struct tally *t = r->result.sum;
	const struct options *o = r->o;

	if (o->session_rate > 0)
		return t->due;
	/* With a time, too, that may have ended it first. */
	if (!o->sessions || r->outcome.interrupted_by ||
	    (o->duration_ns && !o->hold))
		return t->begun;
	return o->sessions;
}

static void compute(struct run *r)
{
	struct result *result = &r->result;

	tally_sum(r->board, r->workers, result->sum);
	result->requested = requested(r);
	result->unsent = result->sum->scheduled - result->sum->sent;
	r->elapsed_s =
		(double)(clock_now_ns() - r->board->control.start_ns) / 1e9;
	compute_window(r);
	compute_rates(r);
}

/* Of so few sessions no quota's period tells anything, and to look takes time. */
static bool is_short(const struct options *o)
{
	return o->sessions && o->sessions < 1000 && !o->hold;
}

int run_load(struct run *r, const struct options *o,
	     const struct preflight *preflight)
{
	struct tcp_counters before, after;
	struct quota quota;

	*r = (struct run){
		.o = o,
		.preflight = preflight,
		.workers = preflight->workers,
		.mean_open = -1,
		.rate_times_time = -1,
		.offered_per_s = -1,
		.achieved_per_s = -1,
	};
	if (result_init(&r->result) < 0)
		return -1;
	r->board = tally_board(r->workers);
	if (!r->board || interval_init(&r->interval, o, r->board, r->workers))
		goto failed;
	quota = (struct quota){ 0 };
	if (!is_short(o))
		quota_find(&quota, "/proc");
	r->throttled_s = -quota_throttled_s(&quota);
	tcp_counters_read(&before);
	if (crew_run(o, r->board, r->workers, &r->interval, &r->outcome) < 0)
		goto failed;
	tcp_counters_read(&after);
	r->throttled_s += quota_throttled_s(&quota);
	r->tcp = tcp_counters_rise(&before, &after);
	compute(r);
	return 0;
failed:
	run_release(r);
	return -1;
}

void run_release(struct run *r)
{
	int saved = errno;

	interval_release(&r->interval);
	result_release(&r->result);
	if (r->board)
		shm_unmap(r->board);
	errno = saved;
}
