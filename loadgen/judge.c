#include "loadgen/judge.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "loadgen/run.h"

enum {
	BUSY_PCT = 90,	    /* of a worker's CPU */
	MISSING_PCT = 2,    /* of what was due */
	UNDER_WAY_PCT = 10, /* of it, when the window ends */
	LITTLE_PCT = 5,	    /* that the law may be off, beside its edges */
};
#define LAG_MOST_NS NS_PER_MS
/* A lag over this share of the echo's own p99 is a part of the figure. */
#define LAG_SHARE 0.25

/* "1 session", "2 sessions". */
#define PLURAL(n) ((n) == 1 ? "" : "s")

static void judge_end(const struct run *r, struct verdict *v)
{
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
			    "%u worker%s died; the figures are not whole",
			    r->outcome.lost, PLURAL(r->outcome.lost));
	if (!r->outcome.gave_up_why && !hist_count(&r->result.sum->echo) &&
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
	static const struct {
		int cause;
		const char *what;
	} limits[] = {
		{ EMFILE, "descriptors ran out here; raise ulimit -n or "
			  "--workers" },
		{ ENFILE, "the system's descriptors ran out; raise "
			  "fs.file-max" },
		{ EADDRNOTAVAIL, "local ports ran out; give more --source "
				 "addresses, use "
				 "--close rst, or widen "
				 "net.ipv4.ip_local_port_range" },
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

/* The send lag's p99, or the highest percentile that the samples allow. */
static bool lag_of(const struct hist *h, uint64_t *ns, const char **what)
{
	static const struct {
		double pct;
		const char *name;
	} choices[] = { { 99, "p99" }, { 90, "p90" }, { 100, "max" } };

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		*what = choices[i].name;
		if (hist_percentile(h, choices[i].pct, ns) == 0)
			return true;
	}
	return false;
}

static void judge_lag(const struct run *r, struct verdict *v)
{
	uint64_t lag_ns, echo_ns;
	const char *what;

	if (!lag_of(&r->result.sum->send_lag, &lag_ns, &what))
		return;
	if (lag_ns > LAG_MOST_NS)
		verdict_add(v,
			    strcmp(what, "max") == 0 ? VERDICT_SUSPECT :
						       VERDICT_INVALID,
			    "send lag %s is %.2f ms: the generator fell behind "
			    "its schedule; lower the rate or --concurrency, "
			    "raise --workers, or quiet the machine",
			    what, (double)lag_ns / 1e6);
	else if (hist_percentile(&r->result.sum->echo, 99, &echo_ns) == 0 &&
		 (double)lag_ns > LAG_SHARE * (double)echo_ns)
		verdict_add(v, VERDICT_SUSPECT,
			    "send lag %s is %.0f us of an echo p99 of %.0f us: "
			    "much of it is the generator's; use --spin, or "
			    "quiet the machine",
			    what, (double)lag_ns / 1e3, (double)echo_ns / 1e3);
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
	judge_lag(r, v);
	judge_rate(r, v);
	judge_little(r, v);
	judge_network(r, v);
	for (size_t i = 0;
	     v->status != VERDICT_VALID && i < r->preflight->warnings; i++)
		verdict_add(v, VERDICT_SUSPECT, "%s", r->preflight->warning[i]);
}
