#include "lib/sock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

uint16_t sock_port(const struct address *a)
{
	if (a->storage.ss_family == AF_UNIX)
		return 0;
	if (a->storage.ss_family == AF_INET6)
		return ntohs(
			((const struct sockaddr_in6 *)&a->storage)->sin6_port);
	return ntohs(((const struct sockaddr_in *)&a->storage)->sin_port);
}

bool sock_same(const struct address *a, const struct address *b)
{
	const struct sockaddr_in *a4 = (const struct sockaddr_in *)&a->storage;
	const struct sockaddr_in *b4 = (const struct sockaddr_in *)&b->storage;
	const struct sockaddr_in6 *a6 =
		(const struct sockaddr_in6 *)&a->storage;
	const struct sockaddr_in6 *b6 =
		(const struct sockaddr_in6 *)&b->storage;

	if (a->storage.ss_family != b->storage.ss_family ||
	    sock_port(a) != sock_port(b))
		return false;
	if (a->storage.ss_family == AF_INET6)
		return IN6_ARE_ADDR_EQUAL(&a6->sin6_addr, &b6->sin6_addr) &&
		       a6->sin6_scope_id == b6->sin6_scope_id;
	return a4->sin_addr.s_addr == b4->sin_addr.s_addr;
}

bool sock_is_loopback(const struct address *a)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&a->storage;
	const struct sockaddr_in6 *v6 =
		(const struct sockaddr_in6 *)&a->storage;

	if (a->storage.ss_family == AF_UNIX)
		return true;
	if (a->storage.ss_family != AF_INET6)
		return ntohl(v4->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
		return v6->sin6_addr.s6_addr[12] == IN_LOOPBACKNET;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

bool sock_met_itself(int fd)
{
	struct address own = { .bytes = sizeof(own.storage) }, peer = own;

	return getsockname(fd, (struct sockaddr *)&own.storage, &own.bytes) ==
		       0 &&
	       getpeername(fd, (struct sockaddr *)&peer.storage, &peer.bytes) ==
		       0 &&
	       sock_same(&own, &peer);
}

/* "%eth0", or "%2" if there is no such interface any more. */
static void put_scope(uint32_t scope, char out[1 + IF_NAMESIZE])
{
	char name[IF_NAMESIZE];

	if (if_indextoname(scope, name))
		snprintf(out, 1 + IF_NAMESIZE, "%%%s", name);
	else
		snprintf(out, 1 + IF_NAMESIZE, "%%%u", (unsigned)scope);
}

void sock_name(const struct address *a, char out[SOCK_NAME])
{
	char text[INET6_ADDRSTRLEN + 1 + IF_NAMESIZE] = "?";
	const struct sockaddr_in6 *v6 =
		(const struct sockaddr_in6 *)&a->storage;
	const struct sockaddr_un *local =
		(const struct sockaddr_un *)&a->storage;
	bool six = a->storage.ss_family == AF_INET6;

	if (a->storage.ss_family == AF_UNIX) {
		snprintf(out, SOCK_NAME, "%s", local->sun_path);
		return;
	}
	if (six) {
		inet_ntop(AF_INET6, &v6->sin6_addr, text, INET6_ADDRSTRLEN);
		if (v6->sin6_scope_id)
			put_scope(v6->sin6_scope_id, text + strlen(text));
	} else {
		inet_ntop(AF_INET,
			  &((const struct sockaddr_in *)&a->storage)->sin_addr,
			  text, sizeof(text));
	}
	snprintf(out, SOCK_NAME, six ? "[%s]:%u" : "%s:%u", text,
		 (unsigned)sock_port(a));
}

int sock_stamper(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	return fd;
}

int sock_listen(const struct address *a, int backlog, struct address *bound)
{
	int on = 1;
	int saved;
	int fd = socket(a->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0 ||
	    bind(fd, (const struct sockaddr *)&a->storage, a->bytes) < 0 ||
	    listen(fd, backlog) < 0)
		goto failed;
	if (bound) {
		*bound = (struct address){ .bytes = sizeof(bound->storage) };
		if (getsockname(fd, (struct sockaddr *)&bound->storage,
				&bound->bytes) < 0)
			goto failed;
	}
	return fd;
failed:
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

ssize_t sock_read_all(int fd, void *buf, size_t bytes)
{
	size_t done = 0;

	while (done < bytes) {
		ssize_t n = read(fd, (char *)buf + done, bytes - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int sock_write_all(int fd, const void *buf, size_t bytes)
{
	size_t done = 0;

	while (done < bytes) {
		ssize_t n = write(fd, (const char *)buf + done, bytes - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}
