#include "bench/measure/events.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The number of the tracepoint that every system call passes, or 0. From a
 * tracefs of our own that is attached nowhere, so that nothing of the machine
 * is changed.
 */
static uint64_t find_calls(void)
{
	int context = fsopen("tracefs", FSOPEN_CLOEXEC), tree = -1, fd = -1;
	char text[24] = "";

	if (context >= 0 &&
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		tree = fsmount(context, FSMOUNT_CLOEXEC, 0);
	if (tree >= 0)
		fd = openat(tree, "events/raw_syscalls/sys_enter/id",
			    O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		*text = '\0';
	for (size_t i = 0; i < 3; i++)
		if ((const int[]){ fd, tree, context }[i] >= 0)
			close((const int[]){ fd, tree, context }[i]);
	return strtoull(text, NULL, 10);
}

static int open_one(enum event event, bool inherit, pid_t pid)
{
	static const uint64_t software[] = {
		[EVENT_SWITCHES] = PERF_COUNT_SW_CONTEXT_SWITCHES,
		[EVENT_FAULTS] = PERF_COUNT_SW_PAGE_FAULTS,
	};
	bool calls = event == EVENT_CALLS;
	struct perf_event_attr attr = {
		.type = calls ? PERF_TYPE_TRACEPOINT : PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = calls ? find_calls() : software[event],
		.inherit = inherit,
		.exclude_hv = 1,
	};

	if (calls && !attr.config)
		return -1;
	return (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

void events_open(struct events *e, pid_t pid)
{
	for (int i = 0; i < EVENTS; i++) {
		e->own[i] = open_one((enum event)i, false, pid);
		e->all[i] = open_one((enum event)i, true, pid);
	}
}

void events_close(struct events *e)
{
	for (int i = 0; i < EVENTS; i++) {
		if (e->own[i] >= 0)
			close(e->own[i]);
		if (e->all[i] >= 0)
			close(e->all[i]);
	}
}

static double count_of(int fd)
{
	uint64_t count;

	return fd >= 0 && read(fd, &count, sizeof(count)) ==
				       (ssize_t)sizeof(count) ?
		       (double)count :
		       NAN;
}

void events_read(const struct events *e, struct event_counts *out)
{
	for (int i = 0; i < EVENTS; i++) {
		out->own[i] = count_of(e->own[i]);
		out->all[i] = count_of(e->all[i]);
	}
}

void events_take(const struct event_counts *from, const struct event_counts *to,
		 double sessions, double value[METRIC_COUNT])
{
	static const enum metric_id parent[EVENTS] = { METRIC_PARENT_CALLS,
						       METRIC_PARENT_SWITCHES,
						       METRIC_PARENT_FAULTS };
	static const enum metric_id child[EVENTS] = { METRIC_CHILD_CALLS,
						      METRIC_CHILD_SWITCHES,
						      METRIC_CHILD_FAULTS };

	for (int i = 0; i < EVENTS; i++) {
		double own = to->own[i] - from->own[i];
		double all = to->all[i] - from->all[i];

		value[parent[i]] = own / sessions;
		value[child[i]] = (all - own) / sessions;
	}
}
