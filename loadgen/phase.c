#include "loadgen/phase.h"

static uint64_t left(uint64_t end_ns, uint64_t now_ns)
{
	return end_ns == UINT64_MAX ? UINT64_MAX : end_ns - now_ns;
}

const char *phase_at(const struct control *c, const struct options *o,
		     uint64_t now_ns, uint64_t *left_ns)
{
	uint64_t ramp_end_ns = c->start_ns + o->ramp_ns;

	if (now_ns >= c->window_end_ns) {
		*left_ns = UINT64_MAX;
		return "drain";
	}
	if (now_ns >= c->window_start_ns) {
		*left_ns = left(c->window_end_ns, now_ns);
		return "steady";
	}
	if (o->hold && now_ns < c->schedule_ns) {
		*left_ns = UINT64_MAX;
		return "opening";
	}
	if (!o->hold && now_ns < ramp_end_ns) {
		*left_ns = ramp_end_ns - now_ns;
		return "ramp";
	}
	*left_ns = left(c->window_start_ns, now_ns);
	return "warm-up";
}
