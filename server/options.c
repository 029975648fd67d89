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
#include "server/reap.h"

#define USAGE "usage: echod [options] ADDRESS PORT\n"

/* What the table fills in; checked and copied into struct options. */
struct raw {
	size_t reap;
	bool foreground, help, version;
	uint64_t ready_fd, lifeline_fd, stats_fd, backlog, max_children;
	uint64_t idle_timeout_ns, drain_timeout_ns;
	struct ballast ballast;
	const char *pidfile, *stats, *log, *user;
};

#define AT(field) offsetof(struct raw, field)

static const struct opt table[] = {
	{ "reap", OPT_CHOICE, AT(reap), "MODE", .choices = reap_names,
	  .help = "how dead children are collected (default sig-ign):" },
	{ "foreground", OPT_FLAG, AT(foreground),
	  .help = "do not become a daemon" },
	{ "ready-fd", OPT_COUNT, AT(ready_fd), "FD", 1, INT_MAX,
	  .help = "write the port and a newline to FD once listening" },
	{ "lifeline", OPT_COUNT, AT(lifeline_fd), "FD", 3, INT_MAX,
	  .help = "stop, as by SIGTERM, when the other end of the pipe FD\n"
		  "closes: the daemon then never outlives its starter" },
	{ "pidfile", OPT_TEXT, AT(pidfile), "FILE",
	  .help = "write the process ID to FILE, locked while running" },
	{ "stats", OPT_TEXT, AT(stats), "FILE",
	  .help = "count into FILE, a mapping that others may read" },
	{ "stats-fd", OPT_COUNT, AT(stats_fd), "FD", 3, INT_MAX,
	  .help = "count into the open file FD: one in memory costs least" },
	{ "backlog", OPT_COUNT, AT(backlog), "N", 1, 65535,
	  .help = "connections the kernel holds for accept (default 4096;\n"
		  "net.core.somaxconn caps it)" },
	{ "max-children", OPT_COUNT, AT(max_children), "N", 1, 4194304,
	  .help = "serve at most N at once; the backlog holds the rest" },
	{ "idle-timeout", OPT_DURATION, AT(idle_timeout_ns), "TIME", NS_PER_MS,
	  86400 * NS_PER_S,
	  .help = "end a session whose client sends nothing, or leaves no\n"
		  "room for its echo, for TIME" },
	{ "drain-timeout", OPT_DURATION, AT(drain_timeout_ns), "TIME", 0,
	  86400 * NS_PER_S,
	  .help = "when told to stop, let sessions go on for TIME at most\n"
		  "(default 0s); told again, end them" },
	{ "user", OPT_TEXT, AT(user), "UID",
	  .help = "UID or UID:GID, numbers: what to become once listening,\n"
		  "with no other group (default GID: the number of UID)" },
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

static int checked_fd(const char *name, uint64_t fd)
{
	if (!fd)
		return NO_FD;
	if (fcntl((int)fd, F_GETFD) < 0)
		errx(2, "--%s %d: not an open descriptor; open it first", name,
		     (int)fd);
	/* 0 to 2 are let go of before the port is told. */
	return fd < 3 ? fcntl((int)fd, F_DUPFD, 3) : (int)fd;
}

struct options options_parse(int argc, char *argv[])
{
	struct raw raw = { .backlog = SOCK_BACKLOG };
	struct options o = { 0 };
	char why[OPT_WHY];
	int first = opt_parse(table, argc, argv, &raw, why);

	if (first < 0)
		errx(2, "%s", why);
	if (raw.help) {
		printf(USAGE "\nA daemon that forks a child for every "
			     "connection and echoes what "
			     "it reads.\nPORT 0 lets the kernel choose.\n\n");
		opt_help(table, stdout);
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	if (raw.version) {
		printf("echod " VERSION "\n");
		exit(fflush(stdout) == 0 ? 0 : 3);
	}
	if (parse_endpoint(argv + first, argc - first, 0, &o.address, why) < 0)
		errx(2, "%s", why);

	o.reap = raw.reap;
	o.foreground = raw.foreground;
	o.ready_fd = checked_fd("ready-fd", raw.ready_fd);
	o.lifeline_fd = checked_fd("lifeline", raw.lifeline_fd);
	o.stats_fd = checked_fd("stats-fd", raw.stats_fd);
	if (raw.stats && raw.stats_fd)
		errx(2, "--stats and --stats-fd exclude each other; give one");
	o.backlog = (int)raw.backlog;
	o.max_children = raw.max_children;
	o.idle_timeout_ns = raw.idle_timeout_ns;
	o.drain_timeout_ns = raw.drain_timeout_ns;
	o.ballast = raw.ballast;
	if (raw.user && privilege_parse(raw.user, &o.user, why) < 0)
		errx(2, "--user %.40s: %s", raw.user, why);
	o.pidfile = absolute(raw.pidfile);
	o.stats = absolute(raw.stats);
	o.log = raw.log;
	if (!o.log)
		o.log = o.foreground ? "stderr" : "syslog";
	else if (strcmp(o.log, "stderr") != 0 && strcmp(o.log, "syslog") != 0)
		o.log = absolute(o.log);
	return o;
}
