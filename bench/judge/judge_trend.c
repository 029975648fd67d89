#include "bench/judge/judge_trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/judge/rank_sum.h"

/* Logarithms of the baseline's figures in rounds from..to. */
static size_t collect(const struct load_run *run, size_t experiment,
		      enum metric_id metric, uint64_t from, uint64_t to,
		      double *logs)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];

		if (c->experiment == experiment && load_usable(c) &&
		    c->round >= from && c->round <= to &&
		    strcmp(run->slots[c->slot].mode, run->baseline) == 0 &&
		    c->value[metric] > 0)
			logs[n++] = log(c->value[metric]);
	}
	return n;
}

static int check(const struct load_run *run, struct judge_trend *most,
		 size_t experiment, enum metric_id metric, double *scratch)
{
	uint64_t third = run->rounds / 3;
	double *last = scratch + run->n_cells;
	size_t n = collect(run, experiment, metric, 1, third, scratch);
	size_t m = collect(run, experiment, metric, run->rounds - third + 1,
			   run->rounds, last);
	struct stats_shift shift;

	if (!n || !m)
		return 0;
	if (rank_sum_shift(scratch, n, last, m, &shift) < 0)
		return -1;
	if (!shift.interval ||
	    (shift.low <= log(JUDGE_SAME) && shift.high >= -log(JUDGE_SAME)))
		return 0;
	if (most->found && fabs(shift.estimate) <= fabs(log(most->ratio)))
		return 0;
	*most = (struct judge_trend){ .found = true,
				      .experiment = experiment,
				      .metric = metric,
				      .ratio = exp(shift.estimate),
				      .low = exp(shift.low),
				      .high = exp(shift.high) };
	return 0;
}

int judge_trend(const struct load_run *run, struct judgement *j)
{
	double *scratch = calloc(2 * run->n_cells + 1, sizeof(*scratch));
	int rc = scratch ? 0 : -1;

	for (size_t e = 0; e < run->n_experiments; e++)
		for (size_t m = 0; m < METRIC_COUNT && rc == 0; m++)
			if (metrics[m].judged == JUDGED_BY_RATIO &&
			    metric_is_primary(m, run->experiments[e].name))
				rc = check(run, &j->trend, e, m, scratch);
	free(scratch);
	return rc;
}
