#include "bench/measure/cpu.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"

#define PREFIX "forkbench."
/* For a group to become empty after its processes were killed. */
#define EMPTY_NS (2 * NS_PER_S)

const char *const cpu_source_names[] = {
	[CPU_NONE] = NULL,
	[CPU_CGROUP2] = "cgroup v2",
	[CPU_CGROUP1] = "cgroup v1 (cpuacct)",
	[CPU_PERF] = "perf_event",
};

/* Where a hierarchy may be mounted, the file that counts, and its unit. */
static const struct hierarchy {
	enum cpu_source source;
	const char *root;
	const char *key; /* in /proc/self/cgroup, behind the first colon */
	const char *usage;
} hierarchies[] = {
	{ CPU_CGROUP2, "/sys/fs/cgroup", ":", "cpu.stat" },
	{ CPU_CGROUP2, "/sys/fs/cgroup/unified", ":", "cpu.stat" },
	{ CPU_CGROUP1, "/sys/fs/cgroup/cpuacct", "cpuacct", "cpuacct.usage" },
};

static int join(char out[PATH_MAX], const char *folder, const char *name)
{
	if (snprintf(out, PATH_MAX, "%s/%s", folder, name) < PATH_MAX)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

static int open_in(const char *folder, const char *name, int flags)
{
	char path[PATH_MAX];

	return join(path, folder, name) < 0 ? -1 :
					      open(path, flags | O_CLOEXEC);
}

/* The group that this process is in, as a path below the root; "" if unknown. */
static void own_group(const struct hierarchy *h, char out[PATH_MAX])
{
	char line[PATH_MAX];
	FILE *in = fopen("/proc/self/cgroup", "re");

	out[0] = '\0';
	while (in && !*out && fgets(line, sizeof(line), in)) {
		char *keys = strchr(line, ':');
		char *path = keys ? strchr(keys + 1, ':') : NULL;

		if (!path)
			continue;
		line[strcspn(line, "\n")] = '\0';
		*path = '\0';
		if (h->source == CPU_CGROUP2 ? keys[1] == '\0' :
					       !!strstr(keys + 1, h->key))
			snprintf(out, PATH_MAX, "%s", path + 1);
	}
	if (in)
		fclose(in);
}

/* --- processes of a group ------------------------------------------------- */

/*
 * One by one: after a write to cgroup.kill, Linux 6.18 kills whatever is later
 * born in the group by clone3(), too.
 */
static unsigned kill_all(const char *folder)
{
	int fd = open_in(folder, "cgroup.procs", O_RDONLY);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned n = 0;
	int pid;

	while (in && fscanf(in, "%d", &pid) == 1)
		if (pid > 0) {
			n++;
			kill(pid, SIGKILL);
		}
	if (in)
		fclose(in);
	return n;
}

/* A group can be removed once its last process has ended. */
static void remove_group(const char *folder)
{
	uint64_t give_up_ns = clock_now_ns() + EMPTY_NS;

	while (rmdir(folder) < 0 && errno == EBUSY &&
	       clock_now_ns() < give_up_ns) {
		kill_all(folder);
		clock_sleep_until(clock_now_ns() + 2 * NS_PER_MS);
	}
}

/* Groups whose run is dead: nobody holds their lock. */
static void remove_stale(const char *parent)
{
	DIR *dir = opendir(parent);
	const struct dirent *entry;
	char folder[PATH_MAX];
	int fd;

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    join(folder, parent, entry->d_name) < 0)
			continue;
		fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			remove_group(folder);
		if (fd >= 0)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

/* --- the group of a run --------------------------------------------------- */

/* Whether a process can join: only a real one can tell. */
static int try_to_join(int procs)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(write(procs, "0", 1) != 1);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void close_files(struct cpu *c)
{
	int *const fds[] = { &c->usage, &c->group.procs, &c->lock };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++) {
		if (*fds[i] >= 0)
			close(*fds[i]);
		*fds[i] = -1;
	}
}

