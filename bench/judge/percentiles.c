#include "bench/judge/percentiles.h"

#include <math.h>
#include <stdlib.h>

#define ALPHA 0.05

const double percentiles[PERCENTILES] = { 10, 20, 35, 50, 65, 80, 90 };

/* One cell's. Returns 1, 0 if it has no such histogram, or -1. */
static int read_cell(const struct run *r, size_t arm, size_t level,
		     unsigned round, const char *kind, struct hist *h,
		     double us[PERCENTILES])
{
	char unused[CELLS_WHY];
	int rc = run_latency(r, arm, level, round, kind, h, unused);

	for (int p = 0; p < PERCENTILES; p++) {
		uint64_t ns;

		us[p] = hist_percentile(h, percentiles[p], &ns) < 0 ?
				NAN :
				(double)ns / 1e3;
	}
	return rc;
}

/* values[p][n][k]: by percentile, round and level. Returns rounds, or -1. */
static long gather(const struct run *r, size_t arm, const size_t levels[],
		   size_t width, const char *kind, double *values)
{
	unsigned rounds = r->config.arm[arm].rounds;
	struct hist *h = malloc(sizeof(*h));
	double us[RANKS_ROUND_MOST][PERCENTILES];
	long n = 0;

	for (unsigned round = 1; h && n >= 0 && round <= rounds; round++) {
		int rc = 1;

		for (size_t k = 0; k < width && rc > 0; k++)
			rc = read_cell(r, arm, levels[k], round, kind, h,
				       us[k]);
		for (size_t p = 0; p < PERCENTILES && rc > 0; p++)
			for (size_t k = 0; k < width; k++)
				values[(p * rounds + (size_t)n) * width + k] =
					us[k][p];
		n = rc < 0 ? -1 : n + (rc > 0);
	}
	if (!h)
		n = -1;
	free(h);
	return n;
}

long percentiles_judge(const struct run *r, size_t arm, size_t level,
		       const char *kind, struct interval out[PERCENTILES])
{
	int aa = arm_aa(&r->config.arm[arm]);
	size_t levels[RANKS_ROUND_MOST] = { level, 0, (size_t)aa };
	size_t width = aa < 0 ? 2 : RANKS_ROUND_MOST;
	size_t each = r->config.arm[arm].rounds * width;
	double *values = calloc(PERCENTILES * each + 1, sizeof(*values));
	long n = values ? gather(r, arm, levels, width, kind, values) : -1;

	for (size_t p = 0; p < PERCENTILES; p++) {
		bool known = n > 0;

		for (size_t i = 0; known && i < (size_t)n * width; i++)
			known = values[p * each + i] > 0;
		if (!known ||
		    ranks_interval(&(struct ranks){ (size_t)n, width,
						    values + p * each },
				   ALPHA, &out[p]) < 0)
			out[p] = (struct interval){ NAN, NAN, NAN };
	}
	free(values);
	return n;
}
