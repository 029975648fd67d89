#include "loadgen/load.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/limits.h"
#include "lib/sock.h"

void load_compare_clocks(struct load *l)
{
	uint64_t before_ns = clock_now_ns(), real_ns, after_ns;
	struct timespec real;

	clock_gettime(CLOCK_REALTIME, &real);
	after_ns = clock_now_ns();
	real_ns = (uint64_t)real.tv_sec * NS_PER_S + (uint64_t)real.tv_nsec;
	if (!l->realtime_ns || after_ns - before_ns < NS_PER_US)
		l->realtime_ns =
			(int64_t)(real_ns -
				  (before_ns + (after_ns - before_ns) / 2));
}

int load_socket(const struct load *l, uint64_t id)
{
	const struct options *o = l->o;
	int saved, fd = socket(o->address.storage.ss_family,
			       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 || !o->sources.count ||
	    sources_bind(fd, &o->sources, id) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int load_connect(const struct load *l, int fd)
{
	const struct address *to = &l->o->address;
	int rc = connect(fd, (const struct sockaddr *)&to->storage, to->bytes);

	return rc < 0 && errno != EINPROGRESS ? -1 : 0;
}

int load_set_up(struct load *l, const struct board *board)
{
	struct limits_ports ports = limits_ports_read();
	uint16_t port = sock_port(&l->o->address);

	l->control = &board->control;
	l->may_meet_itself = port && port >= ports.low && port <= ports.high;
	if (l->o->message_rate > 0)
		l->message_law = (struct arrival_law){
			.mean_gap_ns = 1e9 / l->o->message_rate,
			.poisson = l->o->arrivals == ARRIVALS_POISSON,
			.burst = 1,
		};
	load_compare_clocks(l);
	l->stamper = sock_stamper();
	l->tx_buffer = malloc(BUFFER_BYTES);
	l->rx_buffer = malloc(BUFFER_BYTES);
	return l->tx_buffer && l->rx_buffer ? 0 : -1;
}

void load_tear_down(struct load *l)
{
	free(l->tx_buffer);
	free(l->rx_buffer);
	if (l->stamper >= 0)
		close(l->stamper);
}
