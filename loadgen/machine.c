#include "loadgen/machine.h"

#include <sys/resource.h>

#include "lib/limits.h"
#include "lib/sock.h"
#include "loadgen/backlog.h"
#include "loadgen/sources.h"

static uint64_t raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return UINT64_MAX;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

/* A newer connection may take the port over after a second, if allowed to. */
static uint64_t read_time_wait_s(bool loopback)
{
	uint64_t reuse = limits_number("/proc/sys/net/ipv4/tcp_tw_reuse");
	uint64_t stamps = limits_number("/proc/sys/net/ipv4/tcp_timestamps");
	bool reused = reuse == 1 || (reuse == 2 && loopback);

	return reused && stamps ? 1 : 60;
}

struct machine machine_read(const struct address *to)
{
	static const char most[] = "/proc/sys/net/ipv4/tcp_max_tw_buckets";
	struct machine m = {
		.descriptors = raise_descriptors(),
		.ports = limits_ports_read().count,
		.local = to->storage.ss_family == AF_UNIX ||
			 sources_is_local(to),
		.loopback = sock_is_loopback(to),
		.backlog = backlog_of(to),
	};

	m.time_wait_most = limits_number(most);
	m.time_wait_s = read_time_wait_s(m.loopback);
	m.processes = limits_processes(&m.process_limit);
	return m;
}
