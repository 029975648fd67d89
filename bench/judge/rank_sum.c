#include "bench/judge/rank_sum.h"

#include <math.h>
#include <stdlib.h>

/* Above it the sums below lose precision, and the limit is close. */
enum { EXACT_MOST = 100 };

/* By the normal distribution that U tends to, with half a step to spare. */
static size_t k_of_many(double n, double m)
{
	double k = n * m / 2 - 1.959964 * sqrt(n * m * (n + m + 1) / 12) + 0.5;

	return k > 0 ? (size_t)k : 0;
}

/*
 * Under the null hypothesis every order of the n + m values is equally likely.
 * The orders that have U = u are the coefficient of q^u in the product over i
 * of (1 - q^(m+i)) / (1 - q^i), i = 1..n, taken here one factor at a time and
 * scaled to chances by i / (m + i), so that all n factors make 1.
 */
int rank_sum_k(size_t n, size_t m, size_t *k)
{
	size_t top = n * m;
	double *chance, below = 0;

	if (n > EXACT_MOST || m > EXACT_MOST) {
		*k = k_of_many((double)n, (double)m);
		return 0;
	}
	chance = calloc(top + 1, sizeof(*chance));
	if (!chance)
		return -1;
	chance[0] = 1;
	for (size_t i = 1; i <= n; i++) {
		for (size_t u = top + 1; u-- > m + i;)
			chance[u] -= chance[u - m - i];
		for (size_t u = i; u <= top; u++)
			chance[u] += chance[u - i];
		for (size_t u = 0; u <= top; u++)
			chance[u] *= (double)i / (double)(m + i);
	}
	*k = 0;
	for (size_t u = 0; u <= top; u++) {
		below += chance[u];
		if (below > 0.025)
			break;
		*k = u + 1;
	}
	free(chance);
	return 0;
}

int rank_sum_shift(const double a[], size_t n, const double b[], size_t m,
		   struct stats_shift *out)
{
	size_t pairs = n * m, k, at = 0;
	double *difference;

	if (rank_sum_k(n, m, &k) < 0)
		return -1;
	difference = calloc(pairs, sizeof(*difference));
	if (!difference)
		return -1;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < m; j++)
			difference[at++] = b[j] - a[i];
	*out = (struct stats_shift){
		.estimate = stats_median(difference, pairs),
		.interval = k > 0,
	};
	if (k > 0) {
		out->low = difference[k - 1];
		out->high = difference[pairs - k];
	}
	free(difference);
	return 0;
}
