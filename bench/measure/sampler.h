#ifndef BENCH_MEASURE_SAMPLER_H
#define BENCH_MEASURE_SAMPLER_H

/*
 * Counts the daemon's zombies over time, by the kernel's account, without
 * disturbing what it counts: what it has spent is at no time more than
 * SAMPLER_CPU_PCT of one CPU since its start, as far as the cost of the next
 * sample can be told; a sample that is not earned yet is put off.
 *
 * A sample reads the list of the daemon's children, and looks at those that
 * were not zombies before: what was one and is still listed is one still. Only
 * a child that has lost its address space can be a zombie; whether it is one
 * yet, or the kernel will discard it, its state tells, at ten times the cost.
 * So where more than SAMPLER_STATES have lost it, the states of so many of
 * them, evenly spaced, are read and speak for the others. The last sample
 * reads every state, and is exact.
 *
 * Zombies come and go only when a child exits or is collected. While none
 * does, nothing is sampled, and what is earned is saved for when it does: the
 * last sample, with the children forked since, is then noted once more for the
 * time until then.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/measure/pid_set.h"
#include "lib/children.h"
#include "lib/daemon_stats.h"

enum {
	SAMPLER_INTERVAL_MS = 50,
	SAMPLER_CPU_PCT = 2,
	SAMPLER_STATES = 50,
	/* Samples needed to speak of a peak, and of a lifetime. */
	SAMPLER_PEAK_NEEDS = 3,
	SAMPLER_LIFETIME_NEEDS = 10,
};

struct sample {
	uint64_t at_ns; /* since the sampler's start */
	uint64_t children, zombies;
	uint64_t forked, exited, handler_calls; /* by the daemon's counters */
	uint64_t cost_ns;			/* CPU */
};

struct sampler {
	struct sample *sample; /* owned */
	size_t count, room;
	unsigned missed; /* samples that could not be read */
	/* Samples taken while children exited; those that saw a zombie. */
	unsigned exiting, exiting_seen;
	uint64_t start_ns, due_ns, cost_ns;
	/* Private. */
	pid_t daemon;
	const struct daemon_stats *stats;
	struct children children;
	struct pid_set zombies; /* those seen in the last sample */
	/* Costs, as measured by the last samples that were large enough. */
	uint64_t list_each_ns, look_each_ns;
	double kept;	 /* share of the last forks that stayed in the list */
	uint64_t moved;	 /* exits and reaps at the last sample */
	uint64_t exited; /* at the last look */
	bool still;	 /* nothing had moved at still_ns */
	uint64_t still_ns, still_forked;
};

/* Begins at time 0. Returns 0, or -1 with errno. */
int sampler_start(struct sampler *s, pid_t daemon,
		  const struct daemon_stats *stats);

/*
 * Looks whether anything has moved, if a look is due, and then takes a sample
 * if it is earned. Sets due_ns.
 */
void sampler_poll(struct sampler *s);

/*
 * Takes one exact sample now, whatever it costs: for when the load has ended.
 * Its cost is recorded and not held against the budget. Returns 0, or -1 with
 * errno if the daemon's children can't be read.
 */
int sampler_last(struct sampler *s);

/* CPU used for sampling while the load ran, per cent of one core. */
double sampler_cpu_pct(const struct sampler *s);

/*
 * Mean lifetime of a zombie by Little's law: zombie-seconds up to the last
 * sample, each sample holding until the next, over exits. NAN unless
 * SAMPLER_LIFETIME_NEEDS samples saw a zombie while children exited, and none
 * is left.
 */
double sampler_lifetime_ms(const struct sampler *s);

/*
 * Most zombies in any sample, the last one included; NAN unless
 * SAMPLER_PEAK_NEEDS samples were taken while children exited.
 */
double sampler_peak(const struct sampler *s);

void sampler_release(struct sampler *s);

#endif
