#include "bench/measure/measurement.h"

#include <math.h>

void measurement_init(struct measurement *m)
{
	*m = (struct measurement){ .drift = drift_unknown() };
	for (int i = 0; i < METRIC_COUNT; i++)
		m->value[i] = NAN;
}
