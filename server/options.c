#include "server/options.h"

#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/opt.h"
#include "lib/sock.h"
#include "server/reap/reap.h"

#define USAGE "usage: echod [options] ADDRESS PORT\n"

#define AT(field) offsetof(struct options, field)

static const struct opt table[] = {
	{ "reap", OPT_CHOICE, AT(reap), "MODE", .choices = reap_names,
	  .help = "how dead children are collected (default sig-ign):" },
	{ "foreground", OPT_FLAG, AT(foreground),
	  .help = "do not become a daemon" },
	{ "ready-fd", OPT_FD, AT(ready_fd), "FD", 1, INT_MAX,
	  .help = "write the port and a newline to FD once listening" },
	{ "lifeline", OPT_FD, AT(lifeline_fd), "FD", 3, INT_MAX,
	  .help = "stop, as by SIGTERM, when the other end of the pipe FD\n"
		  "closes: the daemon then never outlives its starter" },
	{ "pidfile", OPT_TEXT, AT(pidfile), "FILE",
	  .help = "write the process ID to FILE, locked while running" },
	{ "stats-fd", OPT_FD, AT(stats_fd), "FD", 3, INT_MAX,
	  .help = "count into the open file FD, which others may map and "
		  "read;\n"
		  "one in memory costs least" },
	{ "backlog", OPT_COUNT, AT(backlog), "N", 1, 65535,
	  .help = "connections the kernel holds for accept (default 4096;\n"
		  "net.core.somaxconn caps it)" },
	{ "max-children", OPT_COUNT, AT(max_children), "N", 1, 4194304,
	  .help = "serve at most N at once; the backlog holds the rest" },
	{ "max-per-address", OPT_COUNT, AT(max_per_address), "N", 1, 4194304,
	  .help = "close connections of a client address that has N\n"
		  "sessions (of IPv6: of its first 64 bits)" },
	{ "idle-timeout", OPT_DURATION, AT(idle_timeout_ns), "TIME", NS_PER_MS,
	  86400 * NS_PER_S,
	  .help = "end a session whose client sends nothing, or leaves no\n"
		  "room for its echo, for TIME" },
	{ "keepalive", OPT_DURATION, AT(keepalive_ns), "TIME", 0,
	  32767 * NS_PER_S,
	  .help = "end a session whose client, silent for TIME, does not\n"
		  "answer for as long again (default 1m; 0s: never)" },
	{ "drain-timeout", OPT_DURATION, AT(drain_timeout_ns), "TIME", 0,
	  86400 * NS_PER_S,
	  .help = "when told to stop, let sessions go on for TIME at most\n"
		  "(default 0s); told again, end them" },
	{ "user", OPT_TEXT, AT(user_text), "USER",
	  .help = "USER or USER:GROUP, names or numbers: what to become once\n"
		  "listening, with no other group" },
	{ "ballast", OPT_SIZE, AT(ballast.bytes), "BYTES", 1, UINT64_C(1) << 40,
	  .help = "touch BYTES of memory before serving, to study the cost\n"
		  "of fork" },
	{ "ballast-pages", OPT_CHOICE, AT(ballast.pages), "KIND",
	  .choices = ballast_pages_names,
	  .help = "what that memory consists of (default small):" },
	{ "descriptors", OPT_COUNT, AT(ballast.descriptors), "N", 1, 1 << 20,
	  .help = "hold N more files open" },
	{ "mappings", OPT_COUNT, AT(ballast.mappings), "N", 1, 1 << 20,
	  .help = "hold N more mappings of one page each" },
	{ "log", OPT_TEXT, AT(log), "WHERE",
	  .help = "stderr, syslog or a file (default syslog; with\n"
		  "--foreground, stderr)" },
	{ "log-sessions", OPT_FLAG, AT(log_sessions),
	  .help = "log a line for each session: who, how long, how much" },
	{ "help", OPT_HELP, AT(help), .help = "print this and exit (-h)",
	  .letter = 'h' },
	{ "version", OPT_HELP, AT(version),
	  .help = "print the version and exit (-V)", .letter = 'V' },
	{ 0 },
};

/* The daemon leaves the directory it was started in, so paths must not. */
static const char *absolute(const char *path)
{
	char *here, *whole;

	if (!path || path[0] == '/')
		return path;
	here = getcwd(NULL, 0);
	if (!here)
		err(3, "cannot tell the current directory");
	if (asprintf(&whole, "%s/%s", here, path) < 0)
		errx(3, "out of memory");
	free(here);
	return whole;
}

/*
 * The socket that a service manager passes (sd_listen_fds(3)), moved away from
 * descriptor 3, which is a connection's; or NO_FD. Nobody whom we start is to
 * take the variables for its own.
 */
static int passed_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	bool ours = pid && fds && strtol(pid, NULL, 10) == getpid();
	int moved = NO_FD;

	if (ours && strcmp(fds, "1") != 0)
		errx(3, "LISTEN_FDS %s: one socket is served; pass one", fds);
	if (ours) {
		moved = fcntl(3, F_DUPFD_CLOEXEC, 4);
		if (moved < 0)
			err(3, "LISTEN_FDS 1: descriptor 3 cannot be used");
		close(3);
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return moved;
}

static _Noreturn void print_and_exit(const struct options *o)
{
	if (o->help) {
		printf(USAGE "\nA daemon that forks a child for every "
			     "connection and echoes what "
			     "it reads.\nPORT 0 lets the kernel choose.\n\n");
		opt_help(table, stdout);
	} else {
		printf("echod " VERSION "\n");
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		err(3, "cannot write standard output");
	exit(0);
}

struct options options_parse(int argc, char *argv[])
{
	struct options o = { .backlog = SOCK_BACKLOG,
			     .keepalive_ns = 60 * NS_PER_S,
			     .ready_fd = NO_FD,
			     .lifeline_fd = NO_FD,
			     .stats_fd = NO_FD,
			     .passed_fd = NO_FD };
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &o, why);

	if (first < 0)
		errx(2, "%s", why);
	if (o.help || o.version)
		print_and_exit(&o);
	o.passed_fd = passed_socket();
	if (o.passed_fd != NO_FD && first < argc)
		errx(2,
		     "%.60s: a socket was passed by LISTEN_FDS; leave "
		     "ADDRESS and PORT out",
		     argv[first]);
	if (o.passed_fd == NO_FD &&
	    parse_endpoint(argv + first, argc - first, 0, &o.address, why) < 0)
		errx(2, "%s", why);
	if (o.user_text && privilege_parse(o.user_text, &o.user, why) < 0)
		errx(2, "--user %.40s: %s", o.user_text, why);
	/* Descriptors 0 to 2 are replaced before the port is written. */
	if (o.ready_fd != NO_FD && o.ready_fd < 3) {
		o.ready_fd = fcntl(o.ready_fd, F_DUPFD, 3);
		if (o.ready_fd < 0)
			err(3, "--ready-fd: no descriptor is free; raise "
			       "ulimit -n");
	}
	o.pidfile = absolute(o.pidfile);
	if (!o.log)
		o.log = o.foreground ? "stderr" : "syslog";
	else if (strcmp(o.log, "stderr") != 0 && strcmp(o.log, "syslog") != 0)
		o.log = absolute(o.log);
	return o;
}
