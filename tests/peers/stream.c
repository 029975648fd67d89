/*
 * stream PORT BYTES PIECE [lockstep|late]: one session with 127.0.0.1:PORT, in
 * which BYTES that no other session sends are sent, PIECE at a time, and every
 * byte that comes back is compared. Half of the connection is closed after the
 * last, and the end must then come right after its echo. Exits 1 if not.
 *
 *	(none)		sends and reads at the same time
 *	lockstep	sends pieces of 1 to PIECE bytes, each when the last is
 *			back; a byte too many then shows as a wrong one
 *	late		reads nothing until it has closed its half, before which
 *			it sends what is taken, BYTES at most
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/parse.h"
#include "lib/rng.h"
#include "lib/sock.h"

enum { MOST_BYTES = 65536, FULL_MS = 200, SILENCE_MS = 30000 };

/* A session's own sequence of bytes. */
struct sequence {
	struct rng rng;
	uint64_t word; /* what is left of it, */
	unsigned left; /* so many bytes */
};

struct session {
	int fd;
	uint64_t total;
	size_t piece;
	uint64_t taken, sent, echoed;
	struct sequence out, back;
	unsigned char held[MOST_BYTES]; /* taken from out, not all sent */
	size_t from, to;
};

static unsigned char next_byte(struct sequence *s)
{
	unsigned char byte;

	if (!s->left--) {
		s->word = rng_next(&s->rng);
		s->left = sizeof(s->word) - 1;
	}
	byte = (unsigned char)s->word;
	s->word >>= 8;
	return byte;
}

/* Makes the next piece ready, if the last is sent. Returns whether there is. */
static bool has_piece(struct session *s, size_t bytes)
{
	if (s->from < s->to)
		return true;
	if (bytes > s->total - s->taken)
		bytes = s->total - s->taken;
	for (s->from = s->to = 0; s->to < bytes; s->to++)
		s->held[s->to] = next_byte(&s->out);
	s->taken += bytes;
	return bytes > 0;
}

static void send_some(struct session *s)
{
	ssize_t n =
		send(s->fd, s->held + s->from, s->to - s->from, MSG_DONTWAIT);

	if (n < 0 && errno != EAGAIN)
		err(1, "send, after %" PRIu64 " bytes", s->sent);
	if (n > 0) {
		s->from += (size_t)n;
		s->sent += (uint64_t)n;
	}
}

/* Returns false at the end. */
static bool compare_some(struct session *s)
{
	unsigned char came[MOST_BYTES];
	ssize_t n = read(s->fd, came, sizeof(came));

	if (n < 0)
		err(1, "receive, after %" PRIu64 " bytes", s->echoed);
	for (ssize_t i = 0; i < n; i++, s->echoed++) {
		if (s->echoed == s->sent)
			errx(1, "more came than the %" PRIu64 " bytes sent",
			     s->sent);
		if (came[i] != next_byte(&s->back))
			errx(1, "byte %" PRIu64 " came back wrong", s->echoed);
	}
	return n > 0;
}

/* Waits for one of the events, and returns which. */
static short await(const struct session *s, short events)
{
	struct pollfd wait = { .fd = s->fd, .events = events };

	if (poll(&wait, 1, SILENCE_MS) != 1)
		errx(1, "nothing in %d s, after %" PRIu64 " of %" PRIu64,
		     SILENCE_MS / 1000, s->echoed, s->sent);
	return wait.revents;
}

static void both_at_once(struct session *s)
{
	while (has_piece(s, s->piece)) {
		short events = await(s, POLLIN | POLLOUT);

		if (events & POLLOUT)
			send_some(s);
		if (events & ~POLLOUT && !compare_some(s))
			return;
	}
}

static void in_lockstep(struct session *s)
{
	struct rng lengths = { .state = s->out.rng.state + 1 };

	while (has_piece(s, 1 + (size_t)rng_below(&lengths, s->piece))) {
		while (s->from < s->to) {
			await(s, POLLOUT);
			send_some(s);
		}
		while (s->echoed < s->sent && compare_some(s))
			;
		if (s->echoed < s->sent)
			return;
	}
}

static void send_alone(struct session *s)
{
	struct pollfd room = { .fd = s->fd, .events = POLLOUT };

	while (has_piece(s, s->piece) && poll(&room, 1, FULL_MS) == 1)
		send_some(s);
}

static int dial(uint16_t port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		err(1, "connect");
	return fd;
}

int main(int argc, char *argv[])
{
	static struct session s;
	const char *way = argc > 4 ? argv[4] : "";
	char why[PARSE_WHY];
	uint64_t port, piece;

	if (argc < 4 || parse_u64(argv[1], 1, 65535, &port, why) < 0 ||
	    parse_u64(argv[2], 1, UINT64_C(1) << 40, &s.total, why) < 0 ||
	    parse_u64(argv[3], 1, MOST_BYTES, &piece, why) < 0)
		errx(2, "usage: stream PORT BYTES PIECE [lockstep|late]");
	signal(SIGPIPE, SIG_IGN);
	s.piece = piece;
	s.out.rng.state = s.back.rng.state = rng_mix((uint64_t)getpid());
	s.fd = dial((uint16_t)port);
	if (!strcmp(way, "lockstep"))
		in_lockstep(&s);
	else if (!strcmp(way, "late"))
		send_alone(&s);
	else
		both_at_once(&s);
	shutdown(s.fd, SHUT_WR);
	while (await(&s, POLLIN) && compare_some(&s))
		;
	if (s.echoed != s.sent || (s.sent != s.total && strcmp(way, "late")))
		errx(1, "%" PRIu64 " bytes of %" PRIu64 " sent came back",
		     s.echoed, s.sent);
	return 0;
}
