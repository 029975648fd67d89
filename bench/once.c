#include "bench/once.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/daemon.h"
#include "bench/spawn.h"
#include "lib/clock.h"

#define PATIENCE_NS (120 * NS_PER_S)

static int serve_sessions(const struct once *o, const struct daemon *d,
			  char why[ONCE_WHY])
{
	char sessions[24], concurrency[24];
	const char *const argv[] = { o->loadgen, "--quiet",	  "--sessions",
				     sessions,	 "--concurrency", concurrency,
				     d->address, d->port,	  NULL };
	struct spawn_command command = { .argv = argv };
	struct spawn loadgen;

	snprintf(sessions, sizeof(sessions), "%" PRIu64, o->sessions);
	snprintf(concurrency, sizeof(concurrency), "%" PRIu64, o->concurrency);
	if (spawn_start(&loadgen, &command) < 0) {
		snprintf(why, ONCE_WHY, "cannot run %.200s: %s", o->loadgen,
			 strerror(errno));
		return -1;
	}
	spawn_wait(&loadgen, clock_now_ns() + PATIENCE_NS);
	spawn_stop(&loadgen, SIGKILL, 0);
	if (spawn_interrupted()) {
		snprintf(why, ONCE_WHY, "interrupted");
		return -1;
	}
	if (!spawn_succeeded(&loadgen)) {
		snprintf(why, ONCE_WHY,
			 "not every one of %" PRIu64 " sessions was served",
			 o->sessions);
		return -1;
	}
	return 0;
}

int once_run(const struct once *o, char why[ONCE_WHY])
{
	char folder[PATH_MAX], log[PATH_MAX];
	struct daemon_config config = { .program = o->echod,
					.mode = o->mode,
					.folder = folder,
					.number = o->number };
	struct daemon daemon;
	int rc;

	/* Whoever times it may be killed: its daemon and load then end, too. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(folder, sizeof(folder), "%.*s/once-XXXXXX", PATH_MAX - 64,
		 o->scratch);
	if (!mkdtemp(folder)) {
		snprintf(why, ONCE_WHY, "cannot write into %.300s: %s",
			 o->scratch, strerror(errno));
		return -1;
	}
	rc = daemon_start(&daemon, &config, why);
	if (rc == 0) {
		rc = serve_sessions(o, &daemon, why);
		if (daemon_stop(&daemon) < 0 && rc == 0) {
			snprintf(why, ONCE_WHY, "the daemon died");
			rc = -1;
		}
	}
	snprintf(log, sizeof(log), "%.*s/echod.log", PATH_MAX - 16, folder);
	unlink(log);
	rmdir(folder);
	return rc;
}
