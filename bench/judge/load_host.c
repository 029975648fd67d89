#include "bench/judge/load_host.h"

#define X(name) \
	|| load_number(from, object, #name, LOAD_OPTIONAL, &out->name) < 0

static int read_reading(const struct load_source *from, const json_t *object,
			struct drift_reading *out)
{
	return false DRIFT_READINGS(X) ? -1 : 0;
}

static int read_rise(const struct load_source *from, const json_t *object,
		     struct drift_rise *out)
{
	return false DRIFT_RISES(X) ? -1 : 0;
}

#undef X

int load_host(const struct load_source *from, struct load_cell *c)
{
	json_t *host = NULL, *before = NULL, *after = NULL, *during = NULL;

	c->drift = drift_unknown();
	if (load_part(from, c->source, "host", LOAD_OPTIONAL, JSON_OBJECT,
		      &host) ||
	    load_part(from, host, "before", LOAD_OPTIONAL, JSON_OBJECT,
		      &before) ||
	    load_part(from, host, "after", LOAD_OPTIONAL, JSON_OBJECT,
		      &after) ||
	    load_part(from, host, "during", LOAD_OPTIONAL, JSON_OBJECT,
		      &during))
		return -1;
	return read_reading(from, before, &c->drift.before) ||
			       read_reading(from, after, &c->drift.after) ||
			       read_rise(from, during, &c->drift.during) ?
		       -1 :
		       0;
}
