#include "loadgen/session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sock.h"
#include "loadgen/exchange.h"
#include "loadgen/launch.h"
#include "loadgen/timetable.h"
#include "loadgen/worker.h"

static void on_ready(evutil_socket_t fd, short what, void *arg);

int session_wait(struct session *s, short what)
{
	if (event_initialized(&s->event)) {
		if (event_get_events(&s->event) == (what | EV_PERSIST))
			return 0;
		event_del(&s->event);
	}
	event_assign(&s->event, s->worker->base, s->fd, what | EV_PERSIST,
		     on_ready, s);
	return event_add(&s->event, NULL);
}

static void end(struct session *s, bool failed)
{
	if (event_initialized(&s->event))
		event_del(&s->event);
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	deadline_clear(s);
	launch_ended(s->worker, s, failed, clock_now_ns());
}

void session_fail(struct session *s, int cause)
{
	s->worker->tally->cause[cause]++;
	end(s, true);
}

int session_close(struct session *s, uint64_t now_ns)
{
	struct linger abort = { .l_onoff = 1, .l_linger = 0 };

	if (s->worker->o->close_kind == CLOSE_RST) {
		setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
		end(s, false);
		return -1;
	}
	s->close_ns = clock_now_ns();
	if (shutdown(s->fd, SHUT_WR) < 0) {
		session_fail(s, errno);
		return -1;
	}
	s->state = SESSION_CLOSING;
	deadline_move(s, now_ns);
	return 0;
}

void session_finish(struct session *s)
{
	if (s->state == SESSION_IDLE)
		session_close(s, clock_now_ns());
}

/* Small writes must not wait for the answer to the last one. */
static int send_at_once(const struct session *s)
{
	const struct options *o = s->worker->o;
	int on = 1;

	if (o->message_rate <= 0 && o->size_bytes <= 1024)
		return 0;
	return setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static int open_socket(struct session *s)
{
	const struct options *o = s->worker->o;

	s->fd = socket(o->address.storage.ss_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || send_at_once(s) < 0)
		return -1;
	return o->sources.count ? sources_bind(s->fd, &o->sources, s->id) : 0;
}

/*
 * Nobody may listen at a port that the kernel picks as ours: TCP then connects
 * the socket to itself, which echoes perfectly.
 */
static bool met_itself(const struct session *s)
{
	struct address own = { .bytes = sizeof(own.storage) };

	getsockname(s->fd, (struct sockaddr *)&own.storage, &own.bytes);
	return sock_same(&own, &s->worker->o->address);
}

void session_begin(struct session *s, struct worker *w, uint64_t id,
		   uint64_t due_ns)
{
	const struct address *to = &w->o->address;

	*s = (struct session){
		.worker = w,
		.id = id,
		.due_ns = due_ns,
		.due = 1,
		.steady = w->o->hold || worker_in_window(w, due_ns),
	};
	w->tally->scheduled++;
	s->connect_ns = clock_now_ns();
	if (open_socket(s) < 0) {
		session_fail(s, errno);
		return;
	}
	deadline_move(s, s->connect_ns);
	if (!w->o->hold && w->o->message_rate > 0 && w->o->messages > 1)
		timetable_start(s, due_ns);
	s->connect_ns = clock_now_ns();
	if (connect(s->fd, (const struct sockaddr *)&to->storage, to->bytes) <
		    0 &&
	    errno != EINPROGRESS) {
		session_fail(s, errno);
		return;
	}
	if (met_itself(s)) {
		session_fail(s, ECONNREFUSED);
		return;
	}
	exchange_open(s);
}

static void on_fin(struct session *s)
{
	if (s->state != SESSION_CLOSING) {
		session_fail(s, FAILED_EOF);
		return;
	}
	if (s->steady)
		hist_record(&s->worker->tally->close,
			    clock_now_ns() - s->close_ns);
	end(s, false);
}

static void read_some(struct session *s)
{
	char *buffer = s->worker->rx_buffer;
	ssize_t n = read(s->fd, buffer, BUFFER_BYTES);
	uint64_t now_ns;

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			session_fail(s, errno);
		return;
	}
	if (n == 0) {
		on_fin(s);
		return;
	}
	now_ns = clock_now_ns();
	deadline_move(s, now_ns);
	exchange_received(s, buffer, (size_t)n, now_ns);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	(void)fd;
	if (s->state == SESSION_OPENING) {
		exchange_open(s);
		return;
	}
	/* That there is room again is the server's progress, too. */
	if (what & EV_WRITE) {
		deadline_move(s, clock_now_ns());
		if (exchange_write(s) < 0)
			return;
	}
	if (what & EV_READ)
		read_some(s);
}
