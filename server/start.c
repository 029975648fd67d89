#include "server/start.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "lib/daemon_stats.h"
#include "lib/sock.h"
#include "server/announce.h"
#include "server/log.h"
#include "server/pidfile.h"
#include "server/privilege.h"
#include "server/reap.h"
#include "server/stop.h"

void start_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a log may reach the limit of file size */
}

/* Why a file cannot be opened. */
static const char *file_reason(int error)
{
	switch (error) {
	case ELOOP:
		return "symbolic links are not followed";
	case ENXIO:
		return "nobody reads that pipe";
	default:
		return strerror(error);
	}
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

static int listen_at(struct daemon *d, const struct options *o,
		     struct address *bound)
{
	char name[SOCK_NAME];

	d->serve.listen_fd = sock_listen(&o->address, o->backlog, bound);
	if (d->serve.listen_fd >= 0)
		return 0;
	sock_name(&o->address, name);
	warnx("cannot listen on %s: %s; %s", name, strerror(errno),
	      listen_advice(errno));
	return -1;
}

/* Before there is anything that a signal could leave behind. */
static int set_up_stopping(int listen_fd)
{
	if (stop_set_up(listen_fd) == 0)
		return 0;
	warn("cannot set up signals");
	return -1;
}

static int claim_pidfile(struct daemon *d, const struct options *o)
{
	pid_t holder = 0;

	if (!o->pidfile)
		return 0;
	d->pidfile_fd = pidfile_create(o->pidfile, &holder);
	if (d->pidfile_fd >= 0)
		return 0;
	if (errno == EAGAIN)
		warnx("--pidfile %s: held by process %d; stop that daemon "
		      "first",
		      o->pidfile, (int)holder);
	else
		warnx("--pidfile %s: cannot be written: %s; give another",
		      o->pidfile, file_reason(errno));
	return -1;
}

static int map_stats(struct daemon *d, const struct options *o)
{
	if (o->stats_fd != NO_FD) {
		d->serve.stats = shm_fill(o->stats_fd, DAEMON_STATS_HEADER);
		close(o->stats_fd);
	} else if (o->stats) {
		d->serve.stats = shm_create(o->stats, DAEMON_STATS_HEADER);
	} else {
		d->serve.stats = shm_anonymous(DAEMON_STATS_HEADER);
	}
	if (d->serve.stats)
		return 0;
	if (o->stats_fd != NO_FD)
		warn("--stats-fd %d: cannot be used; open a file for reading "
		     "and writing",
		     o->stats_fd);
	else if (o->stats)
		warnx("--stats %s: cannot be written: %s; give another",
		      o->stats, file_reason(errno));
	else
		warn("cannot map memory for the counters");
	return -1;
}

static int drop_privileges(const struct user *u)
{
	const char *why;

	if (!u->uid || privilege_drop(u) == 0)
		return 0;
	switch (errno) {
	case EPERM:
		why = "only root may become another user; start it as root, or "
		      "leave the option out";
		break;
	case EINVAL:
		why = "unknown in this user namespace; give numbers of "
		      "/proc/self/uid_map and gid_map";
		break;
	case ENOTRECOVERABLE:
		why = "it could become root again; start it without secure "
		      "bits and as root";
		break;
	default:
		why = strerror(errno);
		break;
	}
	warnx("--user %u:%u: %s", (unsigned)u->uid, (unsigned)u->gid, why);
	return -1;
}

/* As the user that it stays: the kernel asks who set it up (F_SETOWN). */
static int watch_lifeline(int fd)
{
	if (fd == NO_FD || stop_with_pipe(fd) == 0)
		return 0;
	warn("--lifeline %d: cannot be watched; give the read end of a pipe",
	     fd);
	return -1;
}

static int set_up_reaping(struct daemon *d, const struct options *o)
{
	const char *why;

	live_set_up(&d->serve.stats->forks);
	if (d->serve.reap->set_up(d->serve.stats) == 0)
		return 0;
	switch (errno) {
	case ECHILD:
		why = "as PID 1 it would inherit its sessions, and collect "
		      "none";
		break;
	case ESRCH:
		why = "/proc, where it would find its sessions, is not "
		      "mounted or hides them (hidepid)";
		break;
	default:
		why = strerror(errno);
		break;
	}
	warnx("--reap %s: cannot be set up: %s; give another MODE",
	      reap_names[o->reap], why);
	return -1;
}

int start(struct daemon *d, const struct options *o)
{
	/*
	 * Keeps the lowest descriptor free for connections: what a child has
	 * to close is then above its own, and one call closes all of it.
	 */
	int lowest = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct address bound;
	char why[BALLAST_WHY];

	*d = (struct daemon){
		.serve = { .listen_fd = -1,
			   .max_children = o->max_children,
			   .idle_timeout_ns = o->idle_timeout_ns,
			   .reap = reap_modes[o->reap] },
		.pidfile_fd = -1,
	};
	if (privilege_freeze() < 0) {
		warn("cannot renounce new privileges");
		return -1;
	}
	if (log_open(o->log) < 0) {
		warnx("--log %s: cannot be opened: %s; give another", o->log,
		      file_reason(errno));
		return -1;
	}
	if (ballast_load(&o->ballast, why) < 0) {
		warnx("%s", why);
		return -1;
	}
	if (listen_at(d, o, &bound) < 0 ||
	    set_up_stopping(d->serve.listen_fd) < 0 ||
	    claim_pidfile(d, o) < 0 || map_stats(d, o) < 0 ||
	    drop_privileges(&o->user) < 0 ||
	    watch_lifeline(o->lifeline_fd) < 0 || set_up_reaping(d, o) < 0 ||
	    announce(o, &bound) < 0) {
		start_undo_listening(d);
		start_undo_pidfile(d, o);
		if (d->serve.stats && o->stats)
			unlink(o->stats);
		return -1;
	}
	close(lowest);
	return 0;
}

void start_undo_listening(struct daemon *d)
{
	if (d->serve.listen_fd >= 0)
		close(d->serve.listen_fd);
}

void start_undo_pidfile(struct daemon *d, const struct options *o)
{
	if (d->pidfile_fd >= 0 && pidfile_remove(o->pidfile, d->pidfile_fd) < 0)
		log_line("pidfile %s is left, and empty: %s", o->pidfile,
			 strerror(errno));
}
