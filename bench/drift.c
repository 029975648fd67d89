#include "bench/drift.h"

#include <math.h>

struct drift drift_unknown(void)
{
#define X(name) .name = NAN,
	return (struct drift){ .before = { DRIFT_READINGS(X) },
			       .after = { DRIFT_READINGS(X) },
			       .during = { DRIFT_RISES(X) } };
#undef X
}
