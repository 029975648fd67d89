#ifndef TESTS_UNIT_FIXTURE_NORMAL_H
#define TESTS_UNIT_FIXTURE_NORMAL_H

#include <math.h>

#include "lib/rng.h"

/* Of the standard normal distribution, as Box and Muller draw it. */
static inline double fixture_normal(struct rng *r)
{
	double u = 1 - rng_unit(r), v = rng_unit(r);

	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979 * v);
}

#endif
