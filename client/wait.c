#include "client/wait.h"

#include <errno.h>
#include <time.h>

#include "lib/clock.h"

int wait_ready(struct pollfd fds[], nfds_t count, uint64_t deadline_ns)
{
	for (;;) {
		uint64_t now_ns = clock_now_ns();
		uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns :
							  0;
		struct timespec left = {
			.tv_sec = (time_t)(left_ns / NS_PER_S),
			.tv_nsec = (long)(left_ns % NS_PER_S),
		};
		int ready = ppoll(fds, count,
				  deadline_ns == WAIT_FOREVER ? NULL : &left,
				  NULL);

		if (ready >= 0 || errno != EINTR)
			return ready;
	}
}

uint64_t wait_deadline(uint64_t from_ns, uint64_t time_ns)
{
	return time_ns == WAIT_FOREVER ? WAIT_FOREVER : from_ns + time_ns;
}

uint64_t wait_beat(uint64_t start_ns, uint64_t interval_ns, uint64_t now_ns)
{
	uint64_t gone = (now_ns - start_ns) / interval_ns;

	return start_ns + (gone + 1) * interval_ns;
}
