#ifndef BENCH_MEASURE_DAEMON_H
#define BENCH_MEASURE_DAEMON_H

/*
 * The daemon under test: started as a user would, found again by its pidfile,
 * read through its shared counters, stopped by its PID.
 */

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "bench/spawn.h"
#include "lib/daemon_stats.h"

enum { DAEMON_WHY = 512, DAEMON_PORT = 8 };

struct daemon {
	struct spawn process; /* the daemon itself: ours, being its subreaper */
	const struct daemon_stats *stats;
	char address[64], port[DAEMON_PORT];
	int lifeline; /* closed by our death: the daemon then stops */
	char pidfile[PATH_MAX], log[PATH_MAX];
};

struct daemon_config {
	const char *program; /* path of echod */
	const char *mode;
	const char *folder; /* for pidfile and log */
	unsigned number;    /* of the daemon in this run: picks its address */
	const cpu_set_t *cpus; /* for it and its children, or NULL */
};

/* The loopback address of the server of that number in a run. */
void daemon_address(unsigned number, char out[64]);

/*
 * Starts a daemon on a loopback address of its own and a port of the kernel's
 * choice: so that connections which an earlier daemon's clients left in
 * TIME_WAIT never meet this one. Returns when it listens.
 * Returns 0, or -1 with one sentence in why; nothing is left running then.
 */
int daemon_start(struct daemon *d, const struct daemon_config *config,
		 char why[DAEMON_WHY]);

/* Whether it still runs. */
int daemon_alive(struct daemon *d);

/*
 * Stops it and collects it and what it leaves; removes its pidfile.
 * Returns 0 if it ended in order, or -1 if it had to be killed or had died.
 */
int daemon_stop(struct daemon *d);

#endif
