#include "loadgen/backlog.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "lib/sock.h"
#include "loadgen/sources.h"

struct request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 body;
};

struct reply {
	struct nlmsghdr head;
	struct inet_diag_msg body;
};

/*
 * Asks for one socket, by both ends of a connection rather than for a dump: so
 * the kernel looks for a listener as it does for a SYN. The far end is the
 * address again, as one is wanted, and port 0, which no connection has.
 */
static struct request request_for(const struct address *to)
{
	struct request r = {
		.head = { .nlmsg_len = sizeof(r),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST },
		.body = { .sdiag_family = (uint8_t)to->storage.ss_family,
			  .sdiag_protocol = IPPROTO_TCP,
			  .id = { .idiag_sport = htons(sock_port(to)),
				  .idiag_cookie = { INET_DIAG_NOCOOKIE,
						    INET_DIAG_NOCOOKIE } } },
	};

	if (to->storage.ss_family == AF_INET6)
		memcpy(r.body.id.idiag_src,
		       &((const struct sockaddr_in6 *)&to->storage)->sin6_addr,
		       sizeof(struct in6_addr));
	else
		memcpy(r.body.id.idiag_src,
		       &((const struct sockaddr_in *)&to->storage)->sin_addr,
		       sizeof(struct in_addr));
	memcpy(r.body.id.idiag_dst, r.body.id.idiag_src,
	       sizeof(r.body.id.idiag_dst));
	return r;
}

int backlog_of(const struct address *to)
{
	struct request request = request_for(to);
	struct reply reply;
	struct timeval patience = { .tv_sec = 1 };
	int backlog = -1;
	int fd;

	if (to->storage.ss_family == AF_UNIX || !sources_is_local(to))
		return -1;
	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (fd < 0)
		return -1;
	/* A refusal comes as another type; what follows the body is cut off. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) == 0 &&
	    send(fd, &request, sizeof(request), 0) == sizeof(request) &&
	    recv(fd, &reply, sizeof(reply), 0) == sizeof(reply) &&
	    reply.head.nlmsg_type == SOCK_DIAG_BY_FAMILY &&
	    reply.body.idiag_state == TCP_LISTEN)
		backlog = (int)reply.body.idiag_wqueue;
	close(fd);
	return backlog;
}
