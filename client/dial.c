#include "client/dial.h"

#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int connect_one(const struct addrinfo *ai)
{
	int fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0) {
		int saved = errno;

		close(fd);
		errno = saved;
		return -1;
	}
	return fd;
}

static const char *advice(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return "start a server there or give another PORT";
	case EMFILE:
	case ENFILE:
		return "raise the limit on open files (ulimit -n)";
	default:
		return "check ADDRESS and the network";
	}
}

int dial(const char *host, const char *port, char peer[SOCK_NAME],
	 char why[DIAL_WHY])
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV,
	};
	struct addrinfo *list;
	int fd = -1;
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
	for (const struct addrinfo *ai = list; ai && fd < 0; ai = ai->ai_next) {
		struct address a = { .bytes = ai->ai_addrlen };

		memcpy(&a.storage, ai->ai_addr, ai->ai_addrlen);
		sock_name(&a, peer);
		fd = connect_one(ai);
	}
	if (fd < 0)
		snprintf(why, DIAL_WHY, "cannot connect to %s: %s; %s", peer,
			 strerror(errno), advice(errno));
	freeaddrinfo(list);
	return fd;
}
