#ifndef LOADGEN_SEARCH_H
#define LOADGEN_SEARCH_H

/*
 * The knee: the highest rate at which a goal is met. Knows nothing of
 * sessions; what a step is, its caller says.
 *
 * Method: bisection with replicated ends. From start_rate the rate is doubled
 * while the goal is met, or halved while it is missed; then the middle of the
 * two ends (their geometric mean) is tried until they are within the
 * resolution. Each end is then run again, the lower first. One that does not
 * do the same again becomes the opposite end, and a fresh end is looked for
 * beyond it: one resolution away, then twice, four times as far, as the knee
 * is near. It is over when both ends have done the same twice in a row.
 *
 * A rate at which a step is unusable twice in a row is the generator's limit:
 * nothing at or above it is tried again. The search goes on below it, and it
 * is the upper end unless the goal is missed below it.
 *
 * Where there were too few samples to tell, the goal is neither met nor missed:
 * that rate and those below are not tried again, and the search goes on above.
 *
 * The search for a throughput by trials at a falling rate is RFC 2544's
 * (section 26.1); ends with a relative resolution, and their replication, are
 * a plain case of MLRsearch (draft-ietf-bmwg-mlrsearch). It is taken that a
 * goal missed at a rate is missed above it, too.
 */

#include <stdbool.h>

enum step_outcome {
	STEP_MET,
	STEP_MISSED,
	STEP_UNUSABLE, /* by the generator's fault: tells nothing */
	STEP_TOO_FEW,  /* too few samples to tell: higher rates have more */
	STEP_STOPPED,  /* interrupted: the search ends */
};

struct search_config {
	double start_rate;
	double least_rate, most_rate; /* none beyond is tried */
	double resolution;	      /* 0.05: ends within 5 % */
	unsigned most_steps;
};

struct search_outcome {
	double low; /* highest rate that met the goal in its last run; 0: none */
	double high;	 /* lowest that did not; 0: most_rate met it */
	double last_met; /* the last rate that met the goal, even if it missed
			    it in a later run; 0: none did */
	double too_few;	 /* highest rate at which samples were too few; or 0 */
	bool limited_by_generator; /* high is its limit: "at least low" */
	bool confirmed; /* it is over as said above; if not, the ends are no
			   more than what was known when it ended */
	bool stopped;
	unsigned steps; /* that were run */
};

/*
 * Runs steps, each by run(context, rate).
 * Returns 0, or -1 with errno EINVAL: not 0 < least_rate <= start_rate <=
 * most_rate, or a resolution not above 0.
 */
int search_run(const struct search_config *c,
	       enum step_outcome (*run)(void *context, double rate),
	       void *context, struct search_outcome *out);

#endif
