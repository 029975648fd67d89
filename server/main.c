/*
 * echod: the classic daemon. It accepts a connection, forks a child that
 * echoes, and must not let zombies gather.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "server/detach.h"
#include "server/drain.h"
#include "server/live.h"
#include "server/log.h"
#include "server/options.h"
#include "server/serve.h"
#include "server/start.h"
#include "server/stop.h"

enum { TERM_MS = 2000, KILL_MS = 5000 };

static void end_sessions(const struct reap *reap)
{
	if (live_end(reap->sessions, TERM_MS, KILL_MS) < 0) {
		if (errno == ETIMEDOUT)
			log_line("left behind: children that SIGKILL does not "
				 "end");
		else
			log_line("cannot list the children: %s",
				 strerror(errno));
	}
	if (reap->tear_down)
		reap->tear_down();
}

int main(int argc, char *argv[])
{
	static struct options o; /* with what it points to, to the end */
	struct daemon d;
	int rc;

	o = options_parse(argc, argv);
	detach_descriptors((int[]){ o.ready_fd, o.lifeline_fd, o.stats_fd }, 3);
	start_signals();
	if (!o.foreground && detach_begin() < 0)
		err(3, "cannot become a daemon");
	if (start(&d, &o) < 0)
		return 3;

	rc = serve(&d.serve);
	if (rc < 0) {
		log_line("cannot accept: %s; stopping", strerror(errno));
		stop_now();
	}
	start_undo_listening(&d);
	drain(&d.serve, o.drain_timeout_ns);
	end_sessions(d.serve.reap);
	start_undo_pidfile(&d, &o);
	log_line("stopped: %llu accepted, %llu forked, %llu fork failures",
		 (unsigned long long)d.serve.stats->accepted,
		 (unsigned long long)d.serve.stats->forked,
		 (unsigned long long)d.serve.stats->fork_failures);
	return rc < 0 ? 1 : 0;
}