static int make_group(struct cpu *c, const struct hierarchy *h,
		      const char *parent)
{
	char name[32];

	snprintf(name, sizeof(name), PREFIX "%d", (int)getpid());
	if (join(c->folder, parent, name) < 0 || mkdir(c->folder, 0755) < 0)
		return -1;
	c->lock = open(c->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	c->usage = open_in(c->folder, h->usage, O_RDONLY);
	c->group.procs = open_in(c->folder, "cgroup.procs", O_WRONLY);
	c->source = h->source;
	c->group.folder = h->source == CPU_CGROUP2 ? c->lock : -1;
	if (c->lock >= 0 && flock(c->lock, LOCK_EX | LOCK_NB) == 0 &&
	    c->usage >= 0 && c->group.procs >= 0 &&
	    try_to_join(c->group.procs) == 0 && !isnan(cpu_used_us(c)))
		return 0;
	close_files(c);
	remove_group(c->folder);
	c->source = CPU_NONE;
	return -1;
}

static int find_group(struct cpu *c)
{
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]);
	     i++) {
		const struct hierarchy *h = &hierarchies[i];
		char own[PATH_MAX], parent[PATH_MAX];

		own_group(h, own);
		if (snprintf(parent, sizeof(parent), "%s%s", h->root,
			     strcmp(own, "/") == 0 ? "" : own) >=
		    (int)sizeof(parent))
			continue;
		remove_stale(parent);
		if (make_group(c, h, parent) == 0)
			return 0;
	}
	return -1;
}

/* --- perf_event ----------------------------------------------------------- */

static int open_task_clock(pid_t pid)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.inherit = 1,
		/* Any user may then (perf_event_paranoid=2, the kernel's
		   default); this clock counts time in the kernel even so. */
		.exclude_kernel = 1,
		.exclude_hv = 1,
	};

	return (int)syscall(SYS_perf_event_open, &attr, pid, -1, -1,
			    PERF_FLAG_FD_CLOEXEC);
}

static void find_other(struct cpu *c)
{
	int fd = open_task_clock(0);

	if (fd >= 0) {
		close(fd);
		c->source = CPU_PERF;
		return;
	}
	snprintf(c->advice, sizeof(c->advice),
		 "no control group can be made and perf_event_open is refused "
		 "(%s); run it by: systemd-run --user --scope -p Delegate=yes "
		 "..., or as root, or: sysctl kernel.perf_event_paranoid=2",
		 strerror(errno));
}

/* --- the whole ------------------------------------------------------------ */

void cpu_open(struct cpu *c)
{
	*c = (struct cpu){
		.group = { -1, -1 }, .lock = -1, .usage = -1, .perf = -1
	};
	if (find_group(c) < 0)
		find_other(c);
}

void cpu_close(struct cpu *c)
{
	cpu_unwatch(c);
	if (c->group.procs >= 0) {
		close_files(c);
		remove_group(c->folder);
	}
	c->source = CPU_NONE;
}

const char *cpu_source_probe(char advice[CPU_ADVICE])
{
	struct cpu c;
	const char *name;

	cpu_open(&c);
	name = cpu_source_names[c.source];
	snprintf(advice, CPU_ADVICE, "%s", c.advice);
	cpu_close(&c);
	return name;
}

const struct spawn_group *cpu_group(const struct cpu *c)
{
	return c->group.procs >= 0 ? &c->group : NULL;
}

void cpu_watch(struct cpu *c, pid_t pid)
{
	if (c->source == CPU_PERF)
		c->perf = open_task_clock(pid);
}

void cpu_unwatch(struct cpu *c)
{
	if (c->perf >= 0)
		close(c->perf);
	c->perf = -1;
}

double cpu_used_us(const struct cpu *c)
{
	char text[256];
	ssize_t n;
	uint64_t ns;
	const char *at = text;

	if (c->source == CPU_PERF)
		return c->perf >= 0 && read(c->perf, &ns, sizeof(ns)) ==
					       (ssize_t)sizeof(ns) ?
			       (double)ns / 1e3 :
			       NAN;
	if (c->usage < 0)
		return NAN;
	n = pread(c->usage, text, sizeof(text) - 1, 0);
	if (n <= 0)
		return NAN;
	text[n] = '\0';
	if (c->source == CPU_CGROUP1)
		return strtod(text, NULL) / 1e3;
	at = strstr(text, "usage_usec ");
	return at ? strtod(at + strlen("usage_usec "), NULL) : NAN;
}

unsigned cpu_kill(const struct cpu *c)
{
	return c->group.procs >= 0 ? kill_all(c->folder) : 0;
}

double cpu_process_us(pid_t pid)
{
	struct timespec used;
	clockid_t id;

	if (clock_getcpuclockid(pid, &id) != 0 || clock_gettime(id, &used) < 0)
		return NAN;
	return (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
}
