#include "bench/measure/measurement.h"

#include <math.h>

void measurement_init(struct measurement *m)
{
	*m = (struct measurement){ .load_start_s = 0 };
	for (int i = 0; i < METRIC_COUNT; i++)
		m->value[i] = NAN;
}
