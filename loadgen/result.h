#ifndef LOADGEN_RESULT_H
#define LOADGEN_RESULT_H

/*
 * What was measured: sums, rates and a verdict. Plain data, of one run or of
 * several merged; what only one run has is in struct run (see run.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loadgen/tally.h"

enum verdict_status { VERDICT_VALID, VERDICT_SUSPECT, VERDICT_INVALID };

enum { REASONS_MOST = 16, REASON_BYTES = 240 };

struct verdict {
	enum verdict_status status;
	size_t reasons;
	char reason[REASONS_MOST][REASON_BYTES];
};

/* The counters that are stored: under what, name. */
#define RESULT_COUNTERS(X)       \
	X(sessions, begun)       \
	X(sessions, connected)   \
	X(sessions, served)      \
	X(sessions, completed)   \
	X(sessions, unserved)    \
	X(sessions, beside_up)   \
	X(sessions, beside_lost) \
	X(messages, scheduled)   \
	X(messages, steady)      \
	X(messages, late)        \
	X(messages, sent)        \
	X(messages, echoed)      \
	X(messages, mismatched)

struct result {
	struct tally *sum;  /* owned: result_init(), result_release() */
	uint64_t requested; /* sessions */
	uint64_t unsent;    /* messages whose time had come */
	/* The steady phase, seconds since 1970; both 0: there was none. */
	double steady_start_unix_s, steady_end_unix_s;
	double sessions_per_s; /* ended in order; -1: not measured, as below */
	double messages_per_s; /* echoed */
	struct verdict verdict;
};

/* Returns 0, or -1 with errno ENOMEM. */
int result_init(struct result *r);
void result_release(struct result *r);

/* The latencies of a result, in the order in which they are told. */
struct latency {
	const char *name;
	struct hist *hist;
};
#define X(name) +1
enum { LATENCIES = TALLY_HISTS(X) };
#undef X
void result_latencies(const struct result *r, struct latency out[LATENCIES]);

/* "valid", "suspect", "invalid". */
const char *verdict_status_name(enum verdict_status status);

/*
 * Adds a reason, of which the first REASONS_MOST are kept, on one line: see
 * one_line().
 */
__attribute__((format(printf, 3, 4))) void
verdict_add(struct verdict *v, enum verdict_status status, const char *format,
	    ...);

/* Puts "?" for every control character: file names may have them. */
void one_line(char *text);

#endif
