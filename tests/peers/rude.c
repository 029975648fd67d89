/*
 * rude PORT WAY [N]: opens N connections (1) to 127.0.0.1:PORT, and treats
 * them in one way. Prints "done" when all are so treated.
 *
 *	silent		says nothing, and stays until it is killed
 *	deaf		sends until no more is taken, never reads, and stays
 *	rst-new		resets right after connecting
 *	rst-sent	resets when it has sent
 *	rst-echo	resets when an echo has come that it does not read
 *	rst-amid	resets when it has read the first part of a long echo
 *	rst-full	resets when no more is taken, as the server is writing
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/sock.h"

/* No room for so long: the server takes no more. */
enum { FULL_MS = 200 };
enum { SHORT_BYTES = 64, LONG_BYTES = 256 * 1024 };

static const char zeros[LONG_BYTES];

static void send_short(int fd)
{
	if (sock_write_all(fd, zeros, SHORT_BYTES) < 0)
		err(1, "send");
}

static void await_echo(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	send_short(fd);
	if (poll(&wait, 1, 10000) != 1)
		errx(1, "no echo");
}

static void read_a_part(int fd)
{
	char part[SHORT_BYTES];

	if (send(fd, zeros, LONG_BYTES, MSG_DONTWAIT) < 0)
		err(1, "send");
	if (sock_read_all(fd, part, sizeof(part)) != sizeof(part))
		err(1, "no echo");
}

static void fill(int fd)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	while (poll(&room, 1, FULL_MS) == 1)
		if (send(fd, zeros, sizeof(zeros), MSG_DONTWAIT) < 0 &&
		    errno != EAGAIN)
			err(1, "send");
}

static const struct way {
	const char *name;
	void (*treat)(int fd); /* or NULL */
	bool stays;	       /* else it resets */
} ways[] = {
	{ "silent", NULL, true },	   { "deaf", fill, true },
	{ "rst-new", NULL, false },	   { "rst-sent", send_short, false },
	{ "rst-echo", await_echo, false }, { "rst-amid", read_a_part, false },
	{ "rst-full", fill, false },
};

static const struct way *find_way(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, name))
			return &ways[i];
	errx(2, "%s: no such way; see the top of rude.c", name);
}

static int dial(uint16_t port)
{
	static const struct linger reset = { .l_onoff = 1 };
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)) < 0)
		err(1, "connect");
	return fd;
}

static void raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(1, "getrlimit");
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		err(1, "setrlimit");
}

int main(int argc, char *argv[])
{
	unsigned long count = argc > 3 ? strtoul(argv[3], NULL, 10) : 1;
	const struct way *way;

	if (argc < 3 || !count)
		errx(2, "usage: rude PORT WAY [N]");
	way = find_way(argv[2]);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptors();
	for (unsigned long i = 0; i < count; i++) {
		int fd = dial((uint16_t)strtoul(argv[1], NULL, 10));

		if (way->treat)
			way->treat(fd);
		if (!way->stays)
			close(fd);
	}
	puts("done");
	fflush(stdout);
	if (way->stays)
		pause();
	return 0;
}
