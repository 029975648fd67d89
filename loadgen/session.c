#include "loadgen/session.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"
#include "loadgen/payload.h"
#include "loadgen/worker.h"

static void on_ready(evutil_socket_t fd, short what, void *arg);

static uint64_t key_of(const struct session *s, uint64_t message)
{
	return payload_key(s->worker->o->seed, s->id, message);
}

static struct flight *flight_of(struct session *s, uint64_t message)
{
	return &s->flight[message % SESSION_FLIGHTS];
}

/* Tells the event loop what to wait for; only when that changes. */
static int wait_for(struct session *s, short what)
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
	worker_ended(s->worker, s, failed);
}

void session_fail(struct session *s, int cause)
{
	s->worker->tally->cause[cause]++;
	end(s, true);
}

/* Returns 0 if the server's FIN is awaited, or -1 if the session has ended. */
static int begin_close(struct session *s)
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
	worker_progressed(s->worker, s);
	return 0;
}

static void wrote(struct session *s, size_t bytes)
{
	s->tx_offset += bytes;
	if (s->tx_offset < s->worker->o->size_bytes)
		return;
	s->tx_busy = false;
	s->sent++;
	s->worker->tally->sent++;
}

/*
 * Writes on, as far as the socket takes it. Returns 0 if all is written or
 * the socket is full, or -1 if the session has ended.
 */
static int write_on(struct session *s)
{
	const struct options *o = s->worker->o;
	char *buffer = s->worker->tx_buffer;

	while (s->tx_busy) {
		size_t left = o->size_bytes - s->tx_offset;
		size_t bytes = left < BUFFER_BYTES ? left : BUFFER_BYTES;
		ssize_t n;

		payload_fill(s->tx_key, s->tx_offset, buffer, bytes);
		n = write(s->fd, buffer, bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return wait_for(s, EV_READ | EV_WRITE);
		if (n < 0) {
			session_fail(s, errno);
			return -1;
		}
		wrote(s, (size_t)n);
	}
	return wait_for(s, EV_READ);
}

/* The handshake is complete, at the latest at now_ns. */
static void connected(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;

	s->state = SESSION_ECHOING;
	flight_of(s, 0)->intended_ns = now_ns;
	flight_of(s, 0)->sent_ns = now_ns;
	w->tally->connected++;
	hist_record(&w->tally->connect, now_ns - s->connect_ns);
}

/*
 * The first write tells whether the handshake is complete: on loopback it is
 * as soon as connect() returns, and no event is needed to learn it.
 */
static void write_first(struct session *s)
{
	uint64_t now_ns = clock_now_ns();
	size_t bytes = s->worker->o->size_bytes;
	ssize_t n;

	if (bytes > BUFFER_BYTES)
		bytes = BUFFER_BYTES;
	payload_fill(s->tx_key, 0, s->worker->tx_buffer, bytes);
	n = write(s->fd, s->worker->tx_buffer, bytes);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		wait_for(s, EV_WRITE);
		return;
	}
	if (n < 0) {
		session_fail(s, errno);
		return;
	}
	connected(s, now_ns);
	wrote(s, (size_t)n);
	write_on(s);
}

static void start_message(struct session *s, uint64_t intended_ns,
			  uint64_t now_ns)
{
	flight_of(s, s->sent)->intended_ns = intended_ns;
	flight_of(s, s->sent)->sent_ns = now_ns;
	s->tx_key = key_of(s, s->sent);
	s->tx_offset = 0;
	s->tx_busy = true;
}

