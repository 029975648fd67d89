#include "loadgen/machine.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>

#include "lib/limits.h"
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

uint64_t machine_ports(FILE *range, FILE *reserved)
{
	unsigned low, high, from, to;
	uint64_t ports;
	int found;

	if (!range || fscanf(range, "%u %u", &low, &high) != 2 || high < low) {
		low = 1;
		high = UINT16_MAX;
	}
	ports = high - low + 1;
	/* Ports and ranges in order, parted by commas: "8080,9000-9010". */
	while (reserved &&
	       (found = fscanf(reserved, "%u-%u", &from, &to)) > 0) {
		if (found == 1)
			to = from;
		if (from < low)
			from = low;
		if (to > high)
			to = high;
		if (from <= to)
			ports -= to - from + 1;
		if (fgetc(reserved) != ',')
			break;
	}
	return ports;
}

static uint64_t read_ports(void)
{
	FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "re");
	FILE *reserved =
		fopen("/proc/sys/net/ipv4/ip_local_reserved_ports", "re");
	uint64_t ports = machine_ports(range, reserved);

	if (range)
		fclose(range);
	if (reserved)
		fclose(reserved);
	return ports;
}

static bool is_loopback(const struct address *a)
{
	const struct sockaddr_in *v4 = (const void *)&a->storage;
	const struct sockaddr_in6 *v6 = (const void *)&a->storage;

	if (a->storage.ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
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
		.ports = read_ports(),
		.local = sources_is_local(to),
		.loopback = is_loopback(to),
		.backlog = backlog_of(to),
	};

	m.time_wait_most = limits_number(most);
	m.time_wait_s = read_time_wait_s(m.loopback);
	m.processes = limits_processes(&m.process_limit);
	return m;
}
