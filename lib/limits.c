#include "lib/limits.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SPARE = 1000 };

const char *const limits_names[] = {
	[LIMITS_PID_MAX] = "kernel.pid_max",
	[LIMITS_THREADS_MAX] = "kernel.threads-max",
	[LIMITS_USER] = "ulimit -u",
	[LIMITS_CGROUP] = "the cgroup's pids.max",
};

uint64_t limits_number(const char *path)
{
	unsigned long long value;
	uint64_t found = UINT64_MAX;
	FILE *in = fopen(path, "re");

	if (!in)
		return found;
	if (fscanf(in, "%llu", &value) == 1)
		found = value;
	fclose(in);
	return found;
}

/* Threads that exist now: the fourth field of /proc/loadavg, after the /. */
static uint64_t threads_now(void)
{
	unsigned long long total;
	uint64_t found = SPARE;
	FILE *in = fopen("/proc/loadavg", "re");

	if (!in)
		return found;
	if (fscanf(in, "%*f %*f %*f %*u/%llu", &total) == 1)
		found = total;
	fclose(in);
	return found;
}

/* This process's own cgroup, version 2 or the pids hierarchy of version 1. */
static uint64_t cgroup_limit(char file[LIMITS_PATH])
{
	static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/"
							       "pids" };
	char line[512], path[LIMITS_PATH];
	uint64_t least = UINT64_MAX;
	FILE *in = fopen("/proc/self/cgroup", "re");

	file[0] = '\0';
	while (in && fgets(line, sizeof(line), in)) {
		const char *group = strrchr(line, ':');
		bool two = strncmp(line, "0::", 3) == 0;
		uint64_t value;

		if (!group || (!two && !strstr(line, ":pids:")))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(path, sizeof(path), "%s%s/pids.max",
			 roots[two ? 0 : 1], group + 1);
		value = limits_number(path);
		if (value >= least)
			continue;
		least = value;
		snprintf(file, LIMITS_PATH, "%s", path);
	}
	if (in)
		fclose(in);
	return least;
}

static uint64_t user_limit(void)
{
	struct rlimit limit;

	/* Root is exempt. */
	if (geteuid() == 0 || getrlimit(RLIMIT_NPROC, &limit) < 0 ||
	    limit.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;
	return limit.rlim_cur;
}

void limits_read(struct limits *l)
{
	static const char pid_max[] = "/proc/sys/kernel/pid_max";
	static const char threads_max[] = "/proc/sys/kernel/threads-max";

	l->most[LIMITS_PID_MAX] = limits_number(pid_max);
	l->most[LIMITS_THREADS_MAX] = limits_number(threads_max);
	l->most[LIMITS_USER] = user_limit();
	l->most[LIMITS_CGROUP] = cgroup_limit(l->cgroup_file);
	l->taken = threads_now() + SPARE;
}

uint64_t limits_room(const struct limits *l, enum limits_kind kind)
{
	if (l->most[kind] == UINT64_MAX)
		return UINT64_MAX;
	return l->most[kind] > l->taken ? l->most[kind] - l->taken : 0;
}

uint64_t limits_processes(const char **name)
{
	struct limits l;
	int least = 0;

	limits_read(&l);
	for (int kind = 1; kind < LIMITS_KINDS; kind++)
		if (l.most[kind] < l.most[least])
			least = kind;
	*name = limits_names[least];
	return limits_room(&l, (enum limits_kind)least);
}

uint64_t limits_workers(uint64_t sessions, uint64_t descriptors)
{
	if (descriptors <= LIMITS_OWN_DESCRIPTORS)
		return UINT64_MAX;
	return (sessions - 1) / (descriptors - LIMITS_OWN_DESCRIPTORS) + 1;
}

struct limits_ports limits_ports(FILE *range, FILE *reserved)
{
	struct limits_ports p;
	unsigned from, to;
	int found;

	if (!range || fscanf(range, "%u %u", &p.low, &p.high) != 2 ||
	    p.high < p.low) {
		p.low = 1;
		p.high = UINT16_MAX;
	}
	p.count = p.high - p.low + 1;
	/* Ports and ranges in order, parted by commas: "8080,9000-9010". */
	while (reserved &&
	       (found = fscanf(reserved, "%u-%u", &from, &to)) > 0) {
		if (found == 1)
			to = from;
		if (from < p.low)
			from = p.low;
		if (to > p.high)
			to = p.high;
		if (from <= to)
			p.count -= to - from + 1;
		if (fgetc(reserved) != ',')
			break;
	}
	return p;
}

struct limits_ports limits_ports_read(void)
{
	FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	FILE *reserved =
		fopen("/proc/sys/net/ipv4/ip_local_reserved_ports", "re");
	struct limits_ports p = limits_ports(range, reserved);

	if (range)
		fclose(range);
	if (reserved)
		fclose(reserved);
	return p;
}
