#include "bench/validity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of what is due at a rate, at most so much counts as being under way. */
#define UNDER_WAY 0.1
/* Sessions below which chance alone breaks Little's law. */
#define LITTLE_LEAST 100

/* Unknown if a part is. */
static double lost(double part, double whole)
{
	return part < 0 || whole < 0 ? -1 : whole - part;
}

static double percent(double part, double whole)
{
	return part < 0 || whole <= 0 ? -1 : 100 * part / whole;
}

/* The p90 stands in for a p99 of too few samples: it can't be above it. */
static double lag_ms(const struct evidence *e)
{
	double us = e->send_lag_p99_us < 0 ? e->send_lag_p90_us :
					     e->send_lag_p99_us;

	return us < 0 ? -1 : us / 1000;
}

/*
 * What is under way when the time ends is not yet achieved: by Little's law
 * the rate times the time, and by chance three deviations more. The load
 * generator allows as much (loadgen/judge.c).
 */
static double unachieved_pct(const struct evidence *e)
{
	double due = e->offered_per_s * e->window_s;
	double under_way = e->offered_per_s * e->echo_mean_us / 1e6;
	double done = e->achieved_per_s * e->window_s;

	if (e->offered_per_s < 0 || e->achieved_per_s < 0 || due <= 0)
		return -1;
	if (e->echo_mean_us < 0 || under_way > due * UNDER_WAY)
		under_way = due * UNDER_WAY;
	return percent(fdim(due, done + under_way + 3 * sqrt(under_way) + 1),
		       due);
}

/*
 * Little's law: what is open on average is the rate times how long each is.
 * The time cuts sessions at either end, of which there are as many as are
 * open at once.
 */
static double little_pct(const struct evidence *e)
{
	double cut = e->completed < 0 ? 0 : 2 * e->mean_open / e->completed;

	if (e->mean_open <= 0 || e->rate_times_time < 0 ||
	    (e->completed >= 0 && e->completed < LITTLE_LEAST))
		return -1;
	return 100 * (fabs(e->rate_times_time / e->mean_open - 1) - cut);
}

#define VALUE(name, expression)                                  \
	static double name##_value(const struct evidence *e,     \
				   char detail[VALIDITY_DETAIL]) \
	{                                                        \
		(void)detail;                                    \
		return expression;                               \
	}

VALUE(died, e->daemon_died)
VALUE(no_load, e->load_failed)
VALUE(unserved, lost(e->served, e->requested))
VALUE(mismatched, e->mismatched)
VALUE(failed, e->failed)
VALUE(unsent, e->unsent)
VALUE(descriptors, e->descriptors_out)
VALUE(ports, e->ports_out)
VALUE(forks, e->fork_failures)
VALUE(accepts, e->accept_failures)
VALUE(unachieved, unachieved_pct(e))
VALUE(lag, lag_ms(e))
VALUE(lag_share, percent(e->send_lag_p99_us, e->echo_p99_us))
VALUE(missed, percent(e->samples_missed, e->samples))
VALUE(unsettled, e->unsettled)
VALUE(command, e->command_status)
VALUE(little, little_pct(e))
VALUE(busy, e->worker_cpu_pct)
VALUE(steal, e->steal_pct)
VALUE(overflows, e->listen_overflows)

static double signal_value(double number, char detail[VALIDITY_DETAIL])
{
	const char *name = number > 0 ? sigabbrev_np((int)number) : NULL;

	snprintf(detail, VALIDITY_DETAIL, "SIG%s", name ? name : "?");
	return number;
}

static double daemon_killed_value(const struct evidence *e,
				  char detail[VALIDITY_DETAIL])
{
	return signal_value(e->daemon_signal, detail);
}

static double load_killed_value(const struct evidence *e,
				char detail[VALIDITY_DETAIL])
{
	return signal_value(e->load_signal, detail);
}

static double foreign_value(const struct evidence *e,
			    char detail[VALIDITY_DETAIL])
{
	snprintf(detail, VALIDITY_DETAIL, "%s", e->foreign_most);
	return e->foreign_cpu_pct;
}

