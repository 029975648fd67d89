#ifndef BENCH_RIVALS_RIVAL_H
#define BENCH_RIVALS_RIVAL_H

/*
 * Echo servers that fork a child for each connection: echod, the least that
 * such a one can be, and those that others wrote. Each is started on a
 * loopback address of its own.
 */

#include <stdbool.h>
#include <stddef.h>

#include "bench/measure/daemon.h"

enum {
	RIVAL_ECHOD,
	RIVAL_LEAST, /* by fork() */
	RIVAL_FLOOR, /* the same by _Fork(), as echod */
	RIVAL_SOCAT,
	RIVAL_INETD,
	RIVAL_XINETD,
	RIVALS
};

extern const char *const rival_names[]; /* of each; NULL-terminated */

/* What is needed of this machine. */
struct rival_site {
	const char *echod, *least; /* paths of the programs */
	const char *folder;	   /* for configurations and logs */
};

enum { RIVAL_WHY = DAEMON_WHY };

/* A server that runs. */
struct rival {
	int which;
	struct daemon daemon; /* of echod; of the others its process alone */
	char address[64], port[DAEMON_PORT];
};

/*
 * Whether it can be started here: its program is there, and so are the rights
 * that it needs. If not, *lacks says what is missing.
 */
bool rival_is_there(int which, const char **lacks);

/* Whether others wrote it. */
bool rival_is_foreign(int which);

/*
 * Starts it, and returns when it listens.
 *   number: of the server in this comparison: picks its address.
 * Returns 0, or -1 with one sentence in why; nothing is left running then.
 */
int rival_start(struct rival *r, int which, const struct rival_site *site,
		unsigned number, char why[RIVAL_WHY]);

/* Stops it and all that it left. */
void rival_stop(struct rival *r);

#endif
