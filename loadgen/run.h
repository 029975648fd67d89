#ifndef LOADGEN_RUN_H
#define LOADGEN_RUN_H

/*
 * One run from beginning to end: what was asked for, what it came to, and what
 * the machine did meanwhile.
 */

#include <stdint.h>

#include "lib/tcp_counters.h"
#include "loadgen/crew.h"
#include "loadgen/interval.h"
#include "loadgen/options.h"
#include "loadgen/preflight.h"
#include "loadgen/result.h"
#include "loadgen/tally.h"

struct run {
	const struct options *o; /* with what preflight chose filled in */
	const struct preflight *preflight;
	struct board *board;
	unsigned workers;
	struct crew_outcome outcome;
	struct interval interval;
	struct tcp_counters tcp; /* rose meanwhile */
	double throttled_s;	 /* by a CPU quota; NAN: not known */
	double elapsed_s;	 /* all of it */
	double window_s;	 /* the steady phase; 0: there was none */
	/* Little's law over the window; -1: not to be had. */
	double mean_open;	/* sessions at once, by their count over time */
	double rate_times_time; /* the same, by their rate and lifetime */
	double offered_per_s;	/* messages, or sessions; -1: closed model */
	double achieved_per_s;
	double mean_time_s; /* of those, from due to done */
	struct result result;
};

/*
 * Runs the load, and sums it up. Returns 0, or -1 with errno if it could not
 * be started; nothing is to be released then. Release with run_release().
 */
int run_load(struct run *r, const struct options *o,
	     const struct preflight *preflight);
void run_release(struct run *r);

/* CPU of a worker in the window, per cent of a core; -1: unknown. */
double run_worker_cpu_pct(const struct run *r, unsigned worker);

/* The busiest worker's. */
double run_busiest_pct(const struct run *r);

/* CPU of all workers in the window for each of so many, us; -1: unknown. */
double run_cpu_us_per(const struct run *r, uint64_t events);

/*
 * How often the generator did not run in the window though it was to, and for
 * how long: the workers on average, or their parent if that is longer.
 */
uint64_t run_stalls(const struct run *r);
double run_stalled_s(const struct run *r);

#endif
