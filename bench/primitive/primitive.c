/*
 * What a fork-per-connection server is made of, one operation at a time: the
 * floor under it.
 *
 * usage: primitive READY GO CALL IN_FLIGHT: writes a line to READY, reads a
 * count from GO, does CALL so often, prints the nanoseconds that all of it
 * took, and exits. With IN_FLIGHT above 1 so many children are there at once.
 *
 *   fork       _Fork(), _exit() in the child, waitpid()
 *   vfork      the same by vfork()
 *   clone      the same by clone(CLONE_VM | CLONE_VFORK)
 *   connect    connect() to a listener of its own, accept(), close() of both
 *   ping-pong  a byte to another process and back, through a socket pair
 */
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024, BACKLOG = 16 };

static _Alignas(16) char stack[STACK_BYTES];
static int listener, peer = -1;
static struct sockaddr_in at = { .sin_family = AF_INET };

static int leave(void *unused)
{
	(void)unused;
	_exit(0);
}

static pid_t by_fork(void)
{
	pid_t pid = _Fork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static pid_t by_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	return pid;
}

static pid_t by_clone(void)
{
	return clone(leave, stack + sizeof(stack),
		     CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
}

static bool do_connect(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), accepted = -1;

	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		accepted = accept(listener, NULL, NULL);
	return close(fd) == 0 && close(accepted) == 0;
}

static bool do_ping_pong(void)
{
	char byte = 0;

	return write(peer, &byte, 1) == 1 && read(peer, &byte, 1) == 1;
}

static bool listen_here(void)
{
	socklen_t bytes = sizeof(at);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	return bind(listener, (struct sockaddr *)&at, bytes) == 0 &&
	       listen(listener, BACKLOG) == 0 &&
	       getsockname(listener, (struct sockaddr *)&at, &bytes) == 0;
}

/* The other process lives until this one's end of the pair is closed. */
static bool start_peer(void)
{
	int pair[2];
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
		return false;
	peer = pair[0];
	switch (_Fork()) {
	case -1:
		return false;
	case 0:
		close(pair[0]);
		while (read(pair[1], &byte, 1) == 1 &&
		       write(pair[1], &byte, 1) == 1)
			;
		_exit(0);
	default:
		return close(pair[1]) == 0;
	}
}

static const struct call {
	const char *name;
	pid_t (*start)(void); /* a child that exits; or */
	bool (*act)(void);    /* all of it */
	bool (*set_up)(void);
} calls[] = {
	{ "fork", by_fork, NULL, NULL },
	{ "vfork", by_vfork, NULL, NULL },
	{ "clone", by_clone, NULL, NULL },
	{ "connect", NULL, do_connect, listen_here },
	{ "ping-pong", NULL, do_ping_pong, start_peer },
};

static bool repeat(const struct call *c, long count, long in_flight)
{
	long started = 0;

	for (long ended = 0; ended < count;) {
		if (c->act) {
			if (!c->act())
				return false;
			ended++;
		} else if (started < count && started - ended < in_flight) {
			if (c->start() < 0)
				return false;
			started++;
		} else if (waitpid(-1, NULL, 0) > 0) {
			ended++;
		} else {
			return false;
		}
	}
	return true;
}

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char *argv[])
{
	const struct call *c = calls;
	char text[24] = "";
	long long begun_ns;

	while (argc == 5 && c < calls + 5 && strcmp(c->name, argv[3]) != 0)
		c++;
	if (argc != 5 || c == calls + 5)
		return 2;
	signal(SIGCHLD, SIG_DFL); /* an ignored one survives exec */
	if ((c->set_up && !c->set_up()) ||
	    write((int)strtol(argv[1], NULL, 10), "0\n", 2) != 2 ||
	    read((int)strtol(argv[2], NULL, 10), text, sizeof(text) - 1) <= 0)
		return 3;
	begun_ns = now_ns();
	if (!repeat(c, strtol(text, NULL, 10), strtol(argv[4], NULL, 10)))
		return 3;
	printf("%lld\n", now_ns() - begun_ns);
	close(peer); /* its process ends, if there is one */
	waitpid(-1, NULL, 0);
	return fflush(stdout) == 0 ? 0 : 3;
}
