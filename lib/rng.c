#include "lib/rng.h"

uint64_t rng_next(struct rng *r)
{
	r->state += UINT64_C(0x9e3779b97f4a7c15);
	return rng_mix(r->state);
}

uint64_t rng_below(struct rng *r, uint64_t n)
{
	/* Values under the remainder of 2^64 by n would favour small results. */
	uint64_t biased = -n % n;
	uint64_t value;

	do
		value = rng_next(r);
	while (value < biased);
	return value % n;
}

double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}
