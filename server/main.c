/*
 * echod: the classic daemon. It accepts a connection, forks a child that
 * echoes, and must not collect zombies.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/daemon_stats.h"
#include "lib/sock.h"
#include "server/ballast.h"
#include "server/children.h"
#include "server/detach.h"
#include "server/log.h"
#include "server/options.h"
#include "server/pidfile.h"
#include "server/reap.h"
#include "server/serve.h"
#include "server/stop.h"

enum { GRACE_MS = 2000 };

static int claim_pidfile(const char *path)
{
	pid_t holder = 0;
	int fd = pidfile_create(path, &holder);

	if (fd < 0 && errno == EAGAIN)
		errx(3, "%s: held by process %d; stop that daemon first", path,
		     (int)holder);
	if (fd < 0)
		err(3, "cannot write %s", path);
	return fd;
}

static struct daemon_stats *map_stats(const char *path)
{
	struct daemon_stats *stats =
		*path ? shm_create(path, DAEMON_STATS_HEADER) :
			shm_anonymous(DAEMON_STATS_HEADER);

	if (!stats)
		err(3, "cannot map statistics %s", path);
	return stats;
}

static const char *listen_advice(int error)
{
	switch (error) {
	case EADDRINUSE:
		return "stop what listens there, or give another PORT (0: any)";
	case EADDRNOTAVAIL:
		return "give an address of this machine";
	case EACCES:
		return "give a PORT above 1023, or run as root";
	default:
		return "give another ADDRESS or PORT";
	}
}

static int listen_at(const struct options *o, struct address *bound)
{
	char name[SOCK_NAME];
	int fd = sock_listen(&o->address, o->backlog, bound);

	if (fd < 0) {
		sock_name(&o->address, name);
		errx(3, "cannot listen on %s: %s; %s", name, strerror(errno),
		     listen_advice(errno));
	}
	return fd;
}

static void announce(int ready_fd, const struct address *bound)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u\n",
			      (unsigned)sock_port(bound));

	if (ready_fd == NO_FD)
		return;
	if (sock_write_all(ready_fd, text, (size_t)length) < 0)
		err(3, "cannot write to --ready-fd %d", ready_fd);
	close(ready_fd);
}

int main(int argc, char *argv[])
{
	struct options o = options_parse(argc, argv);
	struct serve s = { .max_children = o.max_children,
			   .idle_timeout_ns = o.idle_timeout_ns };
	struct address bound;
	char name[SOCK_NAME];
	int pidfile_fd = -1;
	int rc;

	detach_descriptors((int[]){ o.ready_fd, o.lifeline_fd }, 2);
	signal(SIGPIPE, SIG_IGN);
	if (!o.foreground && detach_begin() < 0)
		err(3, "cannot become a daemon");

	/* Everything that can fail at start, while the terminal still hears. */
	if (log_open(o.log) < 0)
		err(3, "cannot open the log %s", o.log);
	s.listen_fd = listen_at(&o, &bound);
	if (*o.pidfile)
		pidfile_fd = claim_pidfile(o.pidfile);
	s.stats = map_stats(o.stats);
	if (ballast_load(o.ballast_bytes) < 0)
		err(3, "cannot get %llu bytes of ballast",
		    (unsigned long long)o.ballast_bytes);
	if (reap_modes[o.reap]->set_up(s.stats) < 0 ||
	    stop_set_up(s.listen_fd, s.stats) < 0)
		err(3, "cannot set up signals");
	if (o.lifeline_fd != NO_FD && stop_with_pipe(o.lifeline_fd) < 0)
		err(3, "cannot watch --lifeline %d", o.lifeline_fd);
	announce(o.ready_fd, &bound);
	if (!o.foreground && detach_ready(!strcmp(o.log, "stderr")) < 0)
		err(3, "cannot let go of the terminal");

	sock_name(&bound, name);
	log_line("listening on %s, reap mode %s", name, reap_names[o.reap]);
	rc = serve(&s);
	if (rc < 0)
		log_line("cannot accept: %s; stopping", strerror(errno));

	close(s.listen_fd);
	if (children_end(GRACE_MS) < 0)
		log_line("cannot list the children: %s", strerror(errno));
	if (pidfile_fd >= 0)
		pidfile_remove(o.pidfile, pidfile_fd);
	log_line("stopped: %llu accepted, %llu forked, %llu fork failures",
		 (unsigned long long)s.stats->accepted,
		 (unsigned long long)s.stats->forked,
		 (unsigned long long)s.stats->fork_failures);
	return rc < 0 ? 1 : 0;
}
