#include "server/start.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sock.h"
#include "server/ballast.h"
#include "server/detach.h"
#include "server/log.h"
#include "server/peers.h"
#include "server/pidfile.h"
#include "server/privilege.h"
#include "server/sessions.h"
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

/* Checks the socket that a service manager passed. Returns 0 or -1. */
static int use_passed(int fd, struct address *bound)
{
	int listens = 0, on = 1;
	socklen_t bytes = sizeof(listens);

	*bound = (struct address){ .bytes = sizeof(bound->storage) };
	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &bytes) < 0 ||
	    getsockname(fd, (struct sockaddr *)&bound->storage, &bound->bytes) <
		    0)
		return -1;
	if (!listens || (bound->storage.ss_family != AF_INET &&
			 bound->storage.ss_family != AF_INET6)) {
		errno = EPROTOTYPE;
		return -1;
	}
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -1;
	return fcntl(fd, F_SETFL, 0); /* it may be non-blocking */
}

static int listen_at(struct server *s, struct address *bound)
{
	const struct options *o = s->options;
	char name[SOCK_NAME];

	s->listen_fd = o->passed_fd;
	if (s->listen_fd != NO_FD && use_passed(s->listen_fd, bound) < 0) {
		warn("LISTEN_FDS 1: descriptor 3 cannot be used; pass a TCP "
		     "socket that listens");
		return -1;
	}
	if (s->listen_fd == NO_FD)
		s->listen_fd = sock_listen(&o->address, (int)o->backlog, bound);
	if (s->listen_fd >= 0)
		return 0;
	sock_name(&o->address, name);
	warnx("cannot listen on %s: %s; %s", name, strerror(errno),
	      listen_advice(errno));
	return -1;
}

/* Four probes in that time. The connections inherit it: see tuning.h. */
static int set_keepalive(int listen_fd, uint64_t time_ns)
{
	int idle_s = (int)((time_ns + NS_PER_S - 1) / NS_PER_S);
	int every_s = (idle_s + 3) / 4, probes = idle_s < 4 ? idle_s : 4;
	int on = idle_s > 0;

	if (setsockopt(listen_fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) ==
		    0 &&
	    (!on || (setsockopt(listen_fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle_s,
				sizeof(idle_s)) == 0 &&
		     setsockopt(listen_fd, IPPROTO_TCP, TCP_KEEPINTVL, &every_s,
				sizeof(every_s)) == 0 &&
		     setsockopt(listen_fd, IPPROTO_TCP, TCP_KEEPCNT, &probes,
				sizeof(probes)) == 0)))
		return 0;
	warn("--keepalive: cannot be set");
	return -1;
}

/*
 * Before there is anything that a signal could leave behind. A terminal's
 * SIGHUP ends the daemon; where there is none it opens the log anew.
 */
static int set_up_signals(const struct server *s)
{
	if (stop_set_up(s->listen_fd,
			s->options->foreground ? NULL : log_reopen) == 0)
		return 0;
	warn("cannot set up signals");
	return -1;
}

static int claim_pidfile(struct server *s)
{
	const char *path = s->options->pidfile;
	pid_t holder = 0;

	if (!path)
		return 0;
	s->pidfile_fd = pidfile_create(path, &holder);
	if (s->pidfile_fd >= 0)
		return 0;
	if (errno == EAGAIN)
		warnx("--pidfile %s: held by process %d; stop that daemon "
		      "first",
		      path, (int)holder);
	else
		warnx("--pidfile %s: cannot be written: %s; give another", path,
		      file_reason(errno));
	return -1;
}

static int map_stats(struct server *s)
{
	int fd = s->options->stats_fd;

	if (fd == NO_FD)
		s->stats = shm_anonymous(DAEMON_STATS_HEADER);
	else
		s->stats = shm_fill(fd, DAEMON_STATS_HEADER);
	if (s->stats) {
		if (fd != NO_FD)
			close(fd);
		return 0;
	}
	if (fd == NO_FD)
		warn("cannot map memory for the counters");
	else
		warn("--stats-fd %d: cannot be used; open a file for reading "
		     "and writing",
		     fd);
	return -1;
}

static int drop_privileges(const struct options *o)
{
	const struct user *u = &o->user;
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
	warnx("--user %.40s: %s", o->user_text, why);
	return -1;
}

/*
 * After the change of user: the kernel checks whether who set it up may signal
 * this process (F_SETOWN).
 */
static int watch_lifeline(int fd)
{
	if (fd == NO_FD || stop_with_pipe(fd) == 0)
		return 0;
	warn("--lifeline %d: cannot be watched; give the read end of a pipe",
	     fd);
	return -1;
}

