#include "loadgen/session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sock.h"

enum outcome session_fail(struct session *s, int cause)
{
	s->cause = cause;
	s->state = SESSION_OVER;
	return ENDED;
}

void session_release(struct session *s)
{
	if (s->x.fd >= 0)
		close(s->x.fd);
	s->x.fd = -1;
	s->state = SESSION_UNUSED;
}

static enum outcome close_session(struct session *s)
{
	struct linger abort = { .l_onoff = 1, .l_linger = 0 };

	if (s->x.load->o->close_kind == CLOSE_RST) {
		setsockopt(s->x.fd, SOL_SOCKET, SO_LINGER, &abort,
			   sizeof(abort));
		return session_fail(s, 0);
	}
	s->close_ns = s->progress_ns = clock_now_ns();
	if (shutdown(s->x.fd, SHUT_WR) < 0)
		return session_fail(s, errno);
	s->state = SESSION_CLOSING;
	return WAITING;
}

enum outcome session_finish(struct session *s)
{
	return s->state == SESSION_IDLE ? close_session(s) : WAITING;
}

/*
 * Small writes must not wait for the answer to the last one; and the kernel is
 * to say when an answer arrived, however late it is read.
 */
static int set_up_socket(int fd, const struct options *o)
{
	int on = 1;

	if (o->address.storage.ss_family != AF_UNIX &&
	    (o->message_rate > 0 || o->size_bytes > 1024) &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) < 0)
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

/* Writes what is due, and remembers whether the socket took all of it. */
static enum outcome write_on(struct session *s)
{
	s->blocked = exchange_write(&s->x) < 0;
	return s->blocked && errno != EAGAIN ? session_fail(s, errno) : WAITING;
}

/*
 * The first write tells whether the handshake is complete: on loopback it is
 * as soon as connect() returns, and no event is needed to learn it.
 */
static enum outcome open_session(struct session *s)
{
	const struct load *l = s->x.load;

	/* A message that was not begun is begun again, at its own time. */
	s->x.tx_busy = false;
	if (write_on(s) == ENDED)
		return ENDED;
	if (s->blocked && !s->x.tx_offset)
		return WAITING;
	if (l->may_meet_itself && sock_met_itself(s->x.fd))
		return session_fail(s, ECONNREFUSED);
	s->state = SESSION_ECHOING;
	tally_add(&l->tally->connected, 1);
	if (s->steady)
		hist_record(&l->tally->connect, s->x.lone_ns - s->connect_ns);
	exchange_opened(&s->x);
	return WAITING;
}

enum outcome session_begin(struct session *s, const struct load *l, uint64_t id,
			   uint64_t due_ns)
{
	*s = (struct session){
		.x = { .load = l, .session = id, .due = 1 },
		.state = SESSION_OPENING,
		.due_ns = due_ns,
		.steady = l->o->hold || load_in_window(l, due_ns),
	};
	tally_add(&l->tally->scheduled, 1);
	s->progress_ns = clock_now_ns();
	s->x.fd = load_socket(l, id);
	if (s->x.fd < 0 || set_up_socket(s->x.fd, l->o) < 0)
		return session_fail(s, errno);
	s->connect_ns = clock_now_ns();
	if (load_connect(l, s->x.fd) < 0)
		return session_fail(s, errno);
	return open_session(s);
}

static enum outcome on_fin(struct session *s)
{
	if (s->state != SESSION_CLOSING)
		return session_fail(s, FAILED_EOF);
	if (s->steady)
		hist_record(&s->x.load->tally->close,
			    clock_now_ns() - s->close_ns);
	return session_fail(s, 0);
}

/* What to do once nothing is outstanding. */
static enum outcome next_step(struct session *s, uint64_t at_ns)
{
	const struct load *l = s->x.load;

	if (l->finishing || (!l->o->hold && s->x.echoed >= l->o->messages))
		return close_session(s);
	if (l->o->hold || l->o->message_rate > 0) {
		s->state = SESSION_IDLE;
		return WAITING;
	}
	exchange_due(&s->x, at_ns);
	return write_on(s);
}

/*
 * When bytes that were read at now_ns had arrived, by the kernel's time stamp,
 * which is of the last of them; 0: there is none. A clock that was set
 * meanwhile may put it out of what is possible: it is none, then.
 */
static uint64_t stamp_of(const struct session *s, struct msghdr *message,
			 uint64_t now_ns)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	struct timespec stamp;
	uint64_t at_ns;

	if (!c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SO_TIMESTAMPNS ||
	    c->cmsg_len < CMSG_LEN(sizeof(stamp)))
		return 0;
	memcpy(&stamp, CMSG_DATA(c), sizeof(stamp));
	at_ns = (uint64_t)((int64_t)stamp.tv_sec * (int64_t)NS_PER_S +
			   stamp.tv_nsec - s->x.load->realtime_ns);
	return at_ns >= s->x.lone_ns && at_ns <= now_ns ? at_ns : 0;
}

/* Without a stamp, bytes count as arrived when they were read. */
static enum outcome received(struct session *s, size_t bytes, uint64_t stamp_ns,
			     uint64_t now_ns)
{
	const struct load *l = s->x.load;
	uint64_t at_ns = stamp_ns ? stamp_ns : now_ns;
	enum outcome outcome = WAITING;
	bool matches;

	s->progress_ns = now_ns;
	if (stamp_ns && load_in_window(l, at_ns))
		hist_record(&l->tally->receive_lag, now_ns - at_ns);
	matches = s->state == SESSION_ECHOING &&
		  exchange_received(&s->x, l->rx_buffer, bytes, at_ns) == 0;
	if (!s->served && s->x.echoed) {
		s->served = true;
		outcome = SERVED;
		tally_add(&l->tally->served, 1);
		if (s->steady)
			hist_record(&l->tally->first_echo, at_ns - s->due_ns);
	}
	if (!matches) {
		tally_add(&l->tally->mismatched, 1);
		return session_fail(s, FAILED_MISMATCH);
	}
	if (!exchange_is_busy(&s->x) && next_step(s, now_ns) == ENDED)
		return ENDED;
	return outcome;
}

static enum outcome read_some(struct session *s)
{
	char control[CMSG_SPACE(sizeof(struct timespec))];
	struct iovec into = { s->x.load->rx_buffer, BUFFER_BYTES };
	struct msghdr message = { .msg_iov = &into,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(s->x.fd, &message, 0);
	uint64_t now_ns;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ?
			       WAITING :
			       session_fail(s, errno);
	if (n == 0)
		return on_fin(s);
	now_ns = clock_now_ns();
	return received(s, (size_t)n, stamp_of(s, &message, now_ns), now_ns);
}

enum outcome session_ready(struct session *s, bool readable, bool writable)
{
	if (s->state == SESSION_OPENING)
		return open_session(s);
	/* That there is room again is the server's progress, too. */
	if (writable && s->blocked) {
		s->progress_ns = clock_now_ns();
		if (write_on(s) == ENDED)
			return ENDED;
	}
	return readable ? read_some(s) : WAITING;
}

enum outcome session_due(struct session *s, uint64_t at_ns)
{
	exchange_due(&s->x, at_ns);
	if (s->state == SESSION_IDLE) {
		s->state = SESSION_ECHOING;
		s->progress_ns = clock_now_ns();
	}
	return s->state == SESSION_ECHOING && !s->blocked ? write_on(s) :
							    WAITING;
}
