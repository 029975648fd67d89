#ifndef BENCH_MEASURE_HOST_H
#define BENCH_MEASURE_HOST_H

/*
 * The machine before and after a cell: what rose meanwhile may have disturbed
 * it. A reading is of six files (stat, loadavg, meminfo, pressure/cpu,
 * net/sockstat, net/netstat) and of a stat file for each process that is not
 * ours: some 10 us each, and nothing while the cell runs.
 */

#include "bench/drift.h"
#include "bench/measure/foreign.h"
#include "bench/validity.h"
#include "lib/tcp_counters.h"

struct host_counters {
	uint64_t at_ns;
	double cpu_ticks, steal_ticks; /* of all CPUs; NAN: unknown */
	struct tcp_counters tcp;
	struct drift_reading shown;
};

struct host_watch {
	const char *proc;
	struct host_counters before;
	struct foreign foreign;
	bool foreign_known;
};

/*
 * Before anything of the cell has been started.
 *   proc: "/proc"; another folder in tests.
 * Release with host_release().
 */
void host_begin(struct host_watch *w, const char *proc);

/*
 * After its end, once: tells what changed, and puts what is known of it into
 * the evidence, where the rest stays as it is.
 */
struct drift host_end(struct host_watch *w, struct evidence *e);

void host_release(struct host_watch *w);

#endif
