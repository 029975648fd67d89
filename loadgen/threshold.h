#ifndef LOADGEN_THRESHOLD_H
#define LOADGEN_THRESHOLD_H

/*
 * Conditions on figures of a result, as people type them: "echo_p99<5ms".
 *
 *	condition = figure ("<" | "<=" | ">" | ">=") value
 *	figure    = latency "_" statistic | "sessions_per_s" | "messages_per_s"
 *	latency   = one of TALLY_HISTS
 *	statistic = "mean" | "p50" | "p90" | "p99" | "p99_9" | "max"
 *	value     = a duration ("5ms") for a latency, a number for a rate
 */

#include <stdbool.h>
#include <stddef.h>

#include "lib/parse.h"

struct result;

enum comparison { BELOW, AT_MOST, ABOVE, AT_LEAST };

struct condition {
	const char *text; /* as typed; not owned */
	size_t figure;	  /* private */
	enum comparison comparison;
	double bound; /* nanoseconds, or a second */
};

enum { THRESHOLDS_MOST = 16 };

struct thresholds {
	size_t count;
	struct condition condition[THRESHOLDS_MOST];
};

/* Returns 0, or -1 with why. Keeps a pointer to text. */
int condition_parse(const char *text, struct condition *out,
		    char why[PARSE_WHY]);

/*
 * Whether the result meets the condition. A figure that was not measured
 * meets none.
 *   value: the figure as text with its unit ("3.21 ms"), or "-".
 */
enum { FIGURE_BYTES = 32 };
bool condition_met(const struct condition *c, const struct result *r,
		   char value[FIGURE_BYTES]);

#endif
