#include "lib/limits.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SPARE = 1000 };

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
static uint64_t cgroup_limit(void)
{
	static const char *const roots[] = { "/sys/fs/cgroup", "/sys/fs/cgroup/"
							       "pids" };
	char line[512], path[600];
	uint64_t least = UINT64_MAX;
	FILE *in = fopen("/proc/self/cgroup", "re");

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
		if (value < least)
			least = value;
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

uint64_t limits_processes(const char **name)
{
	const struct {
		const char *name;
		uint64_t value;
	} limit[] = {
		{ "kernel.pid_max", limits_number("/proc/sys/kernel/pid_max") },
		{ "kernel.threads-max", limits_number("/proc/sys/kernel/"
						      "threads-max") },
		{ "ulimit -u", user_limit() },
		{ "the cgroup's pids.max", cgroup_limit() },
	};
	uint64_t least = UINT64_MAX, taken = threads_now() + SPARE;

	*name = limit[0].name;
	for (size_t i = 0; i < sizeof(limit) / sizeof(limit[0]); i++) {
		if (limit[i].value < least) {
			least = limit[i].value;
			*name = limit[i].name;
		}
	}
	return least > taken ? least - taken : 0;
}
