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

enum condition_outcome {
	CONDITION_MET,
	CONDITION_MISSED,
	CONDITION_UNMEASURED, /* not enough samples */
};

enum { FIGURE_BYTES = 32, FINDING_WHY = 64 };
struct finding {
	enum condition_outcome what;
	char value[FIGURE_BYTES]; /* with its unit ("3.21 ms"), or "-" */
	char why[FINDING_WHY];	  /* why, if not by its value; or "" */
	double samples;		  /* of those needed: 0.1 is a tenth */
};

/*
 * Whether a result meets a condition. If sessions failed or were not served it
 * meets none: the figure is without them.
 */
struct finding condition_look(const struct condition *c,
			      const struct result *r);

#endif
