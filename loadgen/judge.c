#include "loadgen/judge.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "lib/clock.h"
#include "loadgen/run.h"

enum {
	BUSY_PCT = 90,	    /* of a worker's CPU */
	MISSING_PCT = 2,    /* of what was due */
	UNDER_WAY_PCT = 10, /* of it, when the window ends */
	LITTLE_PCT = 5,	    /* that the law may be off, beside its edges */
};
/* A send lag that is more of a figure than this is a part of it, */
#define LAG_SHARE 0.25
/* and if it is longer than this, the load was not what was asked for. */
#define LAG_MOST_NS NS_PER_MS
/* Of a session's time in the closed model, what the generator takes. */
#define RECEIVE_SHARE (2 / 3.0)
/* Of the steady phase, in which the generator did not run. */
#define STALLED_SHARE 0.01
#define STALLED_MOST 0.1
/* A run of milliseconds soon has a stall that is a tenth of it. */
#define STALLED_MOST_S 0.25
/* The same, by a quota: a little of it is a sign of more. */
#define THROTTLED_SHARE 0.001

/* "1 session", "2 sessions". */
#define PLURAL(n) ((n) == 1 ? "" : "s")

static void judge_end(const struct run *r, struct verdict *v)
{
	int error = 0;

	for (unsigned i = 0; i < r->workers && !error; i++)
		error = r->board->worker[i].no_start;
	switch (r->outcome.gave_up_why) {
	case GAVE_UP_NOT:
		break;
	case GAVE_UP_SIGNAL:
		verdict_add(v, VERDICT_INVALID, "interrupted by SIG%s",
			    sigabbrev_np(r->outcome.interrupted_by));
		break;
	case GAVE_UP_DEAD:
		verdict_add(v, VERDICT_INVALID,
			    "given up: nothing was served for %g s; look at "
			    "the server, or raise --timeout",
			    (double)r->o->timeout_ns / 1e9);
		break;
	case GAVE_UP_HANG:
		verdict_add(v, VERDICT_INVALID,
			    "given up: the workers did not move for 10 s; "
			    "lower the load, or quiet the machine");
		break;
	case GAVE_UP_MEMORY:
		verdict_add(v, VERDICT_INVALID,
			    "given up: no memory for the schedule; lower "
			    "--concurrency");
		break;
	}
	if (r->outcome.lost)
		verdict_add(v, VERDICT_INVALID,
			    "%u worker%s %s%s; the figures are not whole",
			    r->outcome.lost, PLURAL(r->outcome.lost),
			    error ? "could not go on: " : "died",
			    error ? strerror(error) : "");
	/* Of a server that served nobody, it is told below. */
	if (!r->outcome.gave_up_why && r->result.sum->served &&
	    !hist_count(&r->result.sum->echo) &&
	    !hist_count(&r->result.sum->first_echo))
		verdict_add(v, VERDICT_INVALID,
			    "nothing was measured in the steady phase; raise "
			    "--duration, or lower --warmup");
}

static void judge_sessions(const struct run *r, struct verdict *v)
{
	const struct tally *t = r->result.sum;
	uint64_t unbegun = r->result.requested - t->begun;
	uint64_t unserved = t->begun - t->served;
	uint64_t later = t->failed - t->unserved;

	if (unbegun)
		verdict_add(v, VERDICT_INVALID,
			    "%" PRIu64 " of %" PRIu64 " sessions never began: "
			    "there was no room, or no time; raise "
			    "--concurrency, or lower the rate",
			    unbegun, r->result.requested);
	if (unserved)
		verdict_add(v, VERDICT_INVALID,
			    "%" PRIu64 " of %" PRIu64 " sessions were %s "
			    "served; look at the server",
			    unserved, r->result.requested,
			    r->outcome.interrupted_by ? "not yet" : "never");
	if (later && !r->outcome.interrupted_by)
		verdict_add(v, VERDICT_INVALID,
			    "%" PRIu64 " session%s failed after the first "
			    "echo; see the causes",
			    later, PLURAL(later));
	if (t->beside_lost)
		verdict_add(v, VERDICT_INVALID,
			    "%" PRIu64 " session%s beside the load could not "
			    "begin, or ended early",
			    t->beside_lost, PLURAL(t->beside_lost));
	if (t->mismatched)
		verdict_add(v, VERDICT_INVALID,
			    "%" PRIu64 " session%s got what was not sent; the "
			    "server is at fault",
			    t->mismatched, PLURAL(t->mismatched));
	/* The first message of one unconnected is unsent, too: told above. */
	if (r->result.unsent > t->begun - t->connected)
		verdict_add(v, VERDICT_INVALID,
			    "%" PRIu64 " message%s due and never sent; the "
			    "latency is in no figure",
			    r->result.unsent,
			    r->result.unsent == 1 ? " was" : "s were");
}

