#ifndef BENCH_MEASURE_HOST_H
#define BENCH_MEASURE_HOST_H

/*
 * Counters of the whole system, read before and after a cell: what rose
 * meanwhile may have disturbed it.
 */

#include "lib/tcp_counters.h"

struct host_counters {
	double cpu_ticks, steal_ticks; /* /proc/stat, all CPUs; -1: unknown */
	struct tcp_counters tcp;
};

void host_read(struct host_counters *c);

/* Share of CPU time stolen between two readings, per cent; -1: unknown. */
double host_steal_pct(const struct host_counters *before,
		      const struct host_counters *after);

/* Rise of the accept queue's overflows; -1: unknown. */
double host_overflows(const struct host_counters *before,
		      const struct host_counters *after);

#endif
