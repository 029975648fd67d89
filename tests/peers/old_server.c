/*
 * old_server: speaks as the simplest forking echo servers do: each receive of
 * up to 64 bytes is answered with the whole 64-byte buffer. On 127.0.0.1;
 * prints its port and ends by itself after a minute.
 */
#include <arpa/inet.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/sock.h"

static _Noreturn void child(int fd)
{
	char record[64] = { 0 };

	while (recv(fd, record, sizeof(record), 0) > 0)
		send(fd, record, sizeof(record), 0);
	_exit(0);
}

int main(void)
{
	struct sockaddr_in any = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	struct address a = { .bytes = sizeof(any) };
	int listener, fd;

	alarm(60);
	signal(SIGCHLD, SIG_IGN);
	memcpy(&a.storage, &any, sizeof(any));
	listener = sock_listen(&a, 128, &a);
	if (listener < 0)
		err(1, "listen");
	printf("%u\n", (unsigned)sock_port(&a));
	fflush(stdout);
	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		if (fork() == 0)
			child(fd);
		close(fd);
	}
	err(1, "accept");
}