static void judge_limits(const struct run *r, struct verdict *v)
{
	bool connected = r->result.sum->connected > 0;
	const struct {
		int cause;
		const char *what;
	} limits[] = {
		{ EMFILE, "descriptors ran out here; raise ulimit -n or "
			  "--workers" },
		{ ENFILE, "the system's descriptors ran out; raise "
			  "fs.file-max" },
		{ EADDRNOTAVAIL, connected ? "local ports ran out; give more "
					     "--source addresses, "
					     "use --close rst, or widen "
					     "net.ipv4.ip_local_port_range" :
					     "no address of this machine leads "
					     "there; see: ip "
					     "address" },
		{ ENOSPC, "the event loop's watches ran out; raise "
			  "fs.epoll.max_user_watches" },
		{ ENOBUFS, "socket memory ran out; raise net.ipv4.tcp_mem or "
			   "lower --concurrency" },
		{ ENOMEM, "memory ran out; lower --concurrency" },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		if (r->result.sum->cause[limits[i].cause])
			verdict_add(v, VERDICT_INVALID,
				    "%s (%" PRIu64 " times)", limits[i].what,
				    r->result.sum->cause[limits[i].cause]);
	if (r->result.sum->descriptors)
		verdict_add(v, VERDICT_SUSPECT,
			    "workers left %" PRIu64 " descriptors open",
			    r->result.sum->descriptors);
}

/*
 * What the send lag did to a percentile of what is reported: not more than the
 * lag's own percentile, and not more than the figure without it is smaller.
 * Beneath stands what is timed from the send itself: of messages the
 * uncorrected echo, of sessions the echo alone.
 * Returns its share of the figure, 0 to 1; 0 if there is too little to say.
 */
static double lag_share(const struct run *r, double pct)
{
	const struct tally *t = r->result.sum;
	bool of_sessions = r->o->session_rate > 0;
	const struct hist *figure = of_sessions ? &t->first_echo : &t->echo;
	const struct hist *beneath = of_sessions ? &t->echo :
						   &t->echo_uncorrected;
	uint64_t lag_ns, all_ns, rest_ns;

	if (hist_percentile(&t->send_lag, pct, &lag_ns) < 0 ||
	    hist_percentile(figure, pct, &all_ns) < 0 || !all_ns)
		return 0;
	if (hist_percentile(beneath, pct, &rest_ns) < 0 || rest_ns > all_ns)
		rest_ns = 0;
	if (lag_ns > all_ns - rest_ns)
		lag_ns = all_ns - rest_ns;
	return (double)lag_ns / (double)all_ns;
}

static void judge_lag(const struct run *r, struct verdict *v)
{
	static const struct {
		double pct;
		const char *name;
	} points[] = { { 99, "p99" }, { 90, "p90" }, { 50, "p50" } };

	/* That it takes a while to begin a burst is no lag. */
	if (r->o->burst)
		return;
	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		double share = lag_share(r, points[i].pct);
		uint64_t lag_ns = 0;
		char words[CLOCK_WORDS];

		if (share <= LAG_SHARE)
			continue;
		hist_percentile(&r->result.sum->send_lag, points[i].pct,
				&lag_ns);
		clock_words(lag_ns, words);
		verdict_add(v,
			    lag_ns > LAG_MOST_NS ? VERDICT_INVALID :
						   VERDICT_SUSPECT,
			    "send lag %s is %s, some %.0f %% of the %s's %s: "
			    "the generator fell behind its schedule; use "
			    "--spin, lower the rate, raise --workers, or quiet "
			    "the machine",
			    points[i].name, words, 100 * share,
			    r->o->session_rate > 0 ? "first echo" : "echo",
			    points[i].name);
		return;
	}
}

/*
 * In the closed model an answer that lies unread delays what comes next. No
 * latency has it, but the rates do. Held sessions have no rate.
 */
static void judge_receive_lag(const struct run *r, struct verdict *v)
{
	const struct tally *t = r->result.sum;
	double lag = hist_mean_ns(&t->receive_lag);
	double echo = hist_mean_ns(&t->echo);

	if (r->o->hold || r->offered_per_s > 0 || !(echo > 0) || !(lag > 0) ||
	    lag / (lag + echo) <= RECEIVE_SHARE)
		return;
	verdict_add(v, VERDICT_SUSPECT,
		    "answers lay unread for %.0f us on average, beside %.0f us "
		    "until they came: the rates are in part the generator's; "
		    "raise --workers, or lower --concurrency",
		    lag / 1e3, echo / 1e3);
}