/* Small writes must not wait for the answer to the last one. */
static int send_at_once(struct session *s)
{
	const struct options *o = s->worker->o;
	int on = 1;

	if (o->message_rate <= 0 && o->size_bytes <= 1024)
		return 0;
	return setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

void session_begin(struct session *s, struct worker *w, uint64_t id)
{
	const struct address *to = &w->o->address;

	/* The slot's schedule outlives the session. */
	*s = (struct session){ .worker = w, .id = id, .arrivals = s->arrivals };
	w->tally->begun++;
	w->tally->open++;
	w->tally->scheduled++;
	s->fd = socket(to->storage.ss_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0 || send_at_once(s) < 0) {
		session_fail(s, errno);
		return;
	}
	start_message(s, 0, 0);
	s->rx_key = s->tx_key;
	worker_progressed(w, s);
	s->connect_ns = clock_now_ns();
	if (connect(s->fd, (const struct sockaddr *)&to->storage, to->bytes) <
		    0 &&
	    errno != EINPROGRESS) {
		session_fail(s, errno);
		return;
	}
	write_first(s);
}

bool session_has_room(const struct session *s)
{
	return (s->state == SESSION_IDLE || s->state == SESSION_ECHOING) &&
	       !s->tx_busy && s->sent - s->echoed < SESSION_FLIGHTS;
}

void session_send(struct session *s, uint64_t intended_ns)
{
	uint64_t now_ns = clock_now_ns();

	if (s->state == SESSION_IDLE) {
		s->state = SESSION_ECHOING;
		worker_progressed(s->worker, s);
	}
	if (worker_in_window(s->worker, intended_ns))
		hist_record(&s->worker->tally->send_lag, now_ns - intended_ns);
	start_message(s, intended_ns, now_ns);
	write_on(s);
}

void session_finish(struct session *s)
{
	if (s->state == SESSION_IDLE)
		begin_close(s);
}

/* What the session does once nothing is outstanding. -1 if it has ended. */
static int next_step(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;

	if (w->finishing || (!w->o->hold && s->echoed >= w->o->messages))
		return begin_close(s);
	if (w->o->hold) {
		s->state = SESSION_IDLE;
		worker_rests(w, s);
		return 0;
	}
	worker_progressed(w, s);
	w->tally->scheduled++;
	start_message(s, now_ns, clock_now_ns());
	return write_on(s);
}

/* A whole echo is in. Returns 0, or -1 if the session has ended. */
static int echo_complete(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;
	const struct flight *f = flight_of(s, s->echoed);

	w->tally->echoed++;
	if (worker_in_window(w, now_ns))
		w->tally->echoed_in_window++;
	if (worker_in_window(w, f->intended_ns)) {
		hist_record(&w->tally->echo, now_ns - f->intended_ns);
		hist_record(&w->tally->echo_uncorrected, now_ns - f->sent_ns);
	}
	s->rx_offset = 0;
	s->echoed++;
	s->rx_key = key_of(s, s->echoed);
	if (!s->served) {
		s->served = true;
		w->tally->served++;
		hist_record(&w->tally->first_echo, now_ns - s->connect_ns);
		worker_opened(w);
	}
	if (s->echoed == s->sent && !s->tx_busy)
		return next_step(s, now_ns);
	worker_progressed(w, s);
	return 0;
}

/* Bytes of the current message that were sent and have not come back. */
static size_t awaited(const struct session *s)
{
	size_t sent = s->echoed < s->sent ? s->worker->o->size_bytes :
		      s->tx_busy	  ? s->tx_offset :
					    0;

	return sent - s->rx_offset;
}

/* Compares what came, message by message. What was not sent is as wrong. */
static void check_echo(struct session *s, const char *at, size_t bytes)
{
	uint64_t now_ns = clock_now_ns();

	while (bytes) {
		size_t most = s->state == SESSION_ECHOING ? awaited(s) : 0;
		size_t n = bytes < most ? bytes : most;

		if (!n || !payload_matches(s->rx_key, s->rx_offset, at, n)) {
			s->worker->tally->mismatched++;
			session_fail(s, FAILED_MISMATCH);
			return;
		}
		s->rx_offset += n;
		at += n;
		bytes -= n;
		if (s->rx_offset == s->worker->o->size_bytes &&
		    echo_complete(s, now_ns) < 0)
			return;
	}
}

static void read_some(struct session *s)
{
	char *buffer = s->worker->rx_buffer;
	ssize_t n = read(s->fd, buffer, BUFFER_BYTES);

	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			session_fail(s, errno);
		return;
	}
	if (n > 0) {
		check_echo(s, buffer, (size_t)n);
		return;
	}
	if (s->state != SESSION_CLOSING) {
		session_fail(s, FAILED_EOF);
		return;
	}
	hist_record(&s->worker->tally->close, clock_now_ns() - s->close_ns);
	end(s, false);
}

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	(void)fd;
	if (s->state == SESSION_OPENING) {
		write_first(s);
		return;
	}
	if (what & EV_WRITE && write_on(s) < 0)
		return;
	if (what & EV_READ)
		read_some(s);
}
