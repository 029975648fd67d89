#ifndef BENCH_MEASURE_MEMORY_H
#define BENCH_MEASURE_MEMORY_H

/* What sessions take of memory, from /proc. */

#include <stddef.h>
#include <sys/types.h>

/*
 * The kernel's own memory that sessions make it use, of the whole machine, KiB:
 * stacks, page tables, slabs (sockets among them); NAN: not known.
 */
double memory_kernel_kib(void);

/*
 * PSS of a process, a mean over MEMORY_SAMPLE of these at most: reading one
 * takes tens of microseconds. NAN: not known.
 */
enum { MEMORY_SAMPLE = 32 };
double memory_pss_kib(const pid_t pid[], size_t count);

#endif
