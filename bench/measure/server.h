#ifndef BENCH_MEASURE_SERVER_H
#define BENCH_MEASURE_SERVER_H

/*
 * A server under test: started from its row in study/subject, found at its
 * port, read through its counters if it has any, and stopped with all that it
 * left.
 */

#include <limits.h>
#include <sys/types.h>

#include "bench/measure/cpu.h"
#include "bench/measure/events.h"
#include "bench/spawn.h"
#include "bench/study/config.h"
#include "lib/children.h"
#include "lib/daemon_stats.h"

enum { SERVER_WHY = 512, SERVER_PORT = 16, SERVER_ADDRESS = 64 };

struct server_config {
	const struct subject *subject;
	const char *bin;    /* folder of our programs */
	const char *folder; /* for its log and its configuration */
	unsigned number;    /* of the server in this run: picks its address */
	struct setting setting[SETTINGS_MOST]; /* of its argv */
	size_t settings;
	int limit;	       /* as of struct spawn_command */
	const cpu_set_t *cpus; /* that it may use, or NULL */
	struct cpu *cpu;       /* that counts it, or NULL */
	struct events *events; /* opened for it, or NULL: not counted */
};

struct server {
	const struct subject *subject;
	struct spawn process;
	struct cpu *cpu;
	const struct daemon_stats *stats; /* NULL: it has no such counters */
	char address[SERVER_ADDRESS], port[SERVER_PORT];
	int lifeline; /* closed by our death: it then stops, if it can */
	struct children children; /* room to read them into */
	char log[PATH_MAX];	  /* what it printed */
};

/*
 * Starts a server in a session of its own (Linux may share the CPU between
 * sessions, see sched(7), autogroup), on a loopback address of its own, so that
 * connections that an earlier server's clients left in TIME_WAIT never meet
 * this one. Returns when it listens.
 * Returns 0, or -1 with one sentence in why; nothing is left running then.
 * End it with server_stop() in the first case.
 */
int server_start(struct server *s, const struct server_config *config,
		 char why[SERVER_WHY]);

/* The kernel's account of the server's children. */
struct server_count {
	size_t children, zombies;
};

/* Returns 0, or -1 with errno: it is gone, or /proc does not tell. */
int server_count(struct server *s, struct server_count *out);

/*
 * Waits until every child that will end has ended, and whoever collects has
 * collected: the server has no child but zombies, and their number has stood
 * still. Returns 0 with *out the exact count; or -1: not within patience_ns,
 * the server is gone, or a signal asks this process to stop.
 */
int server_settle(struct server *s, uint64_t patience_ns,
		  struct server_count *out);

/*
 * Stops it by SIGTERM, collects it and what it leaves.
 * Returns 0 if it ended in order; 1 if it had to be killed; or -1 if it had
 * ended before, by signal *killed_by (0: by itself).
 */
int server_stop(struct server *s, int *killed_by);

/* The first line that a program has printed into a log, as plain text. */
void server_first_words(const char *path, char *out, size_t room);

#endif
