#ifndef BENCH_MEASURE_WATCH_H
#define BENCH_MEASURE_WATCH_H

/*
 * What the machine did while a cell was measured. One watch lives for all of
 * a run and is asked before and after each cell, while none of ours runs. Both
 * calls together take some 0.3 ms where there are 100 processes, and 1 ms more
 * twice a second (see foreign.h).
 *
 * A cell may last 50 ms, and the kernel counts steal in ticks of 10 ms: over
 * the cell alone a share would have steps of 10 to 20 %. So steal and foreign
 * CPU are shares of the last second or so, or of the cell if it is longer: the
 * cell's end is compared with the oldest reading of the last WATCH_WINDOW_NS.
 * A burst therefore marks the cells of the second after it, too. In the first
 * second of a watch the window is shorter, and steal is coarse.
 * Throttling and overflows are exact, and of the cell itself.
 */

#include "bench/measure/foreign.h"
#include "bench/study/metric.h"
#include "bench/study/validity.h"
#include "lib/quota.h"
#include "lib/tcp_counters.h"

#define WATCH_WINDOW_NS (1200 * NS_PER_MS)
#define WATCH_STEP_NS (100 * NS_PER_MS) /* between readings that are kept */

enum { WATCH_KEPT = 16 };

struct watch_reading {
	uint64_t at_ns;
	double cpu_ticks, steal_ticks; /* of all CPUs; NAN: unknown */
	double foreign_ns;	       /* NAN: unknown */
};

struct watch {
	const char *proc;
	struct foreign foreign;
	struct watch_reading kept[WATCH_KEPT]; /* a ring; at_ns 0: none yet */
	size_t next;
	struct quota quota;
	/* At the cell's beginning. */
	struct watch_reading begin;
	struct tcp_counters tcp;
	double throttled_s, time_wait;
};

/*
 * Looks for CPU quotas; no reading yet. Close it.
 *   proc: "/proc"; another folder in tests.
 */
void watch_open(struct watch *w, const char *proc);
void watch_close(struct watch *w);

/* Before anything of the cell has been started. */
void watch_begin(struct watch *w);

/*
 * After its end: sets STEAL_PCT, FOREIGN_CPU_PCT, THROTTLED_PCT,
 * LISTEN_OVERFLOWS and TIME_WAIT, NAN where unknown, and adds the rules that
 * they break. found: may be NULL.
 */
void watch_end(struct watch *w, double value[METRIC_COUNT],
	       struct validity_finding *found);

#endif
