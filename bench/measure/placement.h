#ifndef BENCH_MEASURE_PLACEMENT_H
#define BENCH_MEASURE_PLACEMENT_H

/*
 * Who runs on which CPUs. Children inherit what their parent may use: the
 * daemon's sessions run where the daemon does, and what forkbench starts
 * without a word runs where forkbench does.
 */

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>

#include "bench/study/config.h"

/* Plain data. Without placement, each is all that forkbench may use. */
struct placement {
	enum placement_kind kind;
	cpu_set_t all, daemon, loadgen, forkbench;
};

enum { PLACEMENT_WHY = 160, PLACEMENT_LIST = 256 };

/*
 * Shares out the CPUs that this process may use; the threads of one core stay
 * together as long as there is a core for each half. Returns 0, or -1 with one
 * sentence in why: there are too few.
 */
int placement_make(struct placement *p, enum placement_kind kind,
		   char why[PLACEMENT_WHY]);

/*
 * The same of the CPUs in *all.
 *   siblings: sets *out, which holds the CPU, to all threads of its core.
 */
int placement_share(struct placement *p, enum placement_kind kind,
		    const cpu_set_t *all,
		    void (*siblings)(size_t cpu, cpu_set_t *out),
		    char why[PLACEMENT_WHY]);

/*
 * The set to start a process on, for struct spawn_command: NULL without
 * placement, which leaves it the CPUs that its parent has.
 */
const cpu_set_t *placement_set(const struct placement *p, const cpu_set_t *set);

/* Moves this process to a set of the placement's. Returns 0, or -1 with errno. */
int placement_enter(const struct placement *p, const cpu_set_t *set);

/* "0-2,5"; ends in "..." where it does not fit. Returns out. */
char *placement_list(const cpu_set_t *set, char out[PLACEMENT_LIST]);

/* The reverse. False: it is no such list, and *out is unchanged. */
bool placement_parse(const char *list, cpu_set_t *out);

#endif
