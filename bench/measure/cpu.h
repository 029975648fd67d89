#ifndef BENCH_MEASURE_CPU_H
#define BENCH_MEASURE_CPU_H

/*
 * CPU time of a server and all its children, their exit included.
 *
 * A control group counts it best: whatever the processes do, who collects them
 * and when, the time is the group's. cgroup v2 counts in every group, without
 * a controller (cpu.stat); v1 by cpuacct. Where no group can be made,
 * perf_event_open(2) counts the task clock of a process and of its later
 * children; it misses the last part of each exit, some 25 %. Two sources are
 * never compared with each other.
 *
 * A run has one group, under the group that this process is in. One server runs
 * at a time, and the group is empty between cells. Its folder is locked
 * (flock(2)) while its run lives, so that the next run can tell a group that a
 * killed run left, and remove it.
 */

#include <limits.h>
#include <sys/types.h>

#include "bench/spawn.h"

enum { CPU_ADVICE = 256 };

enum cpu_source { CPU_NONE, CPU_CGROUP2, CPU_CGROUP1, CPU_PERF };

/* By source: NULL, "cgroup v2", "cgroup v1 (cpuacct)", "perf_event". */
extern const char *const cpu_source_names[];

struct cpu {
	enum cpu_source source;
	char folder[PATH_MAX]; /* of the group */
	struct spawn_group group;
	int lock, usage;	 /* descriptors, -1: none */
	int perf;		 /* of the process watched now, or -1 */
	char advice[CPU_ADVICE]; /* why nothing is measured, what to do; or "" */
};

/*
 * Makes a group, or finds another source. Removes the groups that killed runs
 * left, with what is still in them. Never fails: source may be CPU_NONE.
 */
void cpu_open(struct cpu *c);

/* Kills what is left in the group, and removes it. */
void cpu_close(struct cpu *c);

/* What cpu_open() would find; *advice as above. Leaves nothing behind. */
const char *cpu_source_probe(char advice[CPU_ADVICE]);

/* The group, for spawn_command.group; NULL if there is none. */
const struct spawn_group *cpu_group(const struct cpu *c);

/* Watches a process that has just been started: needed by CPU_PERF alone. */
void cpu_watch(struct cpu *c, pid_t pid);
void cpu_unwatch(struct cpu *c);

/* CPU time counted so far, microseconds; NAN where nothing counts. */
double cpu_used_us(const struct cpu *c);

/*
 * Kills every process that is in the group. Returns how many were found there.
 */
unsigned cpu_kill(const struct cpu *c);

/* CPU time of one process, all its threads, microseconds; NAN if it is gone. */
double cpu_process_us(pid_t pid);

#endif
