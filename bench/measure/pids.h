#ifndef BENCH_MEASURE_PIDS_H
#define BENCH_MEASURE_PIDS_H

/*
 * A limit of the processes that a server may have, by the pids controller: in
 * cgroup v2 of the group that counts its CPU time, in v1 of a group more.
 * Zombies count until they are collected.
 */

#include <limits.h>
#include <stdbool.h>

#include "bench/measure/cpu.h"

enum { PIDS_WHY = 256 };

struct pids {
	int procs; /* cgroup.procs that the server has to join; 0: none */
	bool own;  /* the folder is ours to remove */
	char folder[PATH_MAX];
};

/*
 * Finds or makes the group. Returns 0, or -1 with why: there is no pids
 * controller that we may use. Closing a zeroed one is harmless.
 */
int pids_open(struct pids *p, const struct cpu *c, char why[PIDS_WHY]);
void pids_close(struct pids *p);

/* At most so many processes, the server itself too; 0: no limit. Or -1. */
int pids_limit(const struct pids *p, unsigned most);

#endif
