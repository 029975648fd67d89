#ifndef BENCH_LIMITS_H
#define BENCH_LIMITS_H

#include <stdint.h>

/*
 * How many more processes can exist: the least of what kernel.pid_max,
 * kernel.threads-max, the user's limit and this cgroup's pids.max leave, less
 * some for the rest of the machine.
 *   *name: of the limit that is the least, for people.
 */
uint64_t limits_processes(const char **name);

#endif
