#include "loadgen/alarm.h"

#include <event2/event.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "lib/clock.h"

#define STEP_NS (NS_PER_US / 2)
#define LEAST_NS (10 * NS_PER_US)
#define MOST_NS (60 * NS_PER_US)

static void learn(struct alarm *a, uint64_t wanted_ns)
{
	uint64_t late_ns = clock_now_ns() - wanted_ns;

	if (late_ns > a->early_ns && a->early_ns < MOST_NS)
		a->early_ns += 9 * STEP_NS;
	else if (late_ns < a->early_ns && a->early_ns > LEAST_NS)
		a->early_ns -= STEP_NS;
}

/* That it wakes the loop is all. */
static void on_alarm(evutil_socket_t fd, short what, void *arg)
{
	struct alarm *a = arg;

	(void)fd;
	(void)what;
	learn(a, a->set_ns);
}

int alarm_set_up(struct alarm *a, struct event_base *base)
{
	*a = (struct alarm){ .early_ns = LEAST_NS };
	prctl(PR_SET_TIMERSLACK, 1); /* else a sleep may be 50 us longer */
	a->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (a->timer < 0)
		return -1;
	/* By its edge: nobody need read it. */
	a->event = event_new(base, a->timer, EV_READ | EV_ET | EV_PERSIST,
			     on_alarm, a);
	return a->event ? event_add(a->event, NULL) : -1;
}

void alarm_tear_down(struct alarm *a)
{
	if (a->event)
		event_free(a->event);
	if (a->timer >= 0)
		close(a->timer);
}

void alarm_set(struct alarm *a, uint64_t due_ns)
{
	uint64_t at_ns = due_ns - a->early_ns;
	struct itimerspec when = {
		.it_value = { .tv_sec = (time_t)(at_ns / NS_PER_S),
			      .tv_nsec = (long)(at_ns % NS_PER_S) },
	};

	if (a->set_ns == at_ns)
		return;
	a->set_ns = at_ns;
	timerfd_settime(a->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void alarm_sleep(struct alarm *a, uint64_t due_ns)
{
	uint64_t until_ns = due_ns - a->early_ns;

	if (clock_sleep_until(until_ns) == 0)
		learn(a, until_ns);
}
