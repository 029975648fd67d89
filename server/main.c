/*
 * echod: the classic forking daemon. It accepts a connection, forks a child
 * that echoes, and must not let zombies gather.
 *
 * Read serve.c first: its first function is the whole server. session.c is the
 * child's life; sessions.c is how the parent finds, counts and ends its
 * children; stop.c is what signals do. reap/ has twelve ways to collect dead
 * children. The rest is what any daemon needs: options, start, detach,
 * pidfile, privilege, log. tuning.h lists what is there for speed alone.
 */
#include <err.h>
#include <errno.h>
#include <string.h>

#include "server/detach.h"
#include "server/log.h"
#include "server/options.h"
#include "server/serve.h"
#include "server/sessions.h"
#include "server/start.h"
#include "server/stop.h"

enum { WAIT_AFTER_TERM_MS = 2000, WAIT_AFTER_KILL_MS = 5000 };

int main(int argc, char *argv[])
{
	static struct options o; /* lives until the process exits */
	struct server s;
	int rc, orders;

	o = options_parse(argc, argv);
	detach_open_standard();
	/* Inherited descriptors are closed, except those that options name. */
	detach_close_others((int[]){ o.ready_fd, o.lifeline_fd, o.stats_fd,
				     o.passed_fd },
			    4);
	start_signals();
	if (!o.foreground && detach_begin() < 0)
		err(3, "cannot become a daemon");
	if (start(&s, &o) < 0)
		return 3;

	rc = serve(&s);
	if (rc < 0)
		log_line("cannot accept: %s; stopping", strerror(errno));
	stop_accepting();
	/*
	 * An order to stop has ended serve(), or an error. One more order ends
	 * the drain.
	 */
	orders = rc < 0 ? 0 : 1;
	sessions_drain(o.drain_timeout_ns, orders);
	if (sessions_end(WAIT_AFTER_TERM_MS, WAIT_AFTER_KILL_MS) < 0)
		log_line("left behind: children that SIGKILL does not end");
	if (s.reap->tear_down)
		s.reap->tear_down();
	start_remove_pidfile(&s);
	log_line("stopped: %llu accepted, %llu forked, %llu fork failures",
		 (unsigned long long)s.stats->accepted,
		 (unsigned long long)s.stats->forked,
		 (unsigned long long)s.stats->fork_failures);
	return rc < 0 ? 1 : 0;
}
