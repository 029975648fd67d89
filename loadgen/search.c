#include "loadgen/search.h"

#include <errno.h>
#include <math.h>

/* Runs that must agree before a rate is an end for good. */
enum { ENOUGH = 2 };

/* What is known. A rate of 0: nothing is. */
struct search {
	double low, high;
	double wall;		      /* lowest rate that was unusable */
	double floor;		      /* highest one with too few samples */
	unsigned low_runs, high_runs; /* that agreed, in a row */
	double stride; /* ratio of the next rate to the only end */
};

/* Returns 0 when there is nothing left to learn. */
static double next_rate(const struct search *s, const struct search_config *c)
{
	/* The slack spares a rate that is just one resolution away. */
	double near = (1 + c->resolution) * (1 + 1e-9);
	double below = s->low ? s->low : s->floor;

	if (!below && !s->high)
		return c->start_rate;
	if (!s->high && below < c->most_rate)
		return fmin(below * s->stride, c->most_rate);
	if (!below && s->high > c->least_rate)
		return fmax(s->high / s->stride, c->least_rate);
	if (below && s->high > below * near)
		return sqrt(below * s->high);
	if (s->low && s->low_runs < ENOUGH)
		return s->low;
	if (s->high != s->wall && s->high_runs < ENOUGH)
		return s->high;
	return 0;
}

static void learn(struct search *s, const struct search_config *c, double rate,
		  enum step_outcome outcome)
{
	bool met = outcome == STEP_MET;
	bool contradicts = rate == (met ? s->high : s->low);

	if (outcome == STEP_TOO_FEW) {
		s->floor = fmax(s->floor, rate);
		return;
	}
	s->stride = contradicts ? 1 + c->resolution :
				  fmin(s->stride * s->stride, 2);
	if (met) {
		s->low_runs = rate == s->low ? s->low_runs + 1 : 1;
		s->low = rate;
		if (contradicts)
			s->high = s->wall;
		return;
	}
	s->high_runs = rate == s->high ? s->high_runs + 1 : 1;
	s->high = rate;
	if (contradicts)
		s->low = 0;
	if (outcome == STEP_UNUSABLE)
		s->wall = rate;
}

int search_run(const struct search_config *c,
	       enum step_outcome (*run)(void *context, double rate),
	       void *context, struct search_outcome *out)
{
	struct search s = { .stride = 2 };
	unsigned unusable = 0; /* in a row, at this rate */
	double rate;

	if (!(c->least_rate > 0 && c->least_rate <= c->start_rate &&
	      c->start_rate <= c->most_rate && c->resolution > 0)) {
		errno = EINVAL;
		return -1;
	}
	*out = (struct search_outcome){ .steps = 0 };
	while ((rate = next_rate(&s, c)) > 0 && !out->stopped &&
	       out->steps < c->most_steps) {
		enum step_outcome outcome = run(context, rate);

		out->steps++;
		out->stopped = outcome == STEP_STOPPED;
		unusable = outcome == STEP_UNUSABLE ? unusable + 1 : 0;
		if (outcome == STEP_MET)
			out->last_met = rate;
		if (out->stopped || (unusable && unusable < ENOUGH))
			continue;
		learn(&s, c, rate, outcome);
		unusable = 0;
	}
	out->low = s.low;
	out->high = s.high;
	out->too_few = s.floor;
	out->limited_by_generator = s.high && s.high == s.wall;
	out->confirmed = rate <= 0;
	return 0;
}
