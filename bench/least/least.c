/*
 * The least that a forking echo server can be, which echod is measured
 * against: it accepts, forks, echoes and exits. It checks nothing, counts
 * nothing and survives nothing.
 *
 * usage: least ADDRESS FD CALL: writes its port to FD once it listens. CALL is
 * fork, or _Fork: the same without the handlers of pthread_atfork(3) and of
 * libc, whose memory a child would have to copy (POSIX.1-2024).
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 4096, BUFFER_BYTES = 16 * 1024 };

static _Noreturn void echo(int fd)
{
	char buffer[BUFFER_BYTES];
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(buffer))) > 0)
		if (write(fd, buffer, (size_t)n) != n)
			break;
	_exit(0);
}

int main(int argc, char *argv[])
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t bytes = sizeof(at);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	bool bare = argc == 4 && argv[3][0] == '_';
	int ready = argc == 4 ? (int)strtol(argv[2], NULL, 10) : -1;

	signal(SIGCHLD, SIG_IGN);
	if (ready < 0 || inet_pton(AF_INET, argv[1], &at.sin_addr) != 1 ||
	    bind(listener, (struct sockaddr *)&at, bytes) < 0 ||
	    listen(listener, BACKLOG) < 0 ||
	    getsockname(listener, (struct sockaddr *)&at, &bytes) < 0 ||
	    dprintf(ready, "%u\n", (unsigned)ntohs(at.sin_port)) < 0)
		return 3;
	close(ready);
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if ((bare ? _Fork() : fork()) == 0)
			echo(fd);
		close(fd);
	}
}
