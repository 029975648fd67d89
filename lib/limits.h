#ifndef LIB_LIMITS_H
#define LIB_LIMITS_H

/* Limits of this machine, as the kernel tells them in files. */

#include <stdint.h>

/*
 * The whole number that a file begins with, as those under /proc/sys and
 * cgroups' do; UINT64_MAX for "max", and if there is none.
 */
uint64_t limits_number(const char *path);

/*
 * How many more processes can exist: the least of what kernel.pid_max,
 * kernel.threads-max, the user's limit and this cgroup's pids.max leave, less
 * some for the rest of the machine.
 *   *name: of the limit that is the least, for people.
 */
uint64_t limits_processes(const char **name);

#endif
