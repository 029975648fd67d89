#ifndef LOADGEN_RESULT_H
#define LOADGEN_RESULT_H

/* What a run came to: sums, rates and a verdict, from the workers' tallies. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/crew.h"
#include "loadgen/options.h"
#include "loadgen/tally.h"

enum verdict_status { VERDICT_VALID, VERDICT_SUSPECT, VERDICT_INVALID };

enum { REASONS_MOST = 8, REASON_BYTES = 200 };

struct result {
	const struct options *o;
	const struct board *board;
	unsigned workers;
	struct crew_outcome outcome;
	struct tally *sum;
	uint64_t requested;    /* sessions */
	uint64_t unsent;       /* messages whose time had come */
	double elapsed_s;      /* all of it */
	double window_s;       /* what the rates are over; 0: there was none */
	double sessions_per_s; /* -1: not measured, as the next */
	double messages_per_s;
	enum verdict_status status;
	size_t reasons;
	char reason[REASONS_MOST][REASON_BYTES];
};

/* The latencies of a result, in the order in which they are told. */
struct latency {
	const char *name;
	const struct hist *hist;
};
enum { LATENCIES = 5 };
void result_latencies(const struct result *r, struct latency out[LATENCIES]);

/* CPU that a worker used, in per cent of one core. */
double result_worker_cpu_pct(const struct result *r, unsigned worker);

/* "valid", "suspect", "invalid". */
const char *result_status_name(enum verdict_status status);

/*
 * Fills in *r from what has been run. Owns r->sum: result_release().
 * Returns 0, or -1 with errno ENOMEM.
 */
int result_compute(struct result *r, const struct options *o,
		   const struct board *board, unsigned workers,
		   const struct crew_outcome *outcome);
void result_release(struct result *r);

/* Whether every session was served and every echo true. */
bool result_good(const struct result *r);

#endif
