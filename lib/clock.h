#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/*
 * Nanoseconds of CLOCK_MONOTONIC, read now and never cached. The same clock
 * in every process of one machine, so that differences across fork() hold.
 */
uint64_t clock_now_ns(void);

/*
 * Nanoseconds of a clock by a system call, some 0.1 us more. For a process that
 * forks often:
 * clock_now_ns() reads the kernel's pages in this process (vdso(7)). Once they
 * have been read every fork copies page tables for them, and every child that
 * reads them takes a page fault.
 */
uint64_t clock_call_ns(clockid_t id);

/* CPU time that this process has used, user and system, nanoseconds. */
uint64_t clock_cpu_ns(void);

/* A duration for people: "52.1 us", "1.25 ms", "3.00 s". */
enum { CLOCK_WORDS = 24 };
void clock_words(uint64_t ns, char out[CLOCK_WORDS]);

/*
 * Sleeps until clock_now_ns() reaches deadline_ns, or until a signal handler
 * has run. Returns 0, or -1 with errno EINTR.
 */
int clock_sleep_until(uint64_t deadline_ns);

#endif
