#include "client/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/wait.h"
#include "lib/clock.h"

/* Returns 0, or -1 with errno; ETIME if it is our own time that has run out. */
static int await_handshake(int fd, uint64_t deadline_ns)
{
	struct pollfd wait = { .fd = fd, .events = POLLOUT };
	socklen_t bytes = sizeof(int);
	int ready = wait_ready(&wait, 1, deadline_ns);
	int error = ETIME;

	if (ready < 0 ||
	    (ready && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) < 0))
		return -1;
	errno = error;
	return error ? -1 : 0;
}

static int connect_within(int fd, const struct address *to, uint64_t time_ns)
{
	uint64_t deadline_ns = wait_deadline(clock_now_ns(), time_ns);
	int on = 1;

	/* What is sent goes at once, also while an echo is awaited. */
	if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)&to->storage, to->bytes) < 0 &&
	    (errno != EINPROGRESS || await_handshake(fd, deadline_ns) < 0))
		return -1;
	if (!sock_met_itself(fd))
		return 0;
	errno = ECONNREFUSED;
	return -1;
}

/* Returns the descriptor, or -1 with errno. */
static int try_address(const struct address *to, uint64_t time_ns)
{
	int fd = socket(to->storage.ss_family,
			SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && connect_within(fd, to, time_ns) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static void explain(int error, const struct peer *p, char why[DIAL_WHY])
{
	const char *advice = "check ADDRESS and the network";

	if (error == ETIME) {
		snprintf(why, DIAL_WHY,
			 "cannot connect to %s: no answer within %g s; check "
			 "ADDRESS, or give a longer --timeout",
			 p->name, (double)p->timeout_ns / NS_PER_S);
		return;
	}
	if (error == ECONNREFUSED)
		advice = "start a server there or give another PORT";
	if (error == EMFILE || error == ENFILE)
		advice = "raise the limit on open files (ulimit -n)";
	snprintf(why, DIAL_WHY, "cannot connect to %s: %s; %s", p->name,
		 strerror(error), advice);
}

int dial(const char *host, const char *port, struct peer *p, char why[DIAL_WHY])
{
	const struct addrinfo hints = {
		.ai_family = p->family,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *list;
	int error = getaddrinfo(host, port, &hints, &list);

	if (error) {
		snprintf(why, DIAL_WHY,
			 "cannot resolve %.255s: %s; check the name or give a "
			 "numeric address",
			 host,
			 error == EAI_SYSTEM ? strerror(errno) :
					       gai_strerror(error));
		return -1;
	}
	p->fd = -1;
	for (struct addrinfo *ai = list; ai && p->fd < 0; ai = ai->ai_next) {
		struct address to = { .bytes = ai->ai_addrlen };

		memcpy(&to.storage, ai->ai_addr, ai->ai_addrlen);
		sock_name(&to, p->name);
		p->fd = try_address(&to, p->timeout_ns);
		error = errno;
	}
	freeaddrinfo(list);
	if (p->fd < 0)
		explain(error, p, why);
	return p->fd < 0 ? -1 : 0;
}
