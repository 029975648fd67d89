#include "bench/measure/once.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "bench/measure/daemon.h"
#include "bench/spawn.h"
#include "lib/clock.h"
#include "lib/file.h"

#define PATIENCE_NS (120 * NS_PER_S)

static int serve_sessions(const struct once *o, const struct daemon *d,
			  char why[ONCE_WHY])
{
	char sessions[24], concurrency[24], log[PATH_MAX];
	const char *const argv[] = { o->loadgen, "--quiet",	  "--sessions",
				     sessions,	 "--concurrency", concurrency,
				     d->address, d->port,	  NULL };
	struct spawn_command command = {
		.argv = argv,
		.output = log,
		.cpus = placement_set(&o->placement, &o->placement.loadgen),
	};
	struct spawn loadgen;
	int killed_by;

	snprintf(sessions, sizeof(sessions), "%" PRIu64, o->sessions);
	snprintf(concurrency, sizeof(concurrency), "%" PRIu64, o->concurrency);
	snprintf(log, sizeof(log), "%s/loadgen.log", o->folder);
	if (spawn_start(&loadgen, &command) < 0) {
		snprintf(why, ONCE_WHY, "cannot run %.200s: %s", o->loadgen,
			 strerror(errno));
		return -1;
	}
	spawn_wait(&loadgen, clock_now_ns() + PATIENCE_NS);
	killed_by = spawn_killed_by(&loadgen);
	spawn_stop(&loadgen, SIGKILL, 0);
	if (spawn_interrupted()) {
		unlink(log);
		snprintf(why, ONCE_WHY, "interrupted");
		return -1;
	}
	if (killed_by) {
		snprintf(why, ONCE_WHY,
			 "the load generator was killed by signal %d, SIG%s",
			 killed_by, sigabbrev_np(killed_by));
		return -1;
	}
	if (!spawn_succeeded(&loadgen)) {
		snprintf(why, ONCE_WHY,
			 "not every one of %" PRIu64 " sessions was served; "
			 "see loadgen.log",
			 o->sessions);
		return -1;
	}
	unlink(log);
	return 0;
}

static int serve(const struct once *o, char why[ONCE_WHY])
{
	const struct placement *p = &o->placement;
	struct daemon_config config = {
		.program = o->echod,
		.mode = o->mode,
		.folder = o->folder,
		.number = o->number,
		.cpus = placement_set(p, &p->daemon),
	};
	struct daemon daemon;
	int rc;

	if (placement_enter(p, &p->forkbench) < 0) {
		snprintf(why, ONCE_WHY, "cannot move to other CPUs: %s",
			 strerror(errno));
		return -1;
	}
	if (daemon_start(&daemon, &config, why) < 0)
		return -1;
	rc = serve_sessions(o, &daemon, why);
	if (daemon_stop(&daemon) < 0 && rc == 0) {
		snprintf(why, ONCE_WHY, "the daemon died; see echod.log");
		rc = -1;
	}
	return rc;
}

/* What can't be written can't be told either. */
static void write_log(const struct once *o, const char *why)
{
	char path[PATH_MAX];
	struct file f;

	snprintf(path, sizeof(path), "%s/once.log", o->folder);
	if (file_open(&f, path) < 0)
		return;
	fprintf(f.out, "%s\n", why);
	file_commit(&f);
}

int once_run(const struct once *o, char why[ONCE_WHY])
{
	/* Whoever times it may be killed: this ends in order then, too. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (serve(o, why) == 0)
		return 0;
	if (!spawn_interrupted())
		write_log(o, why);
	return -1;
}
