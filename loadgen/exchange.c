#include "loadgen/exchange.h"

#include <errno.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/payload.h"

static uint64_t key_of(const struct exchange *x, uint64_t message)
{
	return payload_key(x->load->o->seed, x->session, message);
}

/* All but the first, if there is a message rate. */
static bool is_scheduled(const struct exchange *x, uint64_t message)
{
	return message > 0 && x->load->o->message_rate > 0;
}

void exchange_schedule(struct exchange *x, uint64_t start_ns)
{
	x->schedule_ns = start_ns;
	arrival_init(&x->due_at, &x->load->message_law,
		     rng_stream(x->load->o->seed, x->session));
	x->sent_at = x->echoed_at = x->due_at;
}

uint64_t exchange_next_ns(struct exchange *x)
{
	return x->schedule_ns + arrival_take(&x->due_at, &x->load->message_law);
}

static void count_steady(struct exchange *x, uint64_t intended_ns)
{
	if (load_in_window(x->load, intended_ns))
		tally_add(&x->load->tally->steady, 1);
}

void exchange_due(struct exchange *x, uint64_t due_ns)
{
	x->due++;
	tally_add(&x->load->tally->scheduled, 1);
	if (is_scheduled(x, 1))
		count_steady(x, due_ns);
}

void exchange_opened(struct exchange *x)
{
	count_steady(x, x->lone_ns);
}

/* Sets out to write message number `sent`. */
static void start_next(struct exchange *x, uint64_t now_ns)
{
	if (is_scheduled(x, x->sent) &&
	    now_ns > x->schedule_ns +
			     arrival_take(&x->sent_at, &x->load->message_law) +
			     LATE_NS)
		tally_add(&x->load->tally->late, 1);
	if (x->sent == x->echoed) {
		x->lone = x->sent;
		x->lone_ns = now_ns;
	}
	if (x->sent && !is_scheduled(x, x->sent))
		count_steady(x, now_ns);
	x->tx_key = key_of(x, x->sent);
	if (!x->sent)
		x->rx_key = x->tx_key;
	x->tx_offset = 0;
	x->tx_busy = true;
}

/* Writes some of the message under way, as write(2) does. */
static ssize_t write_some(struct exchange *x)
{
	size_t left = x->load->o->size_bytes - x->tx_offset;
	size_t bytes = left < BUFFER_BYTES ? left : BUFFER_BYTES;

	payload_fill(x->tx_key, x->tx_offset, x->load->tx_buffer, bytes);
	return write(x->fd, x->load->tx_buffer, bytes);
}

int exchange_write(struct exchange *x)
{
	while (x->tx_busy || x->sent < x->due) {
		ssize_t n;

		if (!x->tx_busy)
			start_next(x, clock_now_ns());
		n = write_some(x);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		x->tx_offset += (size_t)n;
		if (x->tx_offset < x->load->o->size_bytes)
			continue;
		x->tx_busy = false;
		x->sent++;
		tally_add(&x->load->tally->sent, 1);
	}
	return 0;
}

static void time_echo(struct exchange *x, uint64_t at_ns)
{
	struct tally *t = x->load->tally;
	uint64_t intended_ns = x->lone_ns;

	if (is_scheduled(x, x->echoed))
		intended_ns =
			x->schedule_ns +
			arrival_take(&x->echoed_at, &x->load->message_law);
	if (load_in_window(x->load, intended_ns)) {
		hist_record(&t->echo, at_ns - intended_ns);
		if (x->echoed == x->lone)
			hist_record(&t->echo_uncorrected, at_ns - x->lone_ns);
	}
	tally_add(&t->echoed, 1);
	if (load_in_window(x->load, at_ns))
		tally_add(&t->echoed_in_window, 1);
}

/* Bytes of the current message that were sent and have not come back. */
static size_t awaited(const struct exchange *x)
{
	size_t sent = x->echoed < x->sent ? x->load->o->size_bytes :
		      x->tx_busy	  ? x->tx_offset :
					    0;

	return sent - x->rx_offset;
}

int exchange_received(struct exchange *x, const char *bytes, size_t count,
		      uint64_t at_ns)
{
	while (count) {
		size_t most = awaited(x);
		size_t n = count < most ? count : most;

		/* What was never sent is as wrong as what was altered. */
		if (!n || !payload_matches(x->rx_key, x->rx_offset, bytes, n))
			return -1;
		x->rx_offset += n;
		bytes += n;
		count -= n;
		if (x->rx_offset < x->load->o->size_bytes)
			continue;
		time_echo(x, at_ns);
		x->rx_offset = 0;
		x->echoed++;
		x->rx_key = key_of(x, x->echoed);
	}
	return 0;
}
