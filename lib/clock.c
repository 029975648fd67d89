#include "lib/clock.h"

#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t in_ns(const struct timespec *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
}

uint64_t clock_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return in_ns(&now);
}

uint64_t clock_call_ns(clockid_t id)
{
	struct timespec now;

	syscall(SYS_clock_gettime, id, &now);
	return in_ns(&now);
}

uint64_t clock_cpu_ns(void)
{
	return clock_call_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void clock_words(uint64_t ns, char out[CLOCK_WORDS])
{
	/* What rounding brings to 1000 is the next unit's 1. */
	if (ns < NS_PER_MS - 50)
		snprintf(out, CLOCK_WORDS, "%.1f us", (double)ns / 1e3);
	else if (ns < NS_PER_S - 5000)
		snprintf(out, CLOCK_WORDS, "%.2f ms", (double)ns / 1e6);
	else
		snprintf(out, CLOCK_WORDS, "%.2f s", (double)ns / 1e9);
}

int clock_sleep_until(uint64_t deadline_ns)
{
	struct timespec until = {
		.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S),
	};
	int error =
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);

	if (!error)
		return 0;
	errno = error;
	return -1;
}
