#ifndef LOADGEN_MACHINE_H
#define LOADGEN_MACHINE_H

/*
 * What limits a run on this machine.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/parse.h"

/* A number that can't be told is UINT64_MAX: no limit. */
struct machine {
	uint64_t descriptors; /* that a process may have open */
	uint64_t ports;	      /* of one address, towards one server */
	/* How long TIME_WAIT keeps a port from use; how many it keeps. */
	uint64_t time_wait_s, time_wait_most;
	uint64_t processes;	   /* that can be added */
	const char *process_limit; /* what limits them, for people */
	bool local;		   /* the server is on this machine, */
	bool loopback;		   /* at a loopback address */
	int backlog;		   /* of its listener; -1: unknown */
};

/*
 * Looks at the machine, for sessions with the server at this address. Raises
 * this process's soft limit of open files to the hard one.
 */
struct machine machine_read(const struct address *to);

#endif
