#include "client/peer.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/wait.h"
#include "lib/clock.h"

static bool is_for_later(int error)
{
	return error == EAGAIN || error == EINTR;
}

ssize_t peer_send(struct peer *p, const void *buf, size_t bytes)
{
	ssize_t n = write(p->fd, buf, bytes);

	if (n < 0)
		return is_for_later(errno) ? 0 : -1;
	p->sent += (uint64_t)n;
	return n;
}

ssize_t peer_receive(struct peer *p, void *buf, size_t bytes)
{
	ssize_t n = read(p->fd, buf, bytes);

	if (n < 0)
		return is_for_later(errno) ? 0 : -1;
	p->came += (uint64_t)n;
	p->ended = n == 0;
	return n;
}

void peer_end_sending(struct peer *p)
{
	/* It fails only on a broken connection; the next read reports that. */
	shutdown(p->fd, SHUT_WR);
}

enum end peer_exchange(struct peer *p, const void *out, void *in, size_t bytes)
{
	uint64_t deadline_ns = wait_deadline(clock_now_ns(), p->timeout_ns);
	size_t sent = 0, came = 0;

	while (came < bytes) {
		struct pollfd wait = {
			.fd = p->fd,
			.events = sent < bytes ? POLLIN | POLLOUT : POLLIN,
		};
		int ready = wait_ready(&wait, 1, deadline_ns);
		ssize_t n;

		if (ready <= 0)
			return ready == 0 ? END_SILENT : END_LOST;
		if (wait.revents & POLLOUT) {
			n = peer_send(p, (const char *)out + sent,
				      bytes - sent);
			if (n < 0)
				return END_LOST;
			sent += (size_t)n;
		}
		if (wait.revents & ~POLLOUT) {
			n = peer_receive(p, (char *)in + came, bytes - came);
			if (n < 0)
				return END_LOST;
			if (p->ended)
				return END_CLOSED;
			came += (size_t)n;
		}
	}
	return END_DONE;
}
