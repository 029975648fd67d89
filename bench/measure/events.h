#ifndef BENCH_MEASURE_EVENTS_H
#define BENCH_MEASURE_EVENTS_H

/*
 * Counts what a server makes the kernel do, by perf_event_open(2): system
 * calls, context switches and page faults, of its first thread alone and of
 * all that it starts. The kernel counts exactly, whoever collects the children
 * and when; only the last context switch of a process that ends comes after
 * its counters are closed. Each fork then copies the counters, too, so nothing
 * is timed meanwhile.
 */

#include <sys/types.h>

#include "bench/study/metric.h"

enum event { EVENT_CALLS, EVENT_SWITCHES, EVENT_FAULTS, EVENTS };

/* -1: cannot be counted, as by kernel.perf_event_paranoid; system calls need
 * the right to mount tracefs, too. */
struct events {
	int own[EVENTS], all[EVENTS];
};

/* Begins to count a process that has just been started. */
void events_open(struct events *e, pid_t pid);
void events_close(struct events *e);

/* Counted so far; NAN where nothing counts. */
struct event_counts {
	double own[EVENTS], all[EVENTS];
};
void events_read(const struct events *e, struct event_counts *out);

/* The metrics: what was counted between two readings, over the sessions. */
void events_take(const struct event_counts *from, const struct event_counts *to,
		 double sessions, double value[METRIC_COUNT]);

#endif
