/*
 * hold PORT N [rst]: opens N connections to 127.0.0.1:PORT, has one byte
 * echoed on each, prints "held", and keeps them open until it is killed; with
 * rst they are then reset instead of closed. Exits 1 if any is unserved.
 */
#include <arpa/inet.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MOST = 1000 };

static int open_one(uint16_t port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char byte = 'h';

	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		err(1, "connect");
	if (write(fd, &byte, 1) != 1 || read(fd, &byte, 1) != 1)
		err(1, "no echo");
	return fd;
}

int main(int argc, char *argv[])
{
	static const struct linger reset = { .l_onoff = 1 };
	int fds[MOST];
	unsigned long count = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;

	if (!count || count > MOST)
		errx(2, "usage: hold PORT N [rst]");
	signal(SIGPIPE, SIG_IGN);
	for (unsigned long i = 0; i < count; i++) {
		fds[i] = open_one((uint16_t)strtoul(argv[1], NULL, 10));
		if (argc > 3 && setsockopt(fds[i], SOL_SOCKET, SO_LINGER,
					   &reset, sizeof(reset)) < 0)
			err(1, "SO_LINGER");
	}
	puts("held");
	fflush(stdout);
	pause();
	return 0;
}
