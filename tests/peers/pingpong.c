/*
 * pingpong PORT N: one blocking session to 127.0.0.1:PORT that has N messages
 * of 64 bytes echoed, each sent when the last is back. Prints their median
 * time in microseconds: the least that any tool can report of this server.
 */
#include <err.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/hist.h"
#include "lib/parse.h"
#include "lib/sock.h"

enum { MESSAGE_BYTES = 64 };

static void exchange(int fd, char *message)
{
	if (sock_write_all(fd, message, MESSAGE_BYTES) < 0 ||
	    sock_read_all(fd, message, MESSAGE_BYTES) != MESSAGE_BYTES)
		err(1, "no echo");
}

int main(int argc, char *argv[])
{
	static struct hist times;
	char message[MESSAGE_BYTES] = "ping", why[PARSE_WHY];
	struct address to;
	uint64_t count, p50_ns;
	int fd, on = 1;

	if (argc != 3 || parse_address("127.0.0.1", &to, why) < 0 ||
	    parse_port(argv[1], 1, &to, why) < 0 ||
	    parse_u64(argv[2], 100, 1000000, &count, why) < 0)
		errx(2, "usage: pingpong PORT N");
	fd = socket(to.storage.ss_family, SOCK_STREAM, 0);
	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    connect(fd, (const struct sockaddr *)&to.storage, to.bytes) < 0)
		err(1, "connect");
	exchange(fd, message);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t start_ns = clock_now_ns();

		exchange(fd, message);
		hist_record(&times, clock_now_ns() - start_ns);
	}
	if (hist_percentile(&times, 50, &p50_ns) < 0)
		err(1, "no median");
	printf("%.1f\n", (double)p50_ns / 1e3);
	return close(fd);
}
