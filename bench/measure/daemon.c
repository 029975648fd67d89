#include "bench/measure/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
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

/* Runs echod until its launcher returns. Returns 0, or -1 with why. */
static int launch(struct daemon *d, const struct daemon_config *config,
		  int ready, int lifeline, char why[DAEMON_WHY])
{
	char ready_text[16], lifeline_text[16], first[DAEMON_WHY / 2] = "";
	const char *const argv[] = {
		config->program, "--reap",     config->mode,  "--pidfile",
		d->pidfile,	 "--stats",    d->stats_file, "--log",
		d->log,		 "--ready-fd", ready_text,    "--lifeline",
		lifeline_text,	 d->address,   "0",	      NULL,
	};
	int keep[] = { ready, lifeline };
	struct spawn_command command = { .argv = argv,
					 .output = d->log,
					 .keep = keep,
					 .keeps = 2,
					 .cpus = config->cpus };
	struct spawn launcher;
	int fd;

	snprintf(ready_text, sizeof(ready_text), "%d", ready);
	snprintf(lifeline_text, sizeof(lifeline_text), "%d", lifeline);
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
	unlink(d->stats_file);
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
	int ready[2] = { -1, -1 }, lifeline[2] = { -1, -1 };
	pid_t pid;
	int rc = -1;

	*d = (struct daemon){ .lifeline = -1, .process = { .pid = -1 } };
	if (path_in(d->pidfile, config->folder, "echod.pid") < 0 ||
	    path_in(d->stats_file, config->folder, "echod.stats") < 0 ||
	    path_in(d->log, config->folder, "echod.log") < 0) {
		snprintf(why, DAEMON_WHY, "path too long: %.300s",
			 config->folder);
		return -1;
	}
	daemon_address(config->number, d->address);
	if (pipe2(ready, O_CLOEXEC) < 0 || pipe2(lifeline, O_CLOEXEC) < 0) {
		snprintf(why, DAEMON_WHY, "cannot make a pipe: %s",
			 strerror(errno));
		goto out;
	}
	if (launch(d, config, ready[1], lifeline[0], why) < 0)
		goto out;
	close(ready[1]);
	ready[1] = -1;
	pid = read_pid(d->pidfile);
	d->stats = shm_open_read(d->stats_file, DAEMON_STATS_HEADER);
	if (read_line(ready[0], d->port, sizeof(d->port)) < 0 || pid < 0 ||
	    !d->stats) {
		snprintf(why, DAEMON_WHY,
			 "the daemon's port, pidfile or counters are not to be "
			 "had; see %.300s",
			 d->log);
		goto out;
	}
	spawn_adopt(&d->process, pid);
	d->lifeline = lifeline[1];
	lifeline[1] = -1;
	rc = 0;
out:
	if (rc < 0)
		clean_up(d);
	for (int i = 0; i < 2; i++) {
		if (ready[i] >= 0)
			close(ready[i]);
		if (lifeline[i] >= 0)
			close(lifeline[i]);
	}
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
