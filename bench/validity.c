#include "bench/validity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct evidence validity_no_evidence(void)
{
	return (struct evidence){
		.daemon_signal = -1,
		.load_signal = -1,
		.requested = -1,
		.served = -1,
		.mismatched = -1,
		.failed = -1,
		.unsent = -1,
		.descriptors_out = -1,
		.ports_out = -1,
		.offered_per_s = -1,
		.achieved_per_s = -1,
		.window_s = -1,
		.echo_mean_us = -1,
		.send_lag_p90_us = -1,
		.send_lag_p99_us = -1,
		.echo_p99_us = -1,
		.mean_open = -1,
		.rate_times_time = -1,
		.completed = -1,
		.worker_cpu_pct = -1,
		.samples = -1,
		.samples_missed = -1,
		.fork_failures = -1,
		.accept_failures = -1,
		.steal_pct = -1,
		.listen_overflows = -1,
		.foreign_cpu_pct = -1,
		.command_status = -1,
		.generator_invalid = -1,
		.generator_suspect = -1,
	};
}

const struct validity_rule *validity_find(const char *name)
{
	for (size_t i = 0; i < validity_rule_count; i++)
		if (strcmp(validity_rules[i].name, name) == 0)
			return &validity_rules[i];
	return NULL;
}

/* The formats are the table's: the limit, or the value and the detail. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

void validity_condition(const struct validity_rule *rule,
			char out[VALIDITY_REASON])
{
	snprintf(out, VALIDITY_REASON, rule->condition, rule->limit);
}

static void tell(struct validity_finding *f, const struct validity_rule *rule,
		 double value, const char *detail)
{
	char sentence[VALIDITY_SENTENCE];

	if (f->reasons == VALIDITY_REASONS)
		return;
	snprintf(sentence, sizeof(sentence), rule->sentence, value, detail);
	f->rule[f->reasons] = rule;
	snprintf(f->reason[f->reasons++], VALIDITY_REASON, "%s; %s", sentence,
		 rule->advice);
}

#pragma GCC diagnostic pop

void validity_judge(const struct evidence *e, struct validity_finding *out)
{
	enum validity twice = VALIDITY_VALID; /* worst that was judged twice */

	*out = (struct validity_finding){ .status = VALIDITY_VALID };
	for (size_t i = 0; i < validity_rule_count; i++) {
		const struct validity_rule *rule = &validity_rules[i];
		char detail[VALIDITY_DETAIL] = "";
		double value = rule->value(e, detail);

		if (isnan(value) || value <= rule->limit)
			continue;
		if (rule->judged == TAKEN_OVER && twice >= rule->consequence)
			continue;
		if (rule->judged == JUDGED_TWICE && rule->consequence > twice)
			twice = rule->consequence;
		if (rule->consequence > out->status)
			out->status = rule->consequence;
		tell(out, rule, value, detail);
	}
}

const char *validity_name(enum validity v)
{
	static const char *const names[] = { "valid", "suspect", "invalid" };

	return names[v];
}
