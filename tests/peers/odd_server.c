/*
 * odd_server WAY: a server on 127.0.0.1 that misbehaves in one way. Prints its
 * port, serves one connection after another, and ends by itself after a
 * minute.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/sock.h"

enum { RECORD_BYTES = 64 };

static void reset_on_close(int fd)
{
	static const struct linger reset = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
}

/* One byte a segment, so that the client's reads are partial. */
static void dribble(int fd, const char *record)
{
	static const int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	for (int i = 0; i < RECORD_BYTES; i++)
		sock_write_all(fd, record + i, 1);
}

/* Answers a record. Returns 0 to end the session. */
static int answer(int fd, const char *way, char *record)
{
	if (!strcmp(way, "mute"))
		return 1;
	if (!strcmp(way, "closes"))
		return 0;
	if (!strcmp(way, "resets")) {
		reset_on_close(fd);
		return 0;
	}
	if (!strcmp(way, "halves")) {
		sock_write_all(fd, record, RECORD_BYTES / 2);
		return 0;
	}
	if (!strcmp(way, "dribbles")) {
		dribble(fd, record);
		return 1;
	}
	if (!strcmp(way, "alters"))
		record[0] ^= 1;
	else if (!strcmp(way, "pads"))
		record[RECORD_BYTES - 1] = 'x';
	sock_write_all(fd, record, RECORD_BYTES);
	return strcmp(way, "once") != 0;
}

static void session(int fd, const char *way)
{
	char record[RECORD_BYTES];

	if (!strcmp(way, "babbles"))
		sock_write_all(fd, "hello", 5);
	while (sock_read_all(fd, record, sizeof(record)) == RECORD_BYTES)
		if (!answer(fd, way, record))
			return;
}

int main(int argc, char *argv[])
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct address a = { .bytes = sizeof(any) };
	int listener, fd;

	if (argc != 2)
		errx(2, "usage: odd_server WAY");
	alarm(60);
	signal(SIGPIPE, SIG_IGN);
	memcpy(&a.storage, &any, sizeof(any));
	listener = sock_listen(&a, 16, &a);
	if (listener < 0)
		err(1, "listen");
	printf("%u\n", (unsigned)sock_port(&a));
	fflush(stdout);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		session(fd, argv[1]);
		close(fd);
	}
	err(1, "accept");
}