/* What kept the generator from running: a stop, or a quota. */
static void judge_stalls(const struct run *r, struct verdict *v)
{
	double share = run_stalled_s(r) / r->window_s;
	double throttled = r->throttled_s / r->elapsed_s;

	if (share > STALLED_SHARE)
		verdict_add(v,
			    share > STALLED_MOST &&
					    run_stalled_s(r) > STALLED_MOST_S ?
				    VERDICT_INVALID :
				    VERDICT_SUSPECT,
			    "the generator did not run for %.2f s of %.2f s "
			    "(stopped, or starved of CPU, %" PRIu64 " times); "
			    "quiet the machine, and measure again",
			    run_stalled_s(r), r->window_s, run_stalls(r));
	if (throttled > THROTTLED_SHARE)
		verdict_add(v, VERDICT_SUSPECT,
			    "a CPU quota throttled the generator's control "
			    "group for %.2f s; raise its cpu.max",
			    r->throttled_s);
}

static void judge_generator(const struct run *r, struct verdict *v)
{
	if (!r->o->spin && run_busiest_pct(r) > BUSY_PCT)
		verdict_add(v, VERDICT_SUSPECT,
			    "a worker used %.0f %% of its CPU, so this may be "
			    "its limit and not the server's; raise --workers",
			    run_busiest_pct(r));
}

/*
 * What is under way when the window ends is not yet achieved: by Little's law
 * the rate times the time, unless the time has grown out of all proportion.
 */
static void judge_rate(const struct run *r, struct verdict *v)
{
	double due = r->offered_per_s * r->window_s;
	double missing = due - r->achieved_per_s * r->window_s;
	double under_way = r->offered_per_s * r->mean_time_s;

	/* What failed is told of elsewhere. */
	if (r->outcome.gave_up_why || r->result.sum->failed ||
	    r->offered_per_s <= 0)
		return;
	if (!(under_way < due * UNDER_WAY_PCT / 100))
		under_way = due * UNDER_WAY_PCT / 100;
	/* By chance there are more now and then: three deviations. */
	if (missing <=
	    due * MISSING_PCT / 100 + under_way + 3 * sqrt(under_way) + 1)
		return;
	verdict_add(v, VERDICT_SUSPECT,
		    "%.1f/s were due and %.1f/s done: the server did not keep "
		    "up, and latencies grow with --duration; lower the rate",
		    r->offered_per_s, r->achieved_per_s);
}

/*
 * Little's law: what is open on average is the rate times how long each is.
 * The window cuts sessions at either end, of which there are as many as are
 * open at once.
 */
static void judge_little(const struct run *r, struct verdict *v)
{
	double done = (double)r->result.sum->completed_in_window;
	double off;

	/* A rate that varies is not steady by intent. */
	if (r->o->burst || r->o->rate.stages > 1)
		return;
	if (r->mean_open <= 0 || r->rate_times_time < 0 || done < 100)
		return;
	off = fabs(r->rate_times_time / r->mean_open - 1);
	if (off > LITTLE_PCT / 100.0 + 2 * r->mean_open / done)
		verdict_add(v, VERDICT_SUSPECT,
			    "%.1f sessions were open on average, and their "
			    "rate times their time is %.1f: the load was not "
			    "steady; use --warmup and a longer --duration",
			    r->mean_open, r->rate_times_time);
}

static void judge_network(const struct run *r, struct verdict *v)
{
	const struct tcp_counters *c = &r->tcp;

	if (c->listen_overflows > 0)
		verdict_add(v, VERDICT_SUSPECT,
			    "accept queues overflowed %" PRId64 " times, which "
			    "costs a session a second or more: the server's "
			    "backlog is too short for these bursts; raise it "
			    "and net.core.somaxconn, or lower --opening",
			    c->listen_overflows);
	else if (c->listen_drops > 0)
		verdict_add(v, VERDICT_SUSPECT,
			    "listeners dropped %" PRId64 " connections; raise "
			    "the server's backlog, or lower --opening",
			    c->listen_drops);
	if (c->syn_retransmits > 0)
		verdict_add(v, VERDICT_SUSPECT,
			    "%" PRId64 " handshakes were sent again, after a "
			    "second or more; lower --opening",
			    c->syn_retransmits);
	if (c->timeouts > c->syn_retransmits && c->timeouts > 0)
		verdict_add(v, VERDICT_SUSPECT,
			    "TCP waited in vain for an acknowledgement %" PRId64
			    " times; some latencies are the network's",
			    c->timeouts - (c->syn_retransmits > 0 ?
						   c->syn_retransmits :
						   0));
}

void judge(const struct run *r, struct verdict *v)
{
	judge_end(r, v);
	judge_sessions(r, v);
	judge_generator(r, v);
	judge_limits(r, v);
	judge_stalls(r, v);
	judge_lag(r, v);
	judge_receive_lag(r, v);
	judge_rate(r, v);
	judge_little(r, v);
	judge_network(r, v);
	for (size_t i = 0;
	     v->status != VERDICT_VALID && i < r->preflight->warnings; i++)
		verdict_add(v, VERDICT_SUSPECT, "%s", r->preflight->warning[i]);
}
