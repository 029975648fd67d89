#include "bench/measure/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/parse.h"
#include "lib/sock.h"

#define START_NS (10 * NS_PER_S)
#define STOP_NS (10 * NS_PER_S)

/* A line of a pipe or a file, without its newline. Returns 0 or -1. */
static int read_line(int fd, char *out, size_t room)
{
	ssize_t n = sock_read_all(fd, out, room - 1);

	if (n <= 0)
		return -1;
	out[n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return 0;
}

static pid_t read_pid(const char *path)
{
	char text[32] = "", why[PARSE_WHY];
	uint64_t pid;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (read_line(fd, text, sizeof(text)) < 0 ||
	    parse_u64(text, 2, INT_MAX, &pid, why) < 0)
		pid = 0;
	close(fd);
	return pid ? (pid_t)pid : -1;
}

/* What is open between the daemon and us: our ends and its. */
struct links {
	int ready[2], lifeline[2];
	int stats; /* in memory: see shm_fill() */
};

static int links_open(struct links *l)
{
	*l = (struct links){ { -1, -1 }, { -1, -1 }, -1 };
	if (pipe2(l->ready, O_CLOEXEC) < 0 || pipe2(l->lifeline, O_CLOEXEC) < 0)
		return -1;
	l->stats = memfd_create("echod.stats", MFD_CLOEXEC);
	return l->stats < 0 ? -1 : 0;
}

static void hang_up(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void links_close(struct links *l)
{
	hang_up(&l->ready[0]);
	hang_up(&l->ready[1]);
	hang_up(&l->lifeline[0]);
	hang_up(&l->lifeline[1]);
	hang_up(&l->stats);
}

/* Runs echod until its launcher returns. Returns 0, or -1 with why. */
static int launch(struct daemon *d, const struct daemon_config *config,
		  const struct links *links, char why[DAEMON_WHY])
{
	char ready[16], lifeline[16], stats[16], first[DAEMON_WHY / 2] = "";
	const char *const argv[] = {
		config->program, "--reap",     config->mode, "--pidfile",
		d->pidfile,	 "--stats-fd", stats,	     "--log",
		d->log,		 "--ready-fd", ready,	     "--lifeline",
		lifeline,	 d->address,   "0",	     NULL,
	};
	const int keep[] = { links->ready[1], links->lifeline[0],
			     links->stats };
	struct spawn_command command = { .argv = argv,
					 .output = d->log,
					 .keep = keep,
					 .keeps = 3,
					 .cpus = config->cpus };
	struct spawn launcher;
	int fd;

	snprintf(ready, sizeof(ready), "%d", links->ready[1]);
	snprintf(lifeline, sizeof(lifeline), "%d", links->lifeline[0]);
	snprintf(stats, sizeof(stats), "%d", links->stats);
	if (spawn_start(&launcher, &command) < 0) {
		snprintf(why, DAEMON_WHY, "cannot run %.200s: %s",
			 config->program, strerror(errno));
		return -1;
	}
	if (!spawn_wait(&launcher, clock_now_ns() + START_NS)) {
		spawn_stop(&launcher, SIGKILL, 0);
		if (spawn_interrupted())
			snprintf(why, DAEMON_WHY, "interrupted");
		else
			snprintf(why, DAEMON_WHY,
				 "%.200s was not ready in 10 s; see %.200s",
				 config->program, d->log);
		return -1;
	}
	if (spawn_succeeded(&launcher))
		return 0;
	fd = open(d->log, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		read_line(fd, first, sizeof(first));
		close(fd);
	}
	snprintf(why, DAEMON_WHY, "the daemon did not start: %s", first);
	return -1;
}

static int path_in(char out[PATH_MAX], const char *folder, const char *name)
{
	return snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX ? 0 :
									   -1;
}

/* Of all that it may have left. Returns how many processes can't be ended. */
static size_t clean_up(struct daemon *d)
{
	size_t left = spawn_clear(0);

	shm_unmap(d->stats);
	unlink(d->pidfile);
	return left;
}

/* 127.0.1.1 upwards; any of 127.0.0.0/8 is this machine. */
void daemon_address(unsigned number, char out[64])
{
	snprintf(out, 64, "127.0.%u.%u", 1 + number / 250 % 250,
		 1 + number % 250);
}

int daemon_start(struct daemon *d, const struct daemon_config *config,
		 char why[DAEMON_WHY])
{
	struct links links;
	pid_t pid;
	int rc = -1;

	*d = (struct daemon){ .lifeline = -1, .process = { .pid = -1 } };
	if (path_in(d->pidfile, config->folder, "echod.pid") < 0 ||
	    path_in(d->log, config->folder, "echod.log") < 0) {
		snprintf(why, DAEMON_WHY, "path too long: %.300s",
			 config->folder);
		return -1;
	}
	daemon_address(config->number, d->address);
	if (links_open(&links) < 0) {
		snprintf(why, DAEMON_WHY, "cannot make pipes and counters: %s",
			 strerror(errno));
		goto out;
	}
	if (launch(d, config, &links, why) < 0)
		goto out;
	hang_up(&links.ready[1]);
	pid = read_pid(d->pidfile);
	d->stats = shm_read(links.stats, DAEMON_STATS_HEADER);
	if (read_line(links.ready[0], d->port, sizeof(d->port)) < 0 ||
	    pid < 0 || !d->stats) {
		snprintf(why, DAEMON_WHY,
			 "the daemon's port, pidfile or counters are not to be "
			 "had; see %.300s",
			 d->log);
		goto out;
	}
	spawn_adopt(&d->process, pid);
	d->lifeline = links.lifeline[1];
	links.lifeline[1] = -1;
	rc = 0;
out:
	if (rc < 0)
		clean_up(d);
	links_close(&links);
	return rc;
}

int daemon_alive(struct daemon *d)
{
	return !spawn_wait(&d->process, 0);
}

int daemon_stop(struct daemon *d)
{
	int in_order = daemon_alive(d);

	spawn_stop(&d->process, SIGTERM, STOP_NS);
	in_order = in_order && spawn_succeeded(&d->process);
	close(d->lifeline);
	return clean_up(d) == 0 && in_order ? 0 : -1;
}
