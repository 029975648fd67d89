#include "bench/rivals/rival.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/file.h"
#include "lib/sock.h"

#define START_NS (10 * NS_PER_S)
#define STOP_NS (2 * NS_PER_S)
#define LOOK_NS (5 * NS_PER_MS)

/* The port that inetd and xinetd know their own echo service by. */
#define ECHO_PORT "7"

const char *const rival_names[] = {
	[RIVAL_ECHOD] = "echod",
	[RIVAL_LEAST] = "least",
	[RIVAL_FLOOR] = "floor",
	[RIVAL_SOCAT] = "socat",
	[RIVAL_INETD] = "inetd",
	[RIVAL_XINETD] = "xinetd",
	NULL,
};

static const struct {
	const char *path;    /* of its program; NULL: built with this one */
	const char *package; /* that has it */
} programs[RIVALS] = {
	[RIVAL_SOCAT] = { "/usr/bin/socat", "socat" },
	[RIVAL_INETD] = { "/usr/sbin/inetd", "openbsd-inetd" },
	[RIVAL_XINETD] = { "/usr/sbin/xinetd", "xinetd" },
};

bool rival_is_there(int which, const char **lacks)
{
	bool port_7 = which == RIVAL_INETD || which == RIVAL_XINETD;

	*lacks = NULL;
	if (programs[which].path && access(programs[which].path, X_OK) < 0)
		*lacks = programs[which].package;
	else if (port_7 && geteuid() != 0)
		*lacks = "root, as its echo service has port 7";
	return !*lacks;
}

bool rival_is_foreign(int which)
{
	return programs[which].path;
}

/* --- whether it listens --------------------------------------------------- */

static bool answers(const struct rival *r)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	uint64_t port;
	char why[PARSE_WHY];
	bool connected;

	if (fd < 0)
		return false;
	if (parse_u64(r->port, 1, 65535, &port, why) < 0 ||
	    inet_pton(AF_INET, r->address, &at.sin_addr) != 1)
		port = 0;
	at.sin_port = htons((uint16_t)port);
	connected = port &&
		    connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
	close(fd);
	return connected;
}

static int await(struct rival *r, char why[RIVAL_WHY])
{
	uint64_t give_up_ns = clock_now_ns() + START_NS;

	while (!answers(r)) {
		uint64_t now_ns = clock_now_ns();

		if (!spawn_wait(&r->daemon.process, now_ns + LOOK_NS) &&
		    !spawn_interrupted() && now_ns < give_up_ns)
			continue;
		snprintf(why, RIVAL_WHY, "%s does not listen on %s port %s",
			 rival_names[r->which], r->address, r->port);
		return -1;
	}
	return 0;
}

/* --- those that others wrote ---------------------------------------------- */

/*
 * In a session of its own, as echod is. Linux schedules each session as a
 * group with its own share of the CPUs (sched_autogroup_enabled, see sched(7)):
 * a server in the load generator's session is measured faster for that alone.
 */
static int launch(struct rival *r, const char *const argv[], int keep,
		  char why[RIVAL_WHY])
{
	const struct spawn_command command = {
		.argv = argv, .keep = &keep, .keeps = keep >= 0, .session = true
	};

	if (*r->port && answers(r)) {
		snprintf(why, RIVAL_WHY,
			 "somebody listens on %s port %s; stop that server, or "
			 "leave %s out by --with",
			 r->address, r->port, rival_names[r->which]);
		return -1;
	}
	if (spawn_start(&r->daemon.process, &command) == 0)
		return 0;
	snprintf(why, RIVAL_WHY, "cannot run %.200s: %s", argv[0],
		 strerror(errno));
	return -1;
}

/* A port that is free there: nobody else has this address. */
static int find_port(struct rival *r)
{
	char why[PARSE_WHY];
	struct address at, bound;
	int fd = -1;

	if (parse_address(r->address, &at, why) == 0)
		fd = sock_listen(&at, 1, &bound);
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(r->port, sizeof(r->port), "%u", (unsigned)sock_port(&bound));
	return 0;
}

static int start_socat(struct rival *r, char why[RIVAL_WHY])
{
	char listen_at[128];
	const char *const argv[] = { programs[RIVAL_SOCAT].path, listen_at,
				     "PIPE", NULL };

	if (find_port(r) < 0) {
		snprintf(why, RIVAL_WHY, "no free port at %s: %s", r->address,
			 strerror(errno));
		return -1;
	}
	snprintf(listen_at, sizeof(listen_at),
		 "TCP4-LISTEN:%s,bind=%s,fork,reuseaddr,backlog=%d", r->port,
		 r->address, SOCK_BACKLOG);
	return launch(r, argv, -1, why);
}

