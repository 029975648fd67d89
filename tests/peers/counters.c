/*
 * counters FILE: prints what a daemon counts into its --stats-fd, a line
 * "NAME VALUE" each.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>

#include "lib/daemon_stats.h"

int main(int argc, char *argv[])
{
	const struct daemon_stats *s;

	if (argc != 2)
		errx(2, "usage: counters FILE");
	s = shm_open_read(argv[1], DAEMON_STATS_HEADER);
	if (!s)
		err(1, "%s", argv[1]);
#define X(name, meaning) printf("%s %" PRIu64 "\n", #name, s->name);
	DAEMON_COUNTERS(X)
#undef X
	return 0;
}
