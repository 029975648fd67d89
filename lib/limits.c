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

/* The least room in this group and in all that it is in, up to the root. */
static uint64_t room_up_from(char *folder, size_t root_length)
{
	uint64_t least = UINT64_MAX;
	char path[LIMITS_PATH + 16];

	for (;;) {
		uint64_t most, now;

		snprintf(path, sizeof(path), "%s/pids.max", folder);
		most = limits_number(path);
		snprintf(path, sizeof(path), "%s/pids.current", folder);
		now = limits_number(path);
		if (most != UINT64_MAX && now != UINT64_MAX) {
			uint64_t room = most > now ? most - now : 0;

			least = room < least ? room : least;
		}
		if (strlen(folder) <= root_length)
			return least;
		*strrchr(folder, '/') = '\0';
	}
}

/* Version 2, or the pids hierarchy of version 1. */
uint64_t limits_cgroup_room(const char *groups, const char *root)
{
	char line[512], folder[LIMITS_PATH];
	uint64_t least = UINT64_MAX;
	FILE *in = fopen(groups, "re");

	while (in && fgets(line, sizeof(line), in)) {
		const char *group = strrchr(line, ':');
		bool two = strncmp(line, "0::", 3) == 0;
		const char *below = two ? "" : "/pids";
		uint64_t room;

		if (!group || (!two && !strstr(line, ":pids:")))
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(folder, sizeof(folder), "%s%s%s", root, below,
			 group + 1);
		room = room_up_from(folder, strlen(root) + strlen(below));
		least = room < least ? room : least;
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
	l->cgroup_room = limits_cgroup_room("/proc/self/cgroup", "/sys/fs/"
								 "cgroup");
	l->taken = threads_now() + SPARE;
}

uint64_t limits_room(const struct limits *l, enum limits_kind kind)
{
	if (kind == LIMITS_CGROUP)
		return l->cgroup_room;
	if (l->most[kind] == UINT64_MAX)
		return UINT64_MAX;
	return l->most[kind] > l->taken ? l->most[kind] - l->taken : 0;
}

uint64_t limits_processes(const char **name)
{
	uint64_t least = UINT64_MAX;
	struct limits l;

	limits_read(&l);
	*name = limits_names[0];
	for (int kind = 0; kind < LIMITS_KINDS; kind++) {
		uint64_t room = limits_room(&l, (enum limits_kind)kind);

		if (room >= least)
			continue;
		least = room;
		*name = limits_names[kind];
	}
	return least;
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
	/* Ports and ranges in order, separated by commas: "8080,9000-9010". */
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
