/*
 * exchange PORT: sends standard input to 127.0.0.1:PORT, ends its half of the
 * connection, and prints all that comes back until the server ends its own.
 * Both directions go on at once, whatever the size. Exits 1 if the connection
 * fails.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/sock.h"

static char input[65536];
static size_t from, to; /* what input[] still holds */

/* Prints what one read gives. Returns the bytes; 0 at the end. */
static ssize_t show(int fd)
{
	static char buffer[65536];
	ssize_t n = read(fd, buffer, sizeof(buffer));

	if (n < 0)
		err(1, "receive");
	if (n > 0 && sock_write_all(STDOUT_FILENO, buffer, (size_t)n) < 0)
		err(1, "print");
	return n;
}

static void send_some(int fd)
{
	ssize_t n = send(fd, input + from, to - from, MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN)
		err(1, "send");
	if (n > 0)
		from += (size_t)n;
}

/* Returns the bytes; 0 at the end. */
static ssize_t take_input(void)
{
	ssize_t n = read(STDIN_FILENO, input, sizeof(input));

	if (n < 0)
		err(1, "read");
	from = 0;
	to = (size_t)n;
	return n;
}

int main(int argc, char *argv[])
{
	struct sockaddr_in server = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(argv[argc - 1], NULL, 10)),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct pollfd wait[] = { { .fd = fd }, { .events = POLLIN } };

	signal(SIGPIPE, SIG_IGN);
	if (connect(fd, (struct sockaddr *)&server, sizeof(server)) < 0)
		err(1, "connect");
	for (int input_fd = STDIN_FILENO;;) {
		wait[0].events = from < to ? POLLIN | POLLOUT : POLLIN;
		wait[1].fd = from < to ? -1 : input_fd;
		if (poll(wait, 2, -1) < 0)
			err(1, "poll");
		if (wait[0].revents & POLLOUT)
			send_some(fd);
		if (wait[0].revents & ~POLLOUT && show(fd) == 0)
			return 0;
		if (wait[1].revents && take_input() == 0) {
			shutdown(fd, SHUT_WR);
			input_fd = -1;
		}
	}
}