/* A configuration with the address in the place of %s. */
static int configure(const struct rival *r, const struct rival_site *site,
		     const char *before, const char *after, char path[PATH_MAX],
		     char why[RIVAL_WHY])
{
	struct file f;

	snprintf(path, PATH_MAX, "%.*s/%s.conf", PATH_MAX - 64, site->folder,
		 rival_names[r->which]);
	if (file_open(&f, path) == 0) {
		fprintf(f.out, "%s%s%s", before, r->address, after);
		if (file_commit(&f) == 0)
			return 0;
	}
	snprintf(why, RIVAL_WHY, "cannot write %.300s: %s", path,
		 strerror(errno));
	return -1;
}

static int start_inetd(struct rival *r, const struct rival_site *site,
		       char why[RIVAL_WHY])
{
	char path[PATH_MAX];
	const char *const argv[] = {
		programs[RIVAL_INETD].path, "-i", "-R", "1000000", path, NULL
	};

	snprintf(r->port, sizeof(r->port), ECHO_PORT);
	if (configure(r, site, "", ":echo stream tcp nowait root internal\n",
		      path, why) < 0)
		return -1;
	return launch(r, argv, -1, why);
}

static int start_xinetd(struct rival *r, const struct rival_site *site,
			char why[RIVAL_WHY])
{
	char path[PATH_MAX], pidfile[PATH_MAX];
	const char *const argv[] = { programs[RIVAL_XINETD].path,
				     "-dontfork",
				     "-f",
				     path,
				     "-pidfile",
				     pidfile,
				     NULL };

	snprintf(r->port, sizeof(r->port), ECHO_PORT);
	snprintf(pidfile, sizeof(pidfile), "%.*s/xinetd.pid", PATH_MAX - 64,
		 site->folder);
	if (configure(r, site,
		      "service echo\n"
		      "{\n"
		      "	type = INTERNAL\n"
		      "	id = echo-stream\n"
		      "	socket_type = stream\n"
		      "	protocol = tcp\n"
		      "	user = root\n"
		      "	wait = no\n"
		      "	instances = UNLIMITED\n"
		      "	per_source = UNLIMITED\n"
		      "	cps = 1000000 1\n"
		      "	bind = ",
		      "\n}\n", path, why) < 0)
		return -1;
	return launch(r, argv, -1, why);
}

/* --- our own -------------------------------------------------------------- */

static int start_least(struct rival *r, const struct rival_site *site,
		       char why[RIVAL_WHY])
{
	char fd[16];
	const char *const argv[] = { site->least, r->address, fd,
				     r->which == RIVAL_FLOOR ? "_Fork" : "fork",
				     NULL };
	int ends[2], rc;
	ssize_t n = -1;

	if (pipe2(ends, O_CLOEXEC) < 0) {
		snprintf(why, RIVAL_WHY, "cannot make a pipe: %s",
			 strerror(errno));
		return -1;
	}
	snprintf(fd, sizeof(fd), "%d", ends[1]);
	rc = launch(r, argv, ends[1], why);
	close(ends[1]);
	if (rc == 0)
		n = sock_read_all(ends[0], r->port, sizeof(r->port) - 1);
	close(ends[0]);
	if (rc == 0 && n <= 0) {
		snprintf(why, RIVAL_WHY, "%.200s does not listen on %s",
			 site->least, r->address);
		rc = -1;
	}
	r->port[n > 0 ? n : 0] = '\0';
	r->port[strcspn(r->port, "\n")] = '\0';
	return rc;
}

static int start_echod(struct rival *r, const struct rival_site *site,
		       unsigned number, char why[RIVAL_WHY])
{
	const struct daemon_config config = { .program = site->echod,
					      .mode = "sig-ign",
					      .folder = site->folder,
					      .number = number };

	if (daemon_start(&r->daemon, &config, why) < 0)
		return -1;
	snprintf(r->port, sizeof(r->port), "%s", r->daemon.port);
	return 0;
}

int rival_start(struct rival *r, int which, const struct rival_site *site,
		unsigned number, char why[RIVAL_WHY])
{
	int rc = -1;

	*r = (struct rival){ .which = which,
			     .daemon = { .process = { .pid = -1 } } };
	daemon_address(number, r->address);
	switch (which) {
	case RIVAL_ECHOD:
		return start_echod(r, site, number, why);
	case RIVAL_LEAST:
	case RIVAL_FLOOR:
		rc = start_least(r, site, why);
		break;
	case RIVAL_SOCAT:
		rc = start_socat(r, why);
		break;
	case RIVAL_INETD:
		rc = start_inetd(r, site, why);
		break;
	case RIVAL_XINETD:
		rc = start_xinetd(r, site, why);
		break;
	}
	if (rc == 0)
		rc = await(r, why);
	if (rc < 0)
		rival_stop(r);
	return rc;
}

void rival_stop(struct rival *r)
{
	if (r->which == RIVAL_ECHOD) {
		daemon_stop(&r->daemon);
		return;
	}
	spawn_stop(&r->daemon.process, SIGTERM, STOP_NS);
	spawn_clear(0);
}
