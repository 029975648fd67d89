#include "lib/syn.h"

#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/limits.h"

#define SYSCTL "/proc/sys/net/ipv4/"
#define LONGEST_S 120.0 /* TCP_RTO_MAX */

size_t syn_schedule_of(double first_s, uint64_t linear, uint64_t retries,
		       double at_s[SYN_MOST])
{
	double timeout_s = first_s, now_s = 0;
	size_t n = 0;

	while (n < retries + linear && n < SYN_MOST) {
		now_s += timeout_s;
		at_s[n++] = now_s;
		if (n > linear)
			timeout_s = fmin(2 * timeout_s, LONGEST_S);
	}
	return n;
}

/* The time-out that a connection begins with, seconds; 0: not known. */
static double first_timeout_s(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct tcp_info info = { 0 };
	socklen_t bytes = sizeof(info);

	if (fd < 0)
		return 0;
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) < 0)
		info.tcpi_rto = 0;
	close(fd);
	return info.tcpi_rto / 1e6;
}

size_t syn_schedule(double at_s[SYN_MOST])
{
	uint64_t linear = limits_number(SYSCTL "tcp_syn_linear_timeouts");
	uint64_t retries = limits_number(SYSCTL "tcp_syn_retries");
	double first_s = first_timeout_s();

	if (!(first_s > 0) || retries == UINT64_MAX)
		return 0;
	return syn_schedule_of(first_s, linear == UINT64_MAX ? 0 : linear,
			       retries, at_s);
}