static double generator_invalid_value(const struct evidence *e,
				      char detail[VALIDITY_DETAIL])
{
	snprintf(detail, VALIDITY_DETAIL, "%s", e->generator_first);
	return e->generator_invalid;
}

static double generator_suspect_value(const struct evidence *e,
				      char detail[VALIDITY_DETAIL])
{
	snprintf(detail, VALIDITY_DETAIL, "%s", e->generator_first);
	return e->generator_suspect;
}

/* The rules that can't be judged: how many, and their names. */
static double unjudged_value(const struct evidence *e,
			     char detail[VALIDITY_DETAIL])
{
	size_t used = 0, n = 0;

	for (size_t i = 0; i < validity_rule_count; i++) {
		const struct validity_rule *rule = &validity_rules[i];
		char scratch[VALIDITY_DETAIL];

		if (rule->value == unjudged_value ||
		    !isnan(rule->value(e, scratch)))
			continue;
		if (used < VALIDITY_DETAIL)
			used += (size_t)snprintf(detail + used,
						 VALIDITY_DETAIL - used, "%s%s",
						 n ? ", " : "", rule->name);
		n++;
	}
	return (double)n;
}

/* The gravest first, so that they are told where there is room for few. */
const struct validity_rule validity_rules[] = {
	{ "daemon-killed", daemon_killed_value, 0, VALIDITY_INVALID,
	  JUDGED_HERE, "a signal killed the daemon",
	  "the daemon was killed by signal %.0f, %s",
	  "if nobody sent it, see dmesg: memory may have run out" },
	{ "generator-killed", load_killed_value, 0, VALIDITY_INVALID,
	  JUDGED_HERE, "a signal killed the load generator",
	  "the load generator was killed by signal %.0f, %s",
	  "if nobody sent it, see dmesg: memory may have run out" },
	{ "daemon-died", died_value, 0, VALIDITY_INVALID, JUDGED_HERE,
	  "the daemon died, or could not be stopped",
	  "the daemon died, or could not be stopped", "see echod.log" },
	{ "no-result", no_load_value, 0, VALIDITY_INVALID, JUDGED_HERE,
	  "the load generator gave no result",
	  "the load generator gave no result", "see loadgen.log" },
	{ "unserved-session", unserved_value, 0, VALIDITY_INVALID, JUDGED_TWICE,
	  "a session was never served", "%.0f sessions were never served",
	  "see echod.log, and loadgen.json for the causes" },
	{ "mismatched-echo", mismatched_value, 0, VALIDITY_INVALID,
	  JUDGED_TWICE, "an echo was not what was sent",
	  "%.0f echoes were not what was sent", "the daemon is at fault" },
	{ "failed-session", failed_value, 0, VALIDITY_INVALID, JUDGED_TWICE,
	  "a session failed", "%.0f sessions failed",
	  "see loadgen.json for the causes" },
	{ "unsent-message", unsent_value, 0, VALIDITY_INVALID, JUDGED_TWICE,
	  "a message was due and never sent",
	  "%.0f messages were due and never sent", "lower SESSIONS" },
	{ "no-descriptors", descriptors_value, 0, VALIDITY_INVALID,
	  JUDGED_TWICE, "descriptors ran out here (EMFILE)",
	  "descriptors ran out %.0f times", "raise ulimit -n" },
	{ "no-ports", ports_value, 0, VALIDITY_INVALID, JUDGED_TWICE,
	  "local ports ran out here (EADDRNOTAVAIL)",
	  "local ports ran out %.0f times",
	  "widen net.ipv4.ip_local_port_range" },
	{ "fork-failed", forks_value, 0, VALIDITY_INVALID, JUDGED_HERE,
	  "fork() failed", "fork() failed %.0f times",
	  "raise ulimit -u or kernel.pid_max, or lower SESSIONS" },
	{ "accept-failed", accepts_value, 0, VALIDITY_INVALID, JUDGED_HERE,
	  "accept() failed for want of descriptors or memory",
	  "accept() failed %.0f times", "see echod.log" },
	{ "low-rate", unachieved_value, 2, VALIDITY_INVALID, JUDGED_TWICE,
	  "of what was due at a rate, over %g %% was not done, beside what "
	  "was under way at the end",
	  "%.1f %% of what was due was not done, beside what was under way",
	  "quiet the machine, or lower SESSIONS" },
	{ "send-lag", lag_value, 1, VALIDITY_INVALID, JUDGED_TWICE,
	  "the 99th percentile of send lag exceeds %g ms",
	  "the 99th percentile of send lag is at least %.2f ms",
	  "quiet the machine, or lower SESSIONS" },
	{ "missed-samples", missed_value, 5, VALIDITY_INVALID, JUDGED_HERE,
	  "over %g %% of the zombie sampler's samples could not be read",
	  "%.0f %% of the zombie sampler's samples could not be read",
	  "see whether /proc can be read" },
	{ "unsettled", unsettled_value, 0, VALIDITY_INVALID, JUDGED_HERE,
	  "children were still alive or ending 3 s after the load",
	  "children were still alive or ending 3 s after the load, so the "
	  "zombies left are not final",
	  "quiet the machine, or lower SESSIONS" },
	{ "command-failed", command_value, 0, VALIDITY_INVALID, JUDGED_HERE,
	  "the timed command failed",
	  "the timed command ended with status %.0f", "see once.log" },
	{ "generator-invalid", generator_invalid_value, 0, VALIDITY_INVALID,
	  TAKEN_OVER,
	  "the load generator calls its run invalid for a reason of its own",
	  "the load generator calls its run invalid for %.0f reasons, the "
	  "first: %s",
	  "see the verdict in loadgen.json" },
	{ "lag-share", lag_share_value, 25, VALIDITY_SUSPECT, JUDGED_TWICE,
	  "the 99th percentile of send lag exceeds %g %% of that of echo",
	  "send lag p99 is %.0f %% of echo p99: the load generator's own "
	  "lateness is much of it",
	  "quiet the machine, or lower SESSIONS" },
	{ "little", little_value, 5, VALIDITY_SUSPECT, JUDGED_TWICE,
	  "the sessions open on average differ from their rate times their "
	  "time by over %g %%, beside those that the time cuts",
	  "the sessions open on average differ from their rate times their "
	  "time by %.0f %%, so the load was not steady",
	  "quiet the machine, or run more rounds" },
	{ "busy-worker", busy_value, 90, VALIDITY_SUSPECT, JUDGED_TWICE,
	  "a worker of the load generator used over %g %% of its CPU",
	  "a load generator worker used %.0f %% of its CPU: this may be its "
	  "limit",
	  "compare ratios only, or use a machine with more CPUs" },
	{ "steal", steal_value, 5, VALIDITY_SUSPECT, JUDGED_HERE,
	  "the host took over %g %% of the CPU time",
	  "the host took %.0f %% of the CPU time", "use a quieter machine" },
	{ "foreign-load", foreign_value, 10, VALIDITY_SUSPECT, JUDGED_HERE,
	  "processes that are not forkbench's used over %g %% of a CPU",
	  "other processes used %.0f %% of a CPU, most of it %s", "stop it" },
	{ "listen-overflow", overflows_value, 0, VALIDITY_SUSPECT, JUDGED_TWICE,
	  "the accept queue overflowed",
	  "the accept queue overflowed %.0f "
	  "times",
	  "raise net.core.somaxconn" },
	{ "generator-suspect", generator_suspect_value, 0, VALIDITY_SUSPECT,
	  TAKEN_OVER,
	  "the load generator calls its run suspect for a reason of its own",
	  "the load generator calls its run suspect for %.0f reasons, the "
	  "first: %s",
	  "see the verdict in loadgen.json" },
	{ "no-evidence", unjudged_value, 0, VALIDITY_SUSPECT, JUDGED_HERE,
	  "loadgen.json lacks a figure that a rule above needs",
	  "%.0f rules could not be judged, as loadgen.json lacks what they "
	  "need: %s",
	  "use the loadgen of the same build" },
};

const size_t validity_rule_count =
	sizeof(validity_rules) / sizeof(validity_rules[0]);
