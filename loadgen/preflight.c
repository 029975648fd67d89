#include "loadgen/preflight.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* Descriptors of a worker beside its sessions: standard ones, epoll, timers. */
enum { OWN_DESCRIPTORS = 32, MOST_WORKERS = 64 };

static uint64_t descriptors_each(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 1024 - OWN_DESCRIPTORS;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_max > OWN_DESCRIPTORS ?
		       limit.rlim_max - OWN_DESCRIPTORS :
		       0;
}

/* Ports for one source address; all of them if it can't be told. */
static uint64_t local_ports(void)
{
	FILE *in = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	unsigned low, high;
	uint64_t ports = 65535;

	if (!in)
		return ports;
	if (fscanf(in, "%u %u", &low, &high) == 2 && high >= low)
		ports = high - low + 1;
	fclose(in);
	return ports;
}

unsigned preflight(const struct options *o, char why[PREFLIGHT_WHY])
{
	uint64_t each = descriptors_each();
	uint64_t ports = local_ports();
	uint64_t least = each ? (o->concurrency + each - 1) / each : UINT64_MAX;

	if (o->concurrency > ports) {
		snprintf(why, PREFLIGHT_WHY,
			 "--concurrency %" PRIu64 ": only %" PRIu64 " local "
			 "ports; "
			 "lower it, "
			 "or run: "
			 "sysctl "
			 "net.ipv4.ip_local_port_range='1024 65535'",
			 o->concurrency, ports);
		return 0;
	}
	if (least > MOST_WORKERS) {
		snprintf(why, PREFLIGHT_WHY,
			 "--concurrency %" PRIu64 ": %" PRIu64 " descriptors a "
			 "worker are too "
			 "few; raise "
			 "ulimit -n",
			 o->concurrency, each);
		return 0;
	}
	if (o->workers && o->workers < least) {
		snprintf(why, PREFLIGHT_WHY,
			 "--workers %" PRIu64 ": %" PRIu64 " sessions need "
			 "%" PRIu64 " workers of %" PRIu64 " descriptors; "
			 "raise --workers "
			 "or ulimit -n",
			 o->workers, o->concurrency, least, each);
		return 0;
	}
	return (unsigned)(o->workers ? o->workers : least);
}
