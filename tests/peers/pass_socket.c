/*
 * pass_socket KIND COMMAND...: passes a socket as a service manager does
 * (sd_listen_fds(3)) and becomes the command. KIND: tcp (listens on 127.0.0.1),
 * idle (does not listen), udp, two (LISTEN_FDS is 2), other (LISTEN_PID is
 * another process).
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
	const struct sockaddr_in at = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const char *kind = argc > 2 ? argv[1] : "";
	char pid[32];
	int fd;

	if (argc < 3)
		errx(2, "usage: pass_socket KIND COMMAND...");
	/* Non-blocking, as some managers pass it. */
	fd = socket(AF_INET,
		    SOCK_NONBLOCK |
			    (strcmp(kind, "udp") ? SOCK_STREAM : SOCK_DGRAM),
		    0);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0)
		err(1, "cannot bind");
	if (strcmp(kind, "udp") != 0 && strcmp(kind, "idle") != 0 &&
	    listen(fd, 8) < 0)
		err(1, "cannot listen");
	if (fd != 3 && (dup2(fd, 3) < 0 || close(fd) < 0))
		err(1, "cannot move the socket");
	snprintf(pid, sizeof(pid), "%d",
		 (int)(strcmp(kind, "other") ? getpid() : getppid()));
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", strcmp(kind, "two") ? "1" : "2", 1);
	setenv("LISTEN_FDNAMES", "echo", 1);
	execv(argv[2], argv + 2);
	err(1, "%s", argv[2]);
}