static int set_up_sessions(const struct server *s)
{
	const char *name = reap_names[s->options->reap];

	if (s->reap->not_as_init && getpid() == 1) {
		warnx("--reap %s: as PID 1 it would leave the orphans of "
		      "others as zombies; give another MODE, or run it under "
		      "an init",
		      name);
		return -1;
	}
	if (peers_set_up(s->options->max_per_address) < 0) {
		warn("--max-per-address: cannot map memory");
		return -1;
	}
	if (sessions_set_up(s->stats, s->reap) < 0) {
		warn("cannot map memory for the list of sessions");
		return -1;
	}
	if (s->reap->set_up(s->stats) == 0)
		return 0;
	warnx("--reap %s: cannot be set up: %s; give another MODE", name,
	      errno == ESRCH ? "/proc, where it would find its sessions, is "
			       "not mounted or hides them (hidepid)" :
			       strerror(errno));
	return -1;
}

static int tell_port(int fd, const struct address *bound)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u\n",
			      (unsigned)sock_port(bound));

	if (fd == NO_FD)
		return 0;
	if (sock_write_all(fd, text, (size_t)length) < 0) {
		warnx("--ready-fd %d: cannot be written: %s; open it for "
		      "writing",
		      fd, strerror(errno));
		return -1;
	}
	close(fd);
	return 0;
}

/* As sd_notify(3) does. A name that begins with "@" is an abstract socket. */
static int tell_manager(void)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t length = path ? strlen(path) : 0;
	char text[64];
	int fd, rc;

	if (!length)
		return 0;
	if (length > sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(to.sun_path, path, length);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	snprintf(text, sizeof(text), "READY=1\nMAINPID=%d\n", (int)getpid());
	rc = sendto(fd, text, strlen(text), MSG_NOSIGNAL,
		    (const struct sockaddr *)&to,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				length)) < 0 ?
		     -1 :
		     0;
	close(fd);
	return rc;
}

/* Attackers look for echo services, to aim their answers at others. */
static void warn_of_strangers(const struct options *o, const char *bound)
{
	static const char warning[] = "warning: strangers may reach %s; guard "
				      "it by a firewall, "
				      "--max-children and --idle-timeout, or "
				      "bind 127.0.0.1";

	log_line(warning, bound);
	if (strcmp(o->log, "stderr") != 0)
		warnx(warning, bound);
}

/*
 * The daemon is ready. First it leaves the starting directory, and its input
 * and output. Then it tells --ready-fd, then the launcher: until then the
 * terminal shows what fails. A service manager that cannot be told is logged.
 */
static int announce(const struct options *o, const struct address *bound)
{
	char name[SOCK_NAME];

	if (!o->foreground && detach_let_go() < 0) {
		warn("cannot let go of the terminal");
		return -1;
	}
	if (tell_port(o->ready_fd, bound) < 0)
		return -1;
	sock_name(bound, name);
	log_line("listening on %s, reap mode %s", name, reap_names[o->reap]);
	if (!sock_is_loopback(bound))
		warn_of_strangers(o, name);
	if (!o->foreground && detach_ready(!strcmp(o->log, "stderr")) < 0) {
		log_line("cannot tell the terminal: %s; stopping",
			 strerror(errno));
		return -1;
	}
	if (tell_manager() < 0)
		log_line("cannot tell NOTIFY_SOCKET %s: %s",
			 getenv("NOTIFY_SOCKET"), strerror(errno));
	return 0;
}

/* In this order: each step may need the ones before. */
static int set_up(struct server *s)
{
	const struct options *o = s->options;
	struct address bound;
	char why[BALLAST_WHY];

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
	if (listen_at(s, &bound) < 0 ||
	    set_keepalive(s->listen_fd, o->keepalive_ns) < 0 ||
	    set_up_signals(s) < 0 || claim_pidfile(s) < 0 || map_stats(s) < 0 ||
	    drop_privileges(o) < 0 || watch_lifeline(o->lifeline_fd) < 0 ||
	    set_up_sessions(s) < 0)
		return -1;
	return announce(o, &bound);
}

int start(struct server *s, const struct options *o)
{
	*s = (struct server){ .options = o,
			      .reap = reap_modes[o->reap],
			      .listen_fd = -1,
			      .pidfile_fd = -1 };
	if (set_up(s) < 0) {
		start_remove_pidfile(s);
		return -1;
	}
	return 0;
}

void start_remove_pidfile(const struct server *s)
{
	const char *path = s->options->pidfile;

	if (s->pidfile_fd >= 0 && pidfile_remove(path, s->pidfile_fd) < 0)
		log_line("pidfile %s is left, and empty: %s", path,
			 strerror(errno));
}
