#include "loadgen/exchange.h"

#include <errno.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/payload.h"
#include "loadgen/launch.h"
#include "loadgen/worker.h"

static uint64_t key_of(const struct session *s, uint64_t message)
{
	return payload_key(s->worker->o->seed, s->id, message);
}

/* All but the first, if there is a message rate. */
static bool is_scheduled(const struct session *s, uint64_t message)
{
	return message > 0 && s->worker->o->message_rate > 0;
}

static void count_steady(struct session *s, uint64_t due_ns)
{
	if (worker_in_window(s->worker, due_ns))
		s->worker->tally->steady++;
}

/* One more message is to be sent. */
static void count_due(struct session *s, uint64_t due_ns)
{
	s->due++;
	s->worker->tally->scheduled++;
	count_steady(s, due_ns);
}

/* Sets out to write message number `sent`. */
static void start_next(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;

	if (is_scheduled(s, s->sent) &&
	    now_ns > s->schedule_ns +
			     arrival_take(&s->sent_at, &w->message_law) +
			     LATE_NS)
		w->tally->late++;
	if (s->sent == s->echoed) {
		s->lone = s->sent;
		s->lone_ns = now_ns;
	}
	s->sent_ns = w->sent_ns = now_ns;
	s->tx_key = key_of(s, s->sent);
	s->tx_offset = 0;
	s->tx_busy = true;
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

/* Writes some of the message under way, as write(2) does. */
static ssize_t write_some(struct session *s)
{
	size_t left = s->worker->o->size_bytes - s->tx_offset;
	size_t bytes = left < BUFFER_BYTES ? left : BUFFER_BYTES;
	char *buffer = s->worker->tx_buffer;

	payload_fill(s->tx_key, s->tx_offset, buffer, bytes);
	return write(s->fd, buffer, bytes);
}

int exchange_write(struct session *s)
{
	for (;;) {
		ssize_t n;

		if (!s->tx_busy && s->sent == s->due)
			return session_wait(s, EV_READ);
		if (!s->tx_busy)
			start_next(s, clock_now_ns());
		n = write_some(s);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return session_wait(s, EV_READ | EV_WRITE);
		if (n < 0) {
			session_fail(s, errno);
			return -1;
		}
		wrote(s, (size_t)n);
	}
}

/*
 * The first write tells whether the handshake is complete: on loopback it is
 * as soon as connect() returns, and no event is needed to learn it.
 */
void exchange_open(struct session *s)
{
	struct tally *t = s->worker->tally;
	uint64_t now_ns = clock_now_ns();
	ssize_t n;

	start_next(s, now_ns);
	n = write_some(s);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		session_wait(s, EV_WRITE);
		return;
	}
	if (n < 0) {
		session_fail(s, errno);
		return;
	}
	s->state = SESSION_ECHOING;
	s->rx_key = s->tx_key;
	s->connected_ns = now_ns;
	t->connected++;
	if (s->steady)
		hist_record(&t->connect, now_ns - s->connect_ns);
	count_steady(s, now_ns);
	wrote(s, (size_t)n);
	exchange_write(s);
}

void exchange_due(struct session *s, uint64_t at_ns)
{
	count_due(s, at_ns);
	if (s->fd < 0 || s->worker->control->give_up)
		return;
	if (s->state == SESSION_IDLE) {
		s->state = SESSION_ECHOING;
		deadline_move(s, clock_now_ns());
	}
	if (s->state == SESSION_ECHOING && !s->tx_busy)
		exchange_write(s);
}

/* What to do once nothing is outstanding. Returns -1 if it has ended. */
static int next_step(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;

	if (w->finishing || (!w->o->hold && s->echoed >= w->o->messages))
		return session_close(s, now_ns);
	if (w->o->hold || w->o->message_rate > 0) {
		s->state = SESSION_IDLE;
		deadline_clear(s);
		return 0;
	}
	count_due(s, now_ns);
	return exchange_write(s);
}

static void time_echo(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;
	uint64_t intended_ns = s->echoed ? s->sent_ns : s->connected_ns;

	if (is_scheduled(s, s->echoed))
		intended_ns = s->schedule_ns +
			      arrival_take(&s->echoed_at, &w->message_law);
	if (worker_in_window(w, intended_ns)) {
		hist_record(&w->tally->echo, now_ns - intended_ns);
		if (s->echoed == s->lone)
			hist_record(&w->tally->echo_uncorrected,
				    now_ns - s->lone_ns);
	}
	w->tally->echoed++;
	if (worker_in_window(w, now_ns))
		w->tally->echoed_in_window++;
}

/* A whole echo is in. Returns 0, or -1 if the session has ended. */
static int echo_complete(struct session *s, uint64_t now_ns)
{
	struct worker *w = s->worker;

	time_echo(s, now_ns);
	s->rx_offset = 0;
	s->echoed++;
	s->rx_key = key_of(s, s->echoed);
	if (!s->served) {
		s->served = true;
		w->tally->served++;
		if (s->steady)
			hist_record(&w->tally->first_echo, now_ns - s->due_ns);
		launch_opened(w);
	}
	return s->echoed == s->due ? next_step(s, now_ns) : 0;
}

/* Bytes of the current message that were sent and have not come back. */
static size_t awaited(const struct session *s)
{
	size_t sent = s->echoed < s->sent ? s->worker->o->size_bytes :
		      s->tx_busy	  ? s->tx_offset :
					    0;

	return s->state == SESSION_ECHOING ? sent - s->rx_offset : 0;
}

void exchange_received(struct session *s, const char *at, size_t bytes,
		       uint64_t now_ns)
{
	while (bytes) {
		size_t most = awaited(s);
		size_t n = bytes < most ? bytes : most;

		/* What was never sent is as wrong as what was altered. */
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
