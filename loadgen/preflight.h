#ifndef LOADGEN_PREFLIGHT_H
#define LOADGEN_PREFLIGHT_H

/*
 * Before anything is opened: whether the machine's limits allow the run, and
 * what is chosen because of them.
 */

#include <stddef.h>
#include <stdint.h>

#include "loadgen/machine.h"
#include "loadgen/options.h"
#include "loadgen/sources.h"

enum { PREFLIGHT_WHY = 256, PREFLIGHT_WARNINGS = 2 };

struct preflight {
	unsigned workers;
	uint64_t opening;	/* most sessions without their first echo */
	int backlog;		/* of the server's listener; -1: unknown */
	struct sources sources; /* count 0: sessions are not to be bound */
	size_t warnings;
	char warning[PREFLIGHT_WARNINGS][PREFLIGHT_WHY];
};

/*
 * Decides for this machine as machine_read() finds it.
 * Returns 0; or -1 with one line in why: the limit, its value, the need and
 * what to do. A warning is such a line, too, but for what may happen.
 */
int preflight(const struct options *o, struct preflight *p,
	      char why[PREFLIGHT_WHY]);

/* The same for any machine, but that sources are not tried out. */
int preflight_decide(const struct options *o, const struct machine *m,
		     struct preflight *p, char why[PREFLIGHT_WHY]);

#endif
