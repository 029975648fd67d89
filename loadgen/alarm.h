#ifndef LOADGEN_ALARM_H
#define LOADGEN_ALARM_H

/*
 * Wakes the worker shortly before something is due. How long before, it
 * learns: nine of ten wake-ups are not later than that. A quantile is followed
 * by steps, up by nine and down by one.
 */

#include <stdint.h>

struct event;
struct event_base;

struct alarm {
	int timer; /* -1: none */
	struct event *event;
	uint64_t set_ns;   /* when it goes off */
	uint64_t early_ns; /* so long before what is due */
};

/* Returns 0, or -1 with errno. Tear it down in any case. */
int alarm_set_up(struct alarm *a, struct event_base *base);
void alarm_tear_down(struct alarm *a);

/*
 * The event loop is to return before this, CLOCK_MONOTONIC. Nothing is done
 * twice.
 */
void alarm_set(struct alarm *a, uint64_t due_ns);

/* Sleeps until then, whatever happens meanwhile. */
void alarm_sleep(struct alarm *a, uint64_t due_ns);

#endif
