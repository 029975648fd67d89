#ifndef BENCH_MEASURE_ZOMBIES_H
#define BENCH_MEASURE_ZOMBIES_H

/*
 * A server's children over time, by its own counters: they are in shared
 * memory, so a reading costs nothing and disturbs nobody. The kernel's account
 * is taken at a slow, fixed interval to prove the line: reading 10,000
 * zombies' states takes some 90 ms.
 */

#include "bench/measure/server.h"
#include "bench/measure/store.h"

#define ZOMBIES_STEP_NS (4 * NS_PER_MS)
#define ZOMBIES_KERNEL_NS (500 * NS_PER_MS)

struct zombies {
	struct server *server;
	bool kernel;
	uint64_t start_ns, kernel_ns; /* when the kernel was asked last */
	size_t count, room;
	struct zombie_line *line; /* owned */
	double peak; /* NAN: nothing that the peak could be told from */
	/* The exit storm: the last reading before any child ended. */
	uint64_t before_ns;
	double before_cpu_us;
	uint64_t moved_ns; /* when exits or collections last rose */
	uint64_t moved;
};

/*
 * Begins at time 0. Release with zombies_release().
 *   kernel: whether the kernel's account is read meanwhile. Not where an exit
 *   storm is timed: of thousands of children it takes tens of milliseconds.
 */
void zombies_begin(struct zombies *z, struct server *s, bool kernel);
void zombies_release(struct zombies *z);

/* One reading, if the server has counters. */
void zombies_look(struct zombies *z);

/* The last one, with the kernel's exact count; NAN: none. */
void zombies_end(struct zombies *z, double exact);

/*
 * From the close of all sessions, at which no child had ended, to the last
 * exit or collection, milliseconds. Good to a step. NAN: not seen.
 */
double zombies_storm_ms(const struct zombies *z);

#endif
