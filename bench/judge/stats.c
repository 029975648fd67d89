#include "bench/judge/stats.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double stats_median(double values[], size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/*
 * Under the null hypothesis each rank 1..n counts or not with equal chance,
 * so T's distribution is that of the sum: one rank is added at a time.
 */
int stats_signed_rank_k(size_t n, size_t *k)
{
	size_t top = n * (n + 1) / 2;
	double *chance = calloc(top + 1, sizeof(*chance));
	double below = 0;

	if (!chance)
		return -1;
	chance[0] = 1;
	for (size_t rank = 1; rank <= n; rank++)
		for (size_t t = rank * (rank + 1) / 2 + 1; t-- > 0;)
			chance[t] = (chance[t] +
				     (t >= rank ? chance[t - rank] : 0)) /
				    2;
	*k = 0;
	for (size_t t = 0; t <= top; t++) {
		below += chance[t];
		if (below > 0.025)
			break;
		*k = t + 1;
	}
	free(chance);
	return 0;
}

int stats_paired(const double d[], size_t n, struct stats_shift *out)
{
	size_t pairs = n * (n + 1) / 2, k, at = 0;
	double *average;

	if (stats_signed_rank_k(n, &k) < 0)
		return -1;
	average = calloc(pairs, sizeof(*average));
	if (!average)
		return -1;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			average[at++] = (d[i] + d[j]) / 2;
	*out = (struct stats_shift){ .estimate = stats_median(average, pairs),
				     .interval = k > 0 };
	if (k > 0) {
		out->low = average[k - 1];
		out->high = average[pairs - k];
	}
	free(average);
	return 0;
}
