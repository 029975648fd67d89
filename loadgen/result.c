#include "loadgen/result.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"

enum { BUSY_PCT = 90 };

void result_latencies(const struct result *r, struct latency out[LATENCIES])
{
	const struct tally *t = r->sum;

	out[0] = (struct latency){ "connect", &t->connect };
	out[1] = (struct latency){ "first_echo", &t->first_echo };
	out[2] = (struct latency){ "echo", &t->echo };
	out[3] = (struct latency){ "echo_uncorrected", &t->echo_uncorrected };
	out[4] = (struct latency){ "close", &t->close };
}

double result_worker_cpu_pct(const struct result *r, unsigned worker)
{
	return 100.0 * (double)r->board->worker[worker].cpu_ns / 1e9 /
	       r->elapsed_s;
}

const char *result_status_name(enum verdict_status status)
{
	static const char *const names[] = { "valid", "suspect", "invalid" };

	return names[status];
}

__attribute__((format(printf, 3, 4))) static void
judge(struct result *r, enum verdict_status status, const char *format, ...)
{
	va_list args;

	if (status > r->status)
		r->status = status;
	if (r->reasons == REASONS_MOST)
		return;
	va_start(args, format);
	vsnprintf(r->reason[r->reasons++], REASON_BYTES, format, args);
	va_end(args);
}

static void judge_sessions(struct result *r)
{
	const struct tally *t = r->sum;

	if (t->served < r->requested)
		judge(r, VERDICT_INVALID,
		      "%" PRIu64 " of %" PRIu64 " sessions were never served; "
		      "look at the server",
		      r->requested - t->served, r->requested);
	if (t->mismatched)
		judge(r, VERDICT_INVALID,
		      "%" PRIu64 " echoes were not what was sent; the server "
		      "is at fault",
		      t->mismatched);
	if (t->failed && t->served >= r->requested)
		judge(r, VERDICT_INVALID,
		      "%" PRIu64 " sessions failed after their first echo; see "
		      "the causes",
		      t->failed);
	if (t->cause[EMFILE])
		judge(r, VERDICT_INVALID,
		      "descriptors ran out here; raise ulimit -n or --workers");
	if (t->cause[EADDRNOTAVAIL])
		judge(r, VERDICT_INVALID,
		      "local ports ran out; widen net.ipv4.ip_local_port_range "
		      "or use --close rst");
}

static void judge_generator(struct result *r)
{
	uint64_t lag_ns;

	if (r->outcome.lost)
		judge(r, VERDICT_INVALID,
		      "%u workers died; their figures are not whole",
		      r->outcome.lost);
	if (r->outcome.interrupted_by)
		judge(r, VERDICT_INVALID, "interrupted by SIG%s",
		      sigabbrev_np(r->outcome.interrupted_by));
	for (unsigned i = 0; i < r->workers; i++)
		if (result_worker_cpu_pct(r, i) > BUSY_PCT) {
			judge(r, VERDICT_SUSPECT,
			      "a worker used %.0f %% of its CPU, so this may "
			      "be its limit and not the server's; raise "
			      "--workers",
			      result_worker_cpu_pct(r, i));
			break;
		}
	if (hist_percentile(&r->sum->send_lag, 99, &lag_ns) == 0 &&
	    lag_ns > NS_PER_MS)
		judge(r, VERDICT_INVALID,
		      "1 %% of the messages were sent over %.1f ms late; lower "
		      "--message-rate or --concurrency",
		      (double)lag_ns / 1e6);
	if (r->unsent)
		judge(r, VERDICT_INVALID,
		      "%" PRIu64 " messages were due and never sent",
		      r->unsent);
}

/* The rates' time: the steady phase, or less if all was done before its end. */
static double window_s(const struct result *r)
{
	const struct control *c = &r->board->control;
	uint64_t end_ns = c->window_end_ns;

	if (c->window_start_ns == UINT64_MAX)
		return 0;
	if (!r->o->hold && (end_ns == UINT64_MAX || r->outcome.interrupted_by ||
			    (r->o->sessions && r->sum->last_end_ns < end_ns)))
		end_ns = r->sum->last_end_ns;
	if (end_ns <= c->window_start_ns)
		return 0;
	return (double)(end_ns - c->window_start_ns) / 1e9;
}

int result_compute(struct result *r, const struct options *o,
		   const struct board *board, unsigned workers,
		   const struct crew_outcome *outcome)
{
	struct tally *sum = calloc(1, sizeof(*sum));

	if (!sum)
		return -1;
	*r = (struct result){ .o = o,
			      .board = board,
			      .workers = workers,
			      .outcome = *outcome,
			      .sum = sum,
			      .sessions_per_s = -1,
			      .messages_per_s = -1 };
	tally_sum(board, workers, sum);
	r->requested = o->sessions && !outcome->interrupted_by ? o->sessions :
								 sum->begun;
	/* Both a limit and a time: the time may have ended it first. */
	if (o->duration_ns && !o->hold)
		r->requested = sum->begun;
	r->unsent = sum->scheduled > sum->sent ? sum->scheduled - sum->sent : 0;
	r->elapsed_s = (double)(clock_now_ns() - board->control.start_ns) / 1e9;
	r->window_s = window_s(r);
	if (r->window_s > 0) {
		if (!o->hold)
			r->sessions_per_s =
				(double)sum->completed_in_window / r->window_s;
		r->messages_per_s = (double)sum->echoed_in_window / r->window_s;
	}
	judge_sessions(r);
	judge_generator(r);
	return 0;
}

void result_release(struct result *r)
{
	free(r->sum);
}

bool result_good(const struct result *r)
{
	return r->status != VERDICT_INVALID && r->sum->served &&
	       !r->sum->failed && !r->sum->mismatched && !r->outcome.lost;
}
