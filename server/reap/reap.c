#include "server/reap/reap.h"

#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define X(mode, name) &mode,
const struct reap *const reap_modes[] = { REAP_MODES(X) };
#undef X

#define X(mode, name) name,
const char *const reap_names[] = { REAP_MODES(X) NULL };
#undef X

void reap_orphan_name(char name[REAP_NAME])
{
	snprintf(name, REAP_NAME, "echod %d", (int)getpid());
}

bool reap_polls(const struct reap *r)
{
	return r->wake_fd || r->wait_mask;
}

struct pollfd reap_pollfd(const struct reap *r)
{
	return (struct pollfd){ .fd = r->wake_fd ? *r->wake_fd : -1,
				.events = POLLIN };
}

void reap_wake(const struct reap *r, struct daemon_stats *stats)
{
	stats->wakeups++;
	r->on_wake();
}
