#include "bench/validity.h"

#include <stdio.h>

/* One rule: broken if value() is above `limit`. */
struct rule {
	double (*value)(const struct evidence *e);
	double limit;
	enum validity consequence;
	const char *text; /* with the value as %.0f, or %.1f where small */
};

static double lost(double part, double whole)
{
	return part < 0 || whole < 0 ? -1 : whole - part;
}

#define VALUE(name, expression)                              \
	static double name##_value(const struct evidence *e) \
	{                                                    \
		return expression;                           \
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
VALUE(unsettled, e->unsettled)
VALUE(lag, e->send_lag_p99_us)
VALUE(lag_share,
      e->echo_p99_us > 0 ? 100.0 * e->send_lag_p99_us / e->echo_p99_us : -1)
VALUE(missed, e->samples > 0 ? 100.0 * e->samples_missed / e->samples : -1)
VALUE(busy, e->worker_cpu_pct)
VALUE(steal, e->steal_pct)
VALUE(overflows, e->listen_overflows)
VALUE(command, e->command_status)

static const struct rule rules[] = {
	{ died_value, 0, VALIDITY_INVALID,
	  "the daemon died, or could not be stopped; see echod.log" },
	{ no_load_value, 0, VALIDITY_INVALID,
	  "the load generator gave no result; see loadgen.log" },
	{ unserved_value, 0, VALIDITY_INVALID,
	  "%.0f sessions were never served" },
	{ mismatched_value, 0, VALIDITY_INVALID,
	  "%.0f echoes were not what was sent" },
	{ failed_value, 0, VALIDITY_INVALID,
	  "%.0f sessions failed; see loadgen.json for the causes" },
	{ unsent_value, 0, VALIDITY_INVALID,
	  "%.0f messages were due and never sent" },
	{ descriptors_value, 0, VALIDITY_INVALID,
	  "descriptors ran out %.0f times; raise ulimit -n" },
	{ ports_value, 0, VALIDITY_INVALID,
	  "local ports ran out %.0f times; widen "
	  "net.ipv4.ip_local_port_range" },
	{ forks_value, 0, VALIDITY_INVALID,
	  "fork() failed %.0f times; raise ulimit -u or kernel.pid_max, or "
	  "lower SESSIONS" },
	{ accepts_value, 0, VALIDITY_INVALID,
	  "accept() failed %.0f times; see echod.log" },
	{ lag_value, 1000, VALIDITY_INVALID,
	  "1 %% of the messages were sent over %.0f us late; quiet the "
	  "machine, or lower SESSIONS" },
	{ missed_value, 5, VALIDITY_INVALID,
	  "%.0f %% of the zombie sampler's samples could not be read" },
	{ unsettled_value, 0, VALIDITY_INVALID,
	  "children were still alive or ending 3 s after the load, so the "
	  "zombies left are not final" },
	{ command_value, 0, VALIDITY_INVALID,
	  "the timed command ended with status %.0f; see once.log" },
	{ lag_share_value, 25, VALIDITY_SUSPECT,
	  "send lag p99 is %.0f %% of echo p99: the load generator's own "
	  "lateness is much of it; quiet the machine, or lower SESSIONS" },
	{ busy_value, 90, VALIDITY_SUSPECT,
	  "a load generator worker used %.0f %% of its CPU: this may be its "
	  "limit" },
	{ steal_value, 5, VALIDITY_SUSPECT,
	  "the host took %.0f %% of the CPU time; use a quieter machine" },
	{ overflows_value, 0, VALIDITY_SUSPECT,
	  "the accept queue overflowed %.0f times; raise net.core.somaxconn" },
};

struct evidence validity_no_evidence(void)
{
	return (struct evidence){
		.requested = -1,
		.served = -1,
		.mismatched = -1,
		.failed = -1,
		.unsent = -1,
		.descriptors_out = -1,
		.ports_out = -1,
		.send_lag_p99_us = -1,
		.echo_p99_us = -1,
		.worker_cpu_pct = -1,
		.samples = -1,
		.samples_missed = -1,
		.fork_failures = -1,
		.accept_failures = -1,
		.steal_pct = -1,
		.listen_overflows = -1,
		.command_status = -1,
	};
}

void validity_judge(const struct evidence *e, struct validity_finding *out)
{
	*out = (struct validity_finding){ .status = VALIDITY_VALID };
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		double value = rules[i].value(e);

		if (value <= rules[i].limit)
			continue;
		if (rules[i].consequence > out->status)
			out->status = rules[i].consequence;
		if (out->reasons == VALIDITY_REASONS)
			continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(out->reason[out->reasons++], VALIDITY_REASON,
			 rules[i].text, value);
#pragma GCC diagnostic pop
	}
}

const char *validity_name(enum validity v)
{
	static const char *const names[] = { "valid", "suspect", "invalid" };

	return names[v];
}
