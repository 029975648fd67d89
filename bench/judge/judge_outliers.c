#include "bench/judge/judge_outliers.h"

#include <math.h>
#include <stdlib.h>

#include "bench/judge/stats.h"

/* The standard deviation of what has a normal distribution, over its MAD. */
#define MAD_TO_DEVIATION 1.4826

static bool belongs(const struct load_cell *c, size_t experiment, size_t slot,
		    enum metric_id metric)
{
	return c->experiment == experiment && c->slot == slot &&
	       load_usable(c) && c->value[metric] > 0;
}

/* Logarithms of the rounds' figures. Returns how many. */
static size_t collect(const struct load_run *run, size_t experiment,
		      size_t slot, enum metric_id metric, double *logs)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n_cells; i++)
		if (belongs(&run->cells[i], experiment, slot, metric))
			logs[n++] = log(run->cells[i].value[metric]);
	return n;
}

static int add(struct judgement *j, struct judge_outlier found)
{
	struct judge_outlier *list =
		realloc(j->outliers, (j->n_outliers + 1) * sizeof(*list));

	if (!list)
		return -1;
	j->outliers = list;
	list[j->n_outliers++] = found;
	return 0;
}

static int check_place(const struct load_run *run, struct judgement *j,
		       size_t experiment, size_t slot, enum metric_id metric,
		       double *scratch)
{
	size_t n = collect(run, experiment, slot, metric, scratch);
	double median, deviation, least;

	if (n < OUTLIER_ROUNDS)
		return 0;
	median = stats_median(scratch, n);
	for (size_t i = 0; i < n; i++)
		scratch[i] = fabs(scratch[i] - median);
	deviation = MAD_TO_DEVIATION * stats_median(scratch, n);
	least = fmax(OUTLIER_DEVIATIONS * deviation, log(OUTLIER_FACTOR));
	for (size_t i = 0; i < run->n_cells; i++) {
		const struct load_cell *c = &run->cells[i];
		struct judge_outlier found = { .cell = c,
					       .metric = metric,
					       .median = exp(median) };

		if (belongs(c, experiment, slot, metric) &&
		    fabs(log(c->value[metric]) - median) > least &&
		    add(j, found) < 0)
			return -1;
	}
	return 0;
}

int judge_outliers(const struct load_run *run, struct judgement *j)
{
	double *scratch = calloc(run->n_cells + 1, sizeof(*scratch));
	int rc = scratch ? 0 : -1;

	for (size_t e = 0; e < run->n_experiments; e++)
		for (size_t m = 0; m < METRIC_COUNT; m++)
			for (size_t s = 0; s < run->n_slots && rc == 0; s++)
				if (metrics[m].judged == JUDGED_BY_RATIO &&
				    metric_is_primary(m,
						      run->experiments[e].name))
					rc = check_place(run, j, e, s, m,
							 scratch);
	free(scratch);
	return rc;
}
