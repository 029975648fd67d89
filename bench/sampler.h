#ifndef BENCH_SAMPLER_H
#define BENCH_SAMPLER_H

/*
 * Counts the daemon's zombies over time, by the kernel's account, without
 * disturbing what it counts: it spends at most SAMPLER_CPU_PCT of one CPU, by
 * waiting longer when a sample is dear.
 *
 * A sample reads the list of the daemon's children, and looks at those that
 * were not zombies before: what was one and is still listed is one still. Only
 * a child that has lost its address space can be a zombie; whether it is one
 * yet, or the kernel will discard it, its state tells, at ten times the cost.
 * So where more than SAMPLER_STATES have lost it, the states of so many of
 * them, evenly spaced, are read and speak for the others. The last sample
 * reads every state, and is exact.
 *
 * Nothing is sampled while the daemon neither forks nor loses a child; when it
 * does again, the last sample is noted once more for the time until then.
 */

#include <stddef.h>
#include <stdint.h>

#include "bench/children.h"
#include "lib/daemon_stats.h"

enum { SAMPLER_INTERVAL_MS = 50, SAMPLER_CPU_PCT = 2, SAMPLER_STATES = 50 };

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
	uint64_t start_ns, due_ns, cost_ns;
	/*
	 * How long the load will take at least, if known: set it after the
	 * start. Up to half of its budget may then be spent in advance.
	 */
	uint64_t expected_ns;
	/* Private. */
	pid_t daemon;
	const struct daemon_stats *stats;
	struct children children;
	unsigned char *zombie_bits; /* by process ID, a bit each; owned */
	pid_t *zombie;		    /* those with a bit set; owned */
	size_t zombies, zombie_room, pid_limit;
	/* Costs, as measured by the last samples that were large enough. */
	uint64_t list_each_ns, look_each_ns;
	double kept;	   /* share of the last forks that stayed in the list */
	uint64_t moved;	   /* forks, exits and reaps at the last sample */
	uint64_t still_ns; /* nothing had moved then; 0: not seen */
};

/* Begins at time 0. Returns 0, or -1 with errno. */
int sampler_start(struct sampler *s, pid_t daemon,
		  const struct daemon_stats *stats);

/* Takes a sample if one is due and the budget allows it; sets due_ns. */
void sampler_poll(struct sampler *s);

/*
 * Takes one exact sample now, whatever it costs: for when the load has ended.
 * Its cost is recorded and not held against the budget. Returns 0, or -1 with
 * errno if the daemon's children can't be read.
 */
int sampler_last(struct sampler *s);

/* CPU used for sampling while the load ran, per cent of one core. */
double sampler_cpu_pct(const struct sampler *s);

/* Zombie-seconds up to the last sample: each one holds until the next. */
double sampler_zombie_s(const struct sampler *s);

/* Most zombies in any sample. */
uint64_t sampler_peak(const struct sampler *s);

void sampler_release(struct sampler *s);

#endif
